"""Pairings: list, record, agreeing, the plan of a year, one's own, the route of the day, paper."""

from itertools import groupby

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.models import Visit
from pairing.actions import pairings as actions
from pairing.acts.pairings import PAIRINGS, crumbs, visible_pairing
from pairing.forms.pairings import PairingForm, YearPlanForm
from pairing.listings.pairings import AGREED_HERE, NEW_TITLES, visit_form_url, with_contacts
from pairing.models import Agreement, Pairing, YearPlan
from pairing.models.pairings import Level, PairingState
from pairing.rules import pairings as rules
from portal import parameters
from portal.pages.side_list import Area
from portal.pages.text_forms import tell_masked
from portal.pages.web import add_errors, form_page, posted, sheet_page
from portal.records.seen import seen_among, seen_by
from portal.records.steps import history
from portal.roles import Permission
from portal.tools.prepared import Prepared
from portal.trust import wall
from portal.trust.access import Decision, require

# In walking order: townships, villages, households.
VILLAGE_ORDER = (
    *("host_organ__sort_order", "host_organ", "unit__sort_order", "unit__name", "unit"),
    *("household__serial", "pk"),
)
VISITS_SHOWN = 10


_PLANS = Prepared(
    lambda pairing: YearPlan.objects.filter(pairing=pairing).order_by("-year"), pairing=-1
)
_AGREEMENTS = Prepared(
    lambda pairing: Agreement.objects.filter(pairing=pairing).order_by("-starts_on"), pairing=-1
)


@seen_by("replaces")
def _successors(user):
    return Pairing.objects.visible_to(user).order_by("pk")


@seen_by("pk")
def _predecessors(user):
    return Pairing.objects.visible_to(user)


@seen_among("pk")
def _contacts(user):
    visits = Visit.objects.visible_to(user).only("visited_on", "summary")
    return visits.order_by("-visited_on", "-pk")


@require_safe
def pairing(request, pk):
    user, pairing = request.user, visible_pairing(request.user, pk)
    with_contacts([pairing], user.today)
    plans = {plan.year: plan for plan in _PLANS.rows(pairing=pk)}
    may_plan = rules.may_plan_year(user, pairing)
    years, this_year = set(plans), user.today.year
    if may_plan:
        years |= {year for year in (this_year, this_year + 1) if _runs_in(pairing, year)}
    context = {
        "pairing": pairing,
        "steps": history(pairing),
        "agreements": _AGREEMENTS.rows(pairing=pk),
        "plans": [(year, plans.get(year)) for year in sorted(years, reverse=True)],
        "may_plan": may_plan,
        "contacts": _contacts(user, pairing.contact_ids)[:VISITS_SHOWN],
        "successor": next(iter(_successors(user, pk)), None),
        "predecessor": pairing.replaces_id
        and next(iter(_predecessors(user, pairing.replaces_id)), None),
        "is_own": rules.is_own(user, pairing),
        "opens_household": pairing.is_personal
        and bool(rules.may_read_difficulties(user, pairing.household)),
        "acts": PAIRINGS.buttons(user, pairing),
        "crumbs": [Area.PAIRING.crumb, *crumbs(pairing)],
    }
    return render(request, "pairing/pairing.html", context)


def _runs_in(pairing, year):
    return pairing.starts_on.year <= year <= pairing.ends_on.year


# --- Agreeing, and the plan of a year ------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_pairing(request, level):
    # A view, not an act, since its address names the level.
    user = request.user
    if level not in AGREED_HERE:
        raise Http404
    require(rules.may_agree_at_all(user))
    form = PairingForm(posted(request), user=user, level=Level(level))
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data | {"level": level, "by": user, "at": timezone.now()}
        try:
            with wall.as_system("an act, after its rule"):
                pairing = actions.agree_pairing(**facts)
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            tell_masked(request, form)
            return redirect(pairing)
    here = NEW_TITLES[level]
    intro = _("If several help one, agree each pairing separately as “Several help one”.")
    if level != Level.UNIT:
        limit = parameters.number("pairing.household_per_cadre_max", on=user.today)
        intro += " " + _("A cadre looks after %(n)s households at most.") % {"n": limit}
    return form_page(
        request,
        form,
        title=here,
        submit_label=_("Agree"),
        intro=intro,
        cancel_url=reverse("pairing:pairings"),
        crumbs=[(_("Pairings"), reverse("pairing:pairings")), (here, "")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def year_plan(request, pk, year):
    # A view, not an act, since its address names the year as well.
    user, pairing = request.user, visible_pairing(request.user, pk)
    if not _runs_in(pairing, year):
        raise Http404
    require(rules.may_plan_year(user, pairing))
    kept = YearPlan.objects.filter(pairing=pairing, year=year).first()
    form = YearPlanForm(posted(request), user=user, initial={"aims": kept.aims if kept else ""})
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data | {"year": year, "by": user, "at": timezone.now()}
        try:
            with wall.as_system("an act, after its rule"):
                actions.keep_plan(pairing=pairing, **facts)
            tell_masked(request, form)
            return redirect(pairing)
        except ValidationError as problem:
            add_errors(form, problem)
    here = _("Plan of %(year)s") % {"year": year}
    return form_page(
        request,
        form,
        title=here,
        submit_label=_("Keep it"),
        cancel_url=pairing.get_absolute_url(),
        crumbs=crumbs(pairing, here),
    )


# --- The user's own pairings ---------------------------------------------------------------------


def _own(user):
    if not user.holds(Permission.RECORD_VISITS):
        require(
            Decision(_("Only those who visit have pairings of their own; others use the list."))
        )
    return Pairing.objects.of(user).helping().filter(state=PairingState.AGREED)


@require_safe
def my_pairings(request):
    today = request.user.today
    rows = _own(request.user).filter(ends_on__gte=today).for_list()
    own = with_contacts(rows.order_by(*VILLAGE_ORDER), today)
    context = {
        "pairings": own,
        "due_count": sum(1 for one in own if one.due and one.due <= today),
        "interval": parameters.number("pairing.visit_interval_days", on=today),
        "crumbs": [Area.PAIRING.crumb, (_("My pairings"), "")],
    }
    return render(request, "pairing/my_pairings.html", context)


def contacts_due(on):
    """Contacts that are due, for the to-do list, reminder, route and print."""
    interval = parameters.number("pairing.visit_interval_days", on=on)
    return Pairing.objects.under_way(on).contact_due(on, interval, on=on)


def due_contacts(user, on):
    """One's own contacts that are due."""
    return contacts_due(on).of(user)


def _route(user):
    """[{unit, township, rows, visit_url}] of the due contacts, in village order."""
    _own(user)
    rows = due_contacts(user, user.today).for_list()
    stops = []
    ordered = with_contacts(rows.order_by(*VILLAGE_ORDER), user.today)
    for unit, found in groupby(ordered, key=lambda one: one.unit):
        found = list(found)
        households = [one.household_id for one in found if one.household_id]
        stop = {"unit": unit, "township": found[0].township, "rows": found}
        stops.append(stop | {"visit_url": visit_form_url(unit.pk, households)})
    return stops


@require_safe
def contact_route(request):
    context = {
        "stops": _route(request.user),
        "crumbs": [(_("My pairings"), reverse("pairing:my_pairings")), (_("Route of the day"), "")],
    }
    return render(request, "pairing/contact_route.html", context)


# --- Paper ---------------------------------------------------------------------------------------


@require_safe
def print_contact_route(request):
    """走访路线单: where to go today, in village order, with roster numbers only."""
    user, stops = request.user, _route(request.user)
    context = {"stops": stops, "today": user.today, "name": user.name}
    return sheet_page(request, "pairing/slips/contact_route.html", context)


@require_safe
def agreement_print(request, pk, agreement_pk):
    """结对帮扶协议书."""
    pairing = visible_pairing(request.user, pk)
    seen = Agreement.objects.visible_to(request.user)
    agreement = get_object_or_404(seen, pairing=pairing, pk=agreement_pk)
    context = {"pairing": pairing, "agreement": agreement}
    slip = "mentoring" if pairing.is_mentoring else "agreement"
    return sheet_page(request, f"pairing/slips/{slip}.html", context)


@require_safe
def year_plan_print(request, pk, year):
    """年度帮扶计划: aims and what was promised for the year."""
    pairing = visible_pairing(request.user, pk)
    plan = get_object_or_404(YearPlan.objects.visible_to(request.user), pairing=pairing, year=year)
    context = {"pairing": pairing, "plan": plan, "items": plan.items}
    return sheet_page(request, "pairing/slips/year_plan.html", context)
