"""Pages of divisions, organs and grassroots units."""

from datetime import date

from django.contrib import messages
from django.db.models import BigAutoField, Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal import rules
from portal.actions import places as actions
from portal.acts.places import DIVISIONS, ORGANS, UNITS, division_crumbs, organ_crumbs, unit_crumbs
from portal.forms.fields import first_kind
from portal.forms.staff import (
    DivisionForm,
    OrganForm,
    UnitForm,
    UnitsFromDivisionsForm,
    carried_out,
)
from portal.kinds import KINDS
from portal.models import Cadre, Division, GrassrootsUnit, Organ, PartyOrganization, User
from portal.models.places import DivisionLevel, OrganKind
from portal.pages.web import Sort, exact_total, listed, posted
from portal.places import divisions as division_list
from portal.roles import Permission
from portal.text import Text
from portal.tools import asked
from portal.tools.prepared import Once, Prepared, among
from portal.trust.access import require
from portal.views.pieces import CURRENT, ask, button, parts_of, require_form, tabs_of

# Parts of the two pages that the apps above own (`parts_of`).
UNIT_PARTS = []
ORGAN_PARTS = []

DIVISION_ORDER = Sort(_("by code"), ("code",), descending=False)
SHOWN_BELOW = 30
ABOVE_UNITS = (_("Grassroots units"), "units")


def _add(request, form, action, title, above, back, intro: Text = ""):
    """No row of `Acts`: it returns to the record `back` from whose page it was opened."""
    if added := carried_out(form, action, by=request.user):
        return redirect(added)
    return ask(request, form, title, _("Add"), above, back=back, intro=intro)


# --- Divisions --------------------------------------------------------------------------------


@require_safe
def divisions(request):
    """The provinces, or divisions found by name, initials or code."""
    require(rules.may_see_people(request.user))
    text = request.GET.get("q", "").strip()[:60]
    if text:
        found = division_list.find(text, on=request.user.today, limit=50)
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
    tab = "ended" if request.GET.get("tab") == "ended" else "current"
    rows = division.children.all()
    rows = rows.filter(valid_to__lte=today) if tab == "ended" else rows.current(today)
    text = request.GET.get("q", "").strip()[:60]
    if text:
        rows = rows.called(text)
    if exact := exact_total(request, rows):
        return exact
    units = GrassrootsUnit.objects.current(today).filter(division=division)
    context = {
        "division": division,
        "text": text,
        "tab": tab,
        "tabs": tabs_of(CURRENT, tab),
        "units": units.select_related("host_organ").order_by("sort_order", "pk")[:SHOWN_BELOW],
        "acts": _division_acts(request.user, division),
        "crumbs": division_crumbs(division),
        **listed(request, rows, DIVISION_ORDER),
    }
    return render(request, "portal/division.html", context)


def _division_acts(user, division):
    if not user.holds(Permission.MANAGE_PLACES):
        return []
    acts, level = [], division.level
    if level < DivisionLevel.VILLAGE:
        may_add = rules.may_add_division(user, division)
        acts.append(button(_("Add a division in it"), may_add, "new_division", within=division.pk))
    if level == DivisionLevel.TOWNSHIP:
        may_make = rules.may_keep_unit(user, host_organ=None, division=division)
        make, to = _("Make units of its villages"), "units_from_divisions"
        acts.append(button(make, may_make, to, primary=True, township=division.pk))
    may_reorganise = rules.may_reorganise_division(user, division)
    return [
        *acts,
        DIVISIONS.button("edit_division", user, division),
        button(_("Reorganise"), may_reorganise, "begin_reorganisation", division=division.pk),
        DIVISIONS.button("end_division", user, division),
    ]


@require_form
def new_division(request):
    if not request.user.holds(Permission.MANAGE_PLACES):
        require(rules.may_add_division(request.user, None))
    parent = asked.row(request.GET, "within", Division.objects.all())
    initial = {"parent": parent, "valid_from": request.user.today}
    form = DivisionForm(posted(request), user=request.user, initial=initial)
    intro = _("For what the national list does not have: a farm, a development zone.")
    above = (_("Divisions"), "divisions")
    return _add(request, form, actions.add_division, _("Add a division"), above, parent, intro)


# --- Organs -----------------------------------------------------------------------------------


_ORGAN = Prepared(
    lambda pk: Organ.objects.filter(pk=pk).select_related(
        "parent", "division__parent", "successor"
    ),
    pk=-1,
)
_BELOW = {
    "stations": lambda organ, day: Organ.objects.filter(parent=organ).current(day),
    "units": lambda organ, day: GrassrootsUnit.objects.filter(host_organ=organ).current(day),
    "cadres": lambda organ, day: Cadre.objects.filter(organ=organ).serving(day),
}


def _shown_below(rows):
    """The first rows, and one more that says whether there are others."""
    return Prepared(
        lambda organ, day: rows(organ, day).order_by("sort_order", "pk")[: SHOWN_BELOW + 1],
        organ=-1,
        day=date.min,
    )


_SHOWN_BELOW = {name: _shown_below(rows) for name, rows in _BELOW.items()}
_PARTY_OF_ORGAN = Prepared(
    lambda organ, day: (
        PartyOrganization.objects.filter(organ=organ).current(day).order_by("sort_order", "pk")
    ),
    organ=-1,
    day=date.min,
)
_TAKEN_OVER = Prepared(
    lambda organ: Organ.objects.filter(successor=organ).order_by("ended_on", "pk"), organ=-1
)
_ACCOUNTS = Prepared(
    lambda organ: (
        User.objects.filter(organ=organ, is_active=True)
        .order_by()
        .values("organ")
        .annotate(n=Count("pk"))
        .values_list("n")
    ),
    organ=-1,
)


@require_safe
def organ(request, pk):
    require(rules.may_see_people(request.user))
    organ = _ORGAN.first(pk=pk) if 0 < pk <= BigAutoField.MAX_BIGINT else None
    if organ is None:
        raise Http404(f"There is no organ {pk}.")
    user, today = request.user, request.user.today
    below = {name: rows.rows(organ=pk, day=today) for name, rows in _SHOWN_BELOW.items()}
    counts = {
        name: len(rows) if len(rows) <= SHOWN_BELOW else _BELOW[name](pk, today).count()
        for name, rows in below.items()
    }
    counts["accounts"] = sum(n for (n,) in _ACCOUNTS.tuples(organ=pk))
    context = {
        "organ": organ,
        **{name: rows[:SHOWN_BELOW] for name, rows in below.items()},
        "counts": counts,
        "party_organizations": _PARTY_OF_ORGAN.rows(organ=pk, day=today),
        "predecessors": _TAKEN_OVER.rows(organ=pk),
        "acts": _organ_acts(user, organ),
        "parts": parts_of(user, ORGAN_PARTS, organ),
        "crumbs": organ_crumbs(organ),
    }
    return render(request, "portal/organ.html", context)


def _organ_acts(user, organ):
    if not user.holds(Permission.MANAGE_PLACES):
        return []
    may_change = rules.may_change_organ(user, organ)
    may_add_cadre = may_change and rules.may_keep_cadre(user, organ)
    party = _("Add a Party organisation")
    return [
        ORGANS.button("edit_organ", user, organ),
        button(_("Add a station below it"), may_change, "new_organ", parent=organ.pk),
        button(_("Add a unit that it manages"), may_change, "new_unit", host_organ=organ.pk),
        button(party, may_change, "new_party_organization", organ=organ.pk),
        button(_("Add a cadre"), may_add_cadre, "new_cadre", organ=organ.pk),
        button(_("Reorganise"), may_change, "begin_reorganisation", organ=organ.pk),
        ORGANS.button("end_organ", user, organ),
    ]


@require_form
def new_organ(request):
    if not request.user.holds(Permission.MANAGE_PLACES):
        require(rules.may_keep_organ(request.user, parent=None, division=None))
    parent = asked.row(request.GET, "parent", Organ.objects.select_related("parent"))
    initial = {"parent": parent, "started_on": request.user.today}
    form = OrganForm(posted(request), user=request.user, initial=initial)
    above = (_("Organs"), "organs")
    return _add(request, form, actions.add_organ, _("Add an organ"), above, parent)


# --- Grassroots units -------------------------------------------------------------------------


_UNIT = Prepared(
    lambda pk: GrassrootsUnit.objects.filter(pk=pk).select_related(
        "host_organ__division", "parent", "division", "successor"
    ),
    pk=-1,
)
# The divisions above a unit, the widest first.
_PLACE = Once(lambda: Division.objects.filter(among("pk", "ids")).order_by("level", "pk"))
_PARTS_OF_UNIT = Prepared(
    lambda unit, day: (
        GrassrootsUnit.objects.filter(parent=unit).current(day).order_by("sort_order", "pk")
    ),
    unit=-1,
    day=date.min,
)
_PARTY_OF_UNIT = Prepared(
    lambda unit, day: (
        PartyOrganization.objects.filter(unit=unit).current(day).order_by("sort_order", "pk")
    ),
    unit=-1,
    day=date.min,
)
_PREDECESSORS = Prepared(
    lambda unit: GrassrootsUnit.objects.filter(successor=unit).order_by("ended_on", "pk"), unit=-1
)


@require_safe
def unit(request, pk):
    require(rules.may_see_people(request.user))
    unit = _UNIT.first(pk=pk) if 0 < pk <= BigAutoField.MAX_BIGINT else None
    if unit is None:
        raise Http404(f"There is no unit {pk}.")
    today = request.user.today
    context = {
        "unit": unit,
        "place": _PLACE.rows(ids=unit.division.ancestor_ids) if unit.division_id else [],
        "parts_of_unit": _PARTS_OF_UNIT.rows(unit=pk, day=today),
        "party_organizations": _PARTY_OF_UNIT.rows(unit=pk, day=today),
        "predecessors": _PREDECESSORS.rows(unit=pk),
        "acts": _unit_acts(request.user, unit),
        "parts": parts_of(request.user, UNIT_PARTS, unit),
        "crumbs": unit_crumbs(unit),
    }
    return render(request, "portal/unit.html", context)


def _unit_acts(user, unit):
    if not user.holds(Permission.MANAGE_PLACES):
        return []
    may_change = rules.may_change_unit(user, unit)
    party = _("Add a Party organisation")
    acts = [
        UNITS.button("edit_unit", user, unit),
        button(party, may_change, "new_party_organization", unit=unit.pk),
        button(_("Reorganise"), may_change, "begin_reorganisation", unit=unit.pk),
        UNITS.button("end_unit", user, unit),
    ]
    if KINDS[unit.kind].has_parts:
        acts.insert(1, button(_("Add a part of it"), may_change, "new_unit", parent=unit.pk))
    return acts


@require_form
def new_unit(request):
    if not request.user.holds(Permission.MANAGE_PLACES):
        require(rules.may_keep_unit(request.user, host_organ=None, division=None))
    parent = asked.row(request.GET, "parent", GrassrootsUnit.objects.select_related("host_organ"))
    host = asked.row(request.GET, "host_organ", Organ.objects.select_related("parent"))
    kind = parent.kind if parent else first_kind()
    initial = {"parent": parent, "kind": kind, "host_organ": host}
    initial["started_on"] = request.user.today
    form = UnitForm(posted(request), user=request.user, initial=initial)
    return _add(request, form, actions.add_unit, _("Add a unit"), ABOVE_UNITS, parent or host)


@require_form
def units_from_divisions(request):
    """Make units of all villages and communities of a township at once."""
    # No row of `Acts`: it ends on the list of the host's units.
    user = request.user
    if not user.holds(Permission.MANAGE_PLACES):
        require(rules.may_keep_unit(user, host_organ=None, division=None))
    township = asked.row(request.GET, "township", Division.objects.select_related("parent"))
    initial = {"township": township, "host_organ": _host_of(township, user.today)}
    initial["started_on"] = user.today
    form = UnitsFromDivisionsForm(posted(request), user=user, initial=initial)
    made = carried_out(form, actions.units_from_divisions, by=user)
    if made is not None:
        said = _("All its villages and communities have units already.")
        if n := len(made):
            said = ngettext("%(n)s unit was made.", "%(n)s units were made.", n) % {"n": n}
        messages.info(request, said)
        return redirect(f"{reverse('units')}?host={form.cleaned_data['host_organ'].pk}")
    title, submit = _("Make units of the villages of a township"), _("Make the units")
    intro = _(
        "Each village and community of the national list that has no unit yet becomes one, "
        "in the order of the codes. Names and kinds can be corrected afterwards."
    )
    page = {"last": _("From divisions"), "back": township, "intro": intro}
    return ask(request, form, title, submit, ABOVE_UNITS, **page)


def _host_of(township, today):
    """The township's own organ, if there is exactly one."""
    if township is None:
        return None
    found = Organ.objects.current(today).filter(division=township, kind=OrganKind.TOWNSHIP)
    found = list(found.select_related("parent").order_by("sort_order", "pk")[:2])
    return found[0] if len(found) == 1 else None
