"""Divisions, organs and grassroots units: found, shown, kept."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal import rules
from portal.actions import places as actions
from portal.acts.places import DIVISIONS, ORGANS, UNITS, division_crumbs, organ_crumbs, unit_crumbs
from portal.forms.staff import (
    DivisionForm,
    OrganForm,
    UnitForm,
    UnitsFromDivisionsForm,
    carried_out,
)
from portal.models import Division, GrassrootsUnit, Organ
from portal.models.places import DivisionLevel, OrganKind, UnitKind
from portal.pages import asked
from portal.pages.web import Sort, exact_total, form_page, listed, posted
from portal.places import divisions as division_list
from portal.roles import Permission
from portal.trust.access import require

require_form = require_http_methods(["GET", "HEAD", "POST"])

# Parts of the two pages that the apps above own: (title, url name of a part, permission).
UNIT_PARTS = []
ORGAN_PARTS = []

DIVISION_ORDER = Sort(gettext_lazy("by code"), ("code",), descending=False)
SHOWN_BELOW = 30


def _tabs(tab):
    return [
        {"code": "current", "label": _("Current"), "current": tab == "current"},
        {"code": "ended", "label": _("Ended"), "current": tab == "ended"},
    ]


def _parts(user, parts, pk):
    return [
        {"title": title, "url": reverse(name, args=[pk])}
        for title, name, permission in parts
        if user.holds(permission)
    ]


def _party_organizations(place, today):
    return place.party_organizations.current(today).order_by("sort_order", "pk")


def _act(label, decision, url, *, primary=False):
    return {"label": label, "decision": decision, "url": url, "primary": primary}


# --- What lists and forms of all of them share ------------------------------------------------


def _adding(request, form, add, *, title, above, back, intro=""):
    """`above` is the crumb of the list, `back` the record from which one came, if any."""
    # No row: it goes back to where one came from.
    added = carried_out(form, add, by=request.user)
    if added:
        return redirect(added)
    return form_page(
        request,
        form,
        title=title,
        intro=intro,
        submit_label=_("Add"),
        cancel_url=back.get_absolute_url() if back else above[1],
        crumbs=[above, (title, "")],
    )


# --- Divisions --------------------------------------------------------------------------------


@require_safe
def divisions(request):
    """The country, or what was searched for by name, initials or code."""
    require(rules.may_see_people(request.user))
    text = request.GET.get("q", "").strip()[:60]
    if text:
        found = division_list.find(text, limit=50)
        context = {"found": found, "total": len(found), "total_is_exact": len(found) < 50}
    else:
        rows = Division.objects.filter(parent=None).current(request.user.today)
        context = {"found": None, **listed(request, rows, DIVISION_ORDER)}
    context |= {
        "text": text,
        "may_add": rules.may_add_division(request.user, None),
        "keeps_places": request.user.holds(Permission.MANAGE_PLACES),
        "crumbs": division_crumbs(None),
    }
    return render(request, "portal/divisions.html", context)


@require_safe
def division(request, pk):
    require(rules.may_see_people(request.user))
    division = get_object_or_404(Division.objects.select_related("parent"), pk=pk)
    today = request.user.today
    rows = division.children.all()
    rows, tab = (
        (rows.filter(valid_to__lte=today), "ended")
        if request.GET.get("tab") == "ended"
        else (rows.current(today), "current")
    )
    text = request.GET.get("q", "").strip()[:60]
    if text:
        rows = rows.called(text)
    exact = exact_total(request, rows)
    if exact:
        return exact
    units = GrassrootsUnit.objects.current(today).filter(division=division)
    context = {
        "division": division,
        "text": text,
        "tab": tab,
        "tabs": _tabs(tab),
        "units": units.select_related("host_organ").order_by("sort_order", "pk")[:SHOWN_BELOW],
        "acts": _division_acts(request.user, division),
        "crumbs": division_crumbs(division),
        **listed(request, rows, DIVISION_ORDER),
    }
    return render(request, "portal/division.html", context)


def _division_acts(user, division):
    if not user.holds(Permission.MANAGE_PLACES):
        return []
    acts = []
    if division.level < DivisionLevel.VILLAGE:
        acts.append(
            _act(
                _("Add a division in it"),
                rules.may_add_division(user, division),
                f"{reverse('new_division')}?within={division.pk}",
            )
        )
    if division.level == DivisionLevel.TOWNSHIP:
        acts.append(
            _act(
                _("Make units of its villages"),
                rules.may_keep_unit(user, host_organ=None, division=division),
                f"{reverse('units_from_divisions')}?township={division.pk}",
                primary=True,
            )
        )
    acts.append(DIVISIONS.button("edit_division", user, division))
    acts.append(
        _act(
            _("Reorganise"),
            rules.may_reorganise_division(user, division),
            f"{reverse('begin_reorganisation')}?division={division.pk}",
        )
    )
    acts.append(DIVISIONS.button("end_division", user, division))
    return acts


@require_form
def new_division(request):
    if not request.user.holds(Permission.MANAGE_PLACES):
        require(rules.may_add_division(request.user, None))
    parent = asked.row(request.GET, "within", Division.objects.all())
    form = DivisionForm(
        posted(request),
        user=request.user,
        initial={"parent": parent, "valid_from": request.user.today},
    )
    return _adding(
        request,
        form,
        actions.add_division,
        title=_("Add a division"),
        above=(_("Divisions"), reverse("divisions")),
        back=parent,
        intro=_("For what the national list does not have: a farm, a development zone."),
    )


# --- Organs -----------------------------------------------------------------------------------


@require_safe
def organ(request, pk):
    require(rules.may_see_people(request.user))
    organ = get_object_or_404(
        Organ.objects.select_related("parent", "division__parent", "successor"), pk=pk
    )
    today = request.user.today
    user = request.user
    context = {
        "organ": organ,
        "stations": organ.children.current(today).order_by("sort_order", "pk")[:SHOWN_BELOW],
        "units": organ.hosted_units.current(today).order_by("sort_order", "pk")[:SHOWN_BELOW],
        "cadres": organ.cadres.serving(today).order_by("sort_order", "pk")[:SHOWN_BELOW],
        "counts": {
            "stations": organ.children.current(today).count(),
            "units": organ.hosted_units.current(today).count(),
            "cadres": organ.cadres.serving(today).count(),
            "accounts": organ.user_set.filter(is_active=True).count(),
        },
        "party_organizations": _party_organizations(organ, today),
        "predecessors": organ.predecessors.order_by("ended_on", "pk"),
        "acts": _organ_acts(user, organ),
        "parts": _parts(user, ORGAN_PARTS, organ.pk),
        "crumbs": organ_crumbs(organ),
    }
    return render(request, "portal/organ.html", context)


def _organ_acts(user, organ):
    if not user.holds(Permission.MANAGE_PLACES):
        return []
    may_change = rules.may_change_organ(user, organ)
    return [
        ORGANS.button("edit_organ", user, organ),
        _act(_("Add a station below it"), may_change, f"{reverse('new_organ')}?parent={organ.pk}"),
        _act(
            _("Add a unit that it manages"),
            may_change,
            f"{reverse('new_unit')}?host_organ={organ.pk}",
        ),
        _act(
            _("Add a Party organisation"),
            may_change,
            f"{reverse('new_party_organization')}?organ={organ.pk}",
        ),
        _act(
            _("Add a cadre"),
            may_change and rules.may_keep_cadre(user, organ),
            f"{reverse('new_cadre')}?organ={organ.pk}",
        ),
        _act(_("Reorganise"), may_change, f"{reverse('begin_reorganisation')}?organ={organ.pk}"),
        ORGANS.button("end_organ", user, organ),
    ]


@require_form
def new_organ(request):
    if not request.user.holds(Permission.MANAGE_PLACES):
        require(rules.may_keep_organ(request.user, parent=None, division=None))
    parent = asked.row(request.GET, "parent", Organ.objects.select_related("parent"))
    form = OrganForm(
        posted(request),
        user=request.user,
        initial={"parent": parent, "started_on": request.user.today},
    )
    return _adding(
        request,
        form,
        actions.add_organ,
        title=_("Add an organ"),
        above=(_("Organs"), reverse("organs")),
        back=parent,
    )


# --- Grassroots units -------------------------------------------------------------------------


@require_safe
def unit(request, pk):
    require(rules.may_see_people(request.user))
    unit = get_object_or_404(
        GrassrootsUnit.objects.select_related(
            "host_organ__division", "parent", "division", "successor"
        ),
        pk=pk,
    )
    today = request.user.today
    place = Division.objects.in_bulk(unit.division.ancestor_ids) if unit.division_id else {}
    context = {
        "unit": unit,
        "place": [place[pk] for pk in unit.division.ancestor_ids if pk in place] if place else [],
        "parts_of_unit": unit.children.current(today).order_by("sort_order", "pk"),
        "party_organizations": _party_organizations(unit, today),
        "predecessors": unit.predecessors.order_by("ended_on", "pk"),
        "acts": _unit_acts(request.user, unit),
        "parts": _parts(request.user, UNIT_PARTS, unit.pk),
        "crumbs": unit_crumbs(unit),
    }
    return render(request, "portal/unit.html", context)


def _unit_acts(user, unit):
    if not user.holds(Permission.MANAGE_PLACES):
        return []
    may_change = rules.may_change_unit(user, unit)
    acts = [UNITS.button("edit_unit", user, unit)]
    if unit.kind in {UnitKind.STATE_ENTERPRISE, UnitKind.NON_PUBLIC, UnitKind.SOCIAL_ORG}:
        acts.append(
            _act(_("Add a part of it"), may_change, f"{reverse('new_unit')}?parent={unit.pk}")
        )
    acts.append(
        _act(
            _("Add a Party organisation"),
            may_change,
            f"{reverse('new_party_organization')}?unit={unit.pk}",
        )
    )
    acts.append(
        _act(_("Reorganise"), may_change, f"{reverse('begin_reorganisation')}?unit={unit.pk}")
    )
    acts.append(UNITS.button("end_unit", user, unit))
    return acts


@require_form
def new_unit(request):
    if not request.user.holds(Permission.MANAGE_PLACES):
        require(rules.may_keep_unit(request.user, host_organ=None, division=None))
    parent = asked.row(request.GET, "parent", GrassrootsUnit.objects.select_related("host_organ"))
    host = asked.row(request.GET, "host_organ", Organ.objects.select_related("parent"))
    form = UnitForm(
        posted(request),
        user=request.user,
        initial={
            "parent": parent,
            "kind": parent.kind if parent else "",
            "host_organ": host,
            "started_on": request.user.today,
        },
    )
    return _adding(
        request,
        form,
        actions.add_unit,
        title=_("Add a unit"),
        above=(_("Grassroots units"), reverse("units")),
        back=parent or host,
    )


@require_form
def units_from_divisions(request):
    """All villages and communities of a township become units at once."""
    # No row: it goes back to where one came from, and on to the list of the host.
    user = request.user
    if not user.holds(Permission.MANAGE_PLACES):
        require(rules.may_keep_unit(user, host_organ=None, division=None))
    township = asked.row(request.GET, "township", Division.objects.select_related("parent"))
    form = UnitsFromDivisionsForm(
        posted(request),
        user=user,
        initial={
            "township": township,
            "host_organ": _host_of(township, user.today),
            "started_on": user.today,
        },
    )
    made = carried_out(form, actions.units_from_divisions, by=user)
    if made is not None:
        host = form.cleaned_data["host_organ"]
        messages.info(
            request,
            ngettext("%(n)s unit was made.", "%(n)s units were made.", len(made)) % {"n": len(made)}
            if made
            else _("All its villages and communities have their units already."),
        )
        return redirect(f"{reverse('units')}?host={host.pk}")
    return form_page(
        request,
        form,
        title=_("Make units of the villages of a township"),
        intro=_(
            "Each village and community of the national list that has no unit yet becomes one, "
            "in the order of the codes. Names and kinds can be corrected afterwards."
        ),
        submit_label=_("Make the units"),
        cancel_url=township.get_absolute_url() if township else reverse("units"),
        crumbs=[(_("Grassroots units"), reverse("units")), (_("From divisions"), "")],
    )


def _host_of(township, today):
    """The township's own organ, when there is just one."""
    if township is None:
        return None
    found = Organ.objects.current(today).filter(division=township, kind=OrganKind.TOWNSHIP)
    found = list(found.select_related("parent").order_by("sort_order", "pk")[:2])
    return found[0] if len(found) == 1 else None
