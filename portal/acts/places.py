"""Correcting and ending divisions, organs and grassroots units."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.actions import places as actions
from portal.forms import staff as forms
from portal.forms.fields import as_entered
from portal.models import Division, GrassrootsUnit, Organ
from portal.pages.acts import Act, Acts
from portal.trust.access import require

SLIPS = _("For slips of the pen. A decision with a document number is a reorganisation.")


def _finding(model, *related):
    def find(user, pk):
        require(rules.may_see_people(user))
        return get_object_or_404(model.objects.select_related(*related), pk=pk)

    return find


# --- The way to a place -----------------------------------------------------------------------


def division_crumbs(division, *more):
    """The way down from the province, in one query."""
    known = Division.objects.in_bulk(division.ancestor_ids[:-1]) if division else {}
    above = [known[pk] for pk in division.ancestor_ids[:-1] if pk in known] if division else []
    return [
        (_("Divisions"), reverse("divisions") if division else ""),
        *((one.name, one.get_absolute_url()) for one in above),
        *([_last(division, more)] if division else []),
        *((label, "") for label in more),
    ]


def organ_crumbs(organ, *more):
    return _tree_crumbs(organ, _("Organs"), "organs", more)


def unit_crumbs(unit, *more):
    return _tree_crumbs(unit, _("Grassroots units"), "units", more)


def _tree_crumbs(row, title, list_name, more):
    ids = row.ancestor_ids[:-1]
    known = {row.parent_id: row.parent} if type(row).parent.is_cached(row) else {}
    if missing := set(ids) - known.keys():
        known |= type(row).objects.in_bulk(missing)
    above = [known[pk] for pk in ids if pk in known]
    return [
        (title, reverse(list_name)),
        *((getattr(one, "label", one.name), one.get_absolute_url()) for one in above),
        _last(row, more),
        *((label, "") for label in more),
    ]


def _last(row, more):
    return row.name, row.get_absolute_url() if more else ""


def _what_ends(place):
    along = place.party_organizations.filter(ended_on=None).count()
    words = _(
        "From this day on it is chosen nowhere; what was written stays. The end is not taken back. "
        "%(n)s Party organisations of it end along. What still hangs on it is named on sending; a "
        "reorganisation passes that on."
    )
    return words % {"n": along}


# --- Rows -------------------------------------------------------------------------------------


def _correct(name, rule, action, form, **more):
    return Act(
        name,
        _("Correct"),
        rule,
        action,
        form,
        "edit/",
        title=lambda place: _("Correct %(name)s") % {"name": place.name},
        submit=_("Save"),
        **more,
    )


def _end(name, rule, action, **more):
    return Act(
        name,
        _("End it"),
        rule,
        action,
        forms.EndForm,
        "end/",
        initial=lambda user, place: {"ended_on": user.today},
        title=lambda place: _("End %(name)s") % {"name": place.name},
        **more,
    )


DIVISIONS = Acts(
    "",
    "division",
    "divisions/<int:pk>/",
    _finding(Division, "parent"),
    division_crumbs,
    acts=(
        _correct(
            "edit_division",
            rules.may_change_division,
            actions.change_division,
            forms.ChangeDivisionForm,
            about=True,
            initial=lambda user, division: {"name": division.name, "code": division.code},
            audit={"division.changed": _("Division corrected")},
        ),
        _end(
            "end_division",
            rules.may_end_division,
            actions.end_division,
            intro=_(
                "From this day on it is chosen nowhere; what was written stays. The end "
                "is not taken back."
            ),
            audit={"division.ended": _("Division ended")},
        ),
    ),
)

ORGANS = Acts(
    "",
    "organ",
    "organs/<int:pk>/",
    _finding(Organ, "parent__parent", "division__parent"),
    organ_crumbs,
    acts=(
        _correct(
            "edit_organ",
            rules.may_change_organ,
            actions.change_organ,
            forms.OrganForm,
            initial=as_entered(forms.OrganForm),
            intro=SLIPS,
            audit={"organ.changed": _("Organ corrected")},
        ),
        _end(
            "end_organ",
            rules.may_change_organ,
            actions.end_organ,
            intro=_what_ends,
            audit={"organ.ended": _("Organ ended")},
        ),
    ),
)

UNITS = Acts(
    "",
    "unit",
    "units/<int:pk>/",
    _finding(
        GrassrootsUnit,
        *("host_organ__division", "host_organ__parent", "parent__host_organ", "division__parent"),
    ),
    unit_crumbs,
    acts=(
        _correct(
            "edit_unit",
            rules.may_change_unit,
            actions.change_unit,
            forms.UnitForm,
            initial=as_entered(forms.UnitForm),
            intro=SLIPS,
            audit={"unit.changed": _("Unit corrected")},
        ),
        _end(
            "end_unit",
            rules.may_change_unit,
            actions.end_unit,
            intro=_what_ends,
            audit={"unit.ended": _("Unit ended")},
        ),
    ),
)
