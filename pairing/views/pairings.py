"""Pairings: list, record, agreeing and all that follows, one's own, the route of the day, paper."""

from datetime import timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.models import Visit
from outreach.models.visits import Purpose
from pairing.actions import pairings as actions
from pairing.filters.pairings import TABS, PairingFilter, in_tab
from pairing.forms.pairings import (
    AgreementForm,
    CancelPairingForm,
    ChangeCadreForm,
    ChangePairingEndForm,
    EndPairingForm,
    PairingForm,
    RenewForm,
    YearPlanForm,
    months_later,
)
from pairing.ledgers.pairings import PAIRING_LEDGER, REASONS_LEDGER
from pairing.lists import PAIRINGS
from pairing.models import Agreement, Pairing, YearPlan
from pairing.models.pairings import PHASES, Level, PairingState
from pairing.rules import pairings as rules
from portal import ledgers, lists, parameters
from portal.access import Decision, NotNow, NotYours, Permission, require
from portal.seen import seen
from portal.side_list import Area
from portal.web import (
    Sort,
    add_errors,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    sheet_page,
)

NEWEST = Sort(gettext_lazy("newest first"), "starts_on")
SORTS = {
    "to_begin": Sort(gettext_lazy("by first day"), "starts_on", descending=False),
    "ending": Sort(gettext_lazy("by last day"), "ends_on", descending=False),
}
# In the order in which one walks: townships, villages, doors.
VILLAGE_ORDER = ("host_organ__sort_order", "host_organ", "unit__sort_order", "unit__name", "unit",
                 "household__serial", "pk")  # fmt: skip
# Levels that are agreed on the page for them; branches have a page of their own.
AGREED_HERE = (Level.UNIT, Level.HOUSEHOLD, Level.MEMBER)
NEW_TITLES = {
    Level.UNIT: gettext_lazy("Pair an organ with a unit"),
    Level.HOUSEHOLD: gettext_lazy("Pair a cadre with a household"),
    Level.MEMBER: gettext_lazy("Pair a cadre with a Party member in difficulty"),
}
VISITS_SHOWN = 10


def visit_form_url(unit_pk, households=()):
    """The visit form with place, doors and purpose filled in: entered once, counted here."""
    given = [("unit", unit_pk), *(("household", pk) for pk in households)]
    return f"{reverse('outreach:new_visit')}?{urlencode([*given, ('purpose', Purpose.PAIRING)])}"


def _with_contacts(pairings, today):
    """Each as it stands today, with the day on which its next contact is due, or None."""
    interval = parameters.number("pairing.visit_interval_days", on=today)
    pairings = list(pairings)
    for one in pairings:
        one.standing = one.phase(today)
        one.standing_label = PHASES[one.standing]
        one.due = one.contact_due_on(interval) if one.standing == "running" else None
        households = [one.household_id] if one.household_id else []
        one.visit_url = visit_form_url(one.unit_id, households)
    return pairings


@require_safe
def pairings(request):
    user = request.user
    require(rules.may_see_pairings(user))
    tab = request.GET.get("tab")
    tab = tab if tab in TABS else "running"
    rows = in_tab(Pairing.objects.visible_to(user), tab, on=user.today)
    filtered = PairingFilter(request.GET, queryset=rows, user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    sort = SORTS.get(tab, NEWEST)
    shown = listed(request, rows.for_list(), sort)
    _with_contacts(shown["page"], user.today)
    context = {
        **shown,
        "filter": filtered,
        "columns": lists.columns(user, PAIRINGS),
        "tab": tab,
        "tabs": [(code, label, code == tab) for code, label in TABS.items()],
        "sorts": [(tab, sort)],
        "sort": sort,
        "may_export": user.holds(Permission.EXPORT) and user.holds(Permission.READ_PAIRINGS),
        "may_export_reasons": bool(rules.may_export_reasons(user)),
        "new": _new_links(user),
        "helps": user.holds(Permission.RECORD_VISITS),
        "crumbs": [Area.PAIRING.crumb, (_("Pairings"), "")],
    }
    return page_or_part(request, "pairing/pairings.html", "pairing/_pairing_rows.html", context)


def _new_links(user):
    if not rules.may_agree_at_all(user):
        return []
    return [
        (reverse("pairing:new_pairing", args=[level]), NEW_TITLES[level]) for level in AGREED_HERE
    ]


@seen
def visible_pairing(user):
    return (
        Pairing.objects.visible_to(user)
        .for_list()
        .select_related(
            "cadre__user", "cadre__organ", "unit__host_organ", "unit__division", "replaces"
        )
    )


def crumbs(pairing, *more):
    here = f"{pairing.helper_label} · {pairing.helped_label}"
    return [
        (_("Pairings"), reverse("pairing:pairings")),
        (here, pairing.get_absolute_url() if more else ""),
        *[(label, "") for label in more],
    ]


@require_safe
def pairing(request, pk):
    user, pairing = request.user, visible_pairing(request.user, pk)
    _with_contacts([pairing], user.today)
    plans = {plan.year: plan for plan in pairing.plans.order_by("-year")}
    may_plan = rules.may_plan_year(user, pairing)
    years = set(plans)
    if may_plan:
        this_year = user.today.year
        years |= {
            year for year in (this_year, this_year + 1)
            if pairing.starts_on.year <= year <= pairing.ends_on.year
        }  # fmt: skip
    context = {
        "pairing": pairing,
        "steps": pairing.steps.select_related("by__organ").order_by("-at", "-pk"),
        "agreements": pairing.agreements.order_by("-starts_on"),
        "plans": [(year, plans.get(year)) for year in sorted(years, reverse=True)],
        "may_plan": may_plan,
        "contacts": Visit.objects.visible_to(user)
        .filter(pk__in=pairing.contacts().values("pk"))
        .for_list()
        .order_by("-visited_on", "-pk")[:VISITS_SHOWN],
        "successor": Pairing.objects.visible_to(user).filter(replaces=pairing).first(),
        "predecessor": pairing.replaces_id
        and Pairing.objects.visible_to(user).filter(pk=pairing.replaces_id).first(),
        "is_own": rules.is_own(user, pairing),
        "opens_household": pairing.is_personal
        and bool(rules.may_read_difficulties(user, pairing.household)),
        "acts": _acts(user, pairing),
        "crumbs": crumbs(pairing),
    }
    return render(request, "pairing/pairing.html", context)


def _acts(user, pairing):
    acts = [
        ("sign_agreement", _("Enter a signed agreement"), rules.may_sign_agreement, {}),
        ("renew_pairing", _("Renew with a new agreement"), rules.may_renew_pairing, {}),
        ("change_pairing_end", _("Change the planned end"), rules.may_change_pairing, {}),
        ("change_pairing_cadre", _("Somebody else goes on"), rules.may_change_cadre, {}),
        ("end_pairing", _("End the pairing"), rules.may_end_pairing, {}),
        (
            "cancel_pairing",
            pgettext("pairings", "Cancel before it begins"),
            rules.may_cancel_pairing,
            {},
        ),
    ]
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, pairing)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"pairing:{name}", args=[pairing.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


# --- Acts ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_pairing(request, level):
    user = request.user
    if level not in AGREED_HERE:
        raise Http404
    require(rules.may_agree_at_all(user))
    form = PairingForm(posted(request), user=user, level=Level(level))
    if form.is_bound and form.is_valid():
        try:
            agreed = actions.agree_pairing(
                level=level, by=user, at=timezone.now(), **form.cleaned_data
            )
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            return redirect(agreed)
    here = NEW_TITLES[level]
    intro = _("Several who help one are agreed one by one, each as “Several help one”.")
    if level != Level.UNIT:
        limit = parameters.number("pairing.household_per_cadre_max", on=user.today)
        intro += " " + _("A cadre looks after %(n)s households at most.") % {"n": limit}
    return form_page(
        request, form, title=here, submit_label=_("Agree"), intro=intro,
        cancel_url=reverse("pairing:pairings"),
        crumbs=[(_("Pairings"), reverse("pairing:pairings")), (here, "")],
    )  # fmt: skip


def act_page(request, pairing, *, rule, form, act, title, submit="", intro="", **keys):
    """One act on one pairing: the rule, the form, the action, back to the pairing."""
    require(rule(request.user, pairing))
    if form.is_bound and form.is_valid():
        given = {k: v for k, v in form.cleaned_data.items() if k != "numbers"}
        try:
            done = act(pairing=pairing, by=request.user, at=timezone.now(), **keys, **given)
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            return redirect(done if isinstance(done, Pairing) else pairing)
    return form_page(
        request, form, title=title, submit_label=submit or title, intro=intro,
        cancel_url=pairing.get_absolute_url(), crumbs=crumbs(pairing, title),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def sign_agreement(request, pk):
    pairing = visible_pairing(request.user, pk)
    initial = {
        "signed_on": request.user.today, "starts_on": pairing.starts_on,
        "ends_on": pairing.ends_on,
    }  # fmt: skip
    return act_page(
        request, pairing, rule=rules.may_sign_agreement, act=actions.sign_agreement,
        form=AgreementForm(posted(request), user=request.user, initial=initial),
        title=_("Enter a signed agreement"), submit=_("Keep it"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def renew_pairing(request, pk):
    pairing = visible_pairing(request.user, pk)
    latest = pairing.agreements.order_by("-ends_on").first()
    initial = {
        "signed_on": request.user.today,
        "ends_on": months_later(
            pairing.ends_on + timedelta(days=1),
            parameters.number("pairing.term_months", on=request.user.today),
        ),
    }
    if latest:
        initial |= {name: getattr(latest, name) for name in ("aims", "content", "ways")}
    return act_page(
        request, pairing, rule=rules.may_renew_pairing, act=actions.renew_pairing,
        form=RenewForm(posted(request), user=request.user, initial=initial),
        title=_("Renew with a new agreement"), submit=_("Renew"),
        intro=_("The new agreement begins on the day after the last one."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_pairing_end(request, pk):
    pairing = visible_pairing(request.user, pk)
    form = ChangePairingEndForm(
        posted(request), user=request.user, initial={"ends_on": pairing.ends_on}
    )
    return act_page(
        request, pairing, rule=rules.may_change_pairing, act=actions.change_pairing_end, form=form,
        title=_("Change the planned end"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_pairing_cadre(request, pk):
    pairing = visible_pairing(request.user, pk)
    form = ChangeCadreForm(
        posted(request), user=request.user, initial={"starts_on": request.user.today}
    )
    return act_page(
        request, pairing, rule=rules.may_change_cadre, act=actions.change_pairing_cadre, form=form,
        title=_("Somebody else goes on"), submit=_("Change the cadre"),
        intro=_("This pairing ends on the day before; promises and plans pass along."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end_pairing(request, pk):
    pairing = visible_pairing(request.user, pk)
    last = min(request.user.today, pairing.ends_on)
    form = EndPairingForm(posted(request), user=request.user, initial={"on": last})
    intro = _("Its record closes to the cadre at once.") if pairing.is_personal else ""
    return act_page(
        request, pairing, rule=rules.may_end_pairing, act=actions.end_pairing, form=form,
        title=_("End the pairing"), submit=_("End it"), intro=intro,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_pairing(request, pk):
    pairing = visible_pairing(request.user, pk)
    return act_page(
        request, pairing, rule=rules.may_cancel_pairing, act=actions.cancel_pairing,
        form=CancelPairingForm(posted(request), user=request.user),
        title=pgettext("pairings", "Cancel before it begins"), submit=_("Cancel the pairing"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def year_plan(request, pk, year):
    pairing = visible_pairing(request.user, pk)
    if not pairing.starts_on.year <= year <= pairing.ends_on.year:
        raise Http404
    kept = YearPlan.objects.filter(pairing=pairing, year=year).first()
    form = YearPlanForm(
        posted(request), user=request.user, initial={"aims": kept.aims if kept else ""}
    )
    return act_page(
        request, pairing, rule=rules.may_plan_year, act=actions.keep_plan, form=form, year=year,
        title=_("Plan of %(year)s") % {"year": year}, submit=_("Keep it"),
    )  # fmt: skip


# --- One's own -----------------------------------------------------------------------------------


def _own(user):
    if not user.holds(Permission.RECORD_VISITS):
        require(Decision(_("Who goes down has pairings; others look at the list.")))
    return Pairing.objects.of(user).filter(state=PairingState.AGREED)


@require_safe
def my_pairings(request):
    today = request.user.today
    rows = _own(request.user).filter(ends_on__gte=today).for_list()
    own = _with_contacts(rows.order_by(*VILLAGE_ORDER), today)
    context = {
        "pairings": own,
        "due_count": sum(1 for one in own if one.due and one.due <= today),
        "interval": parameters.number("pairing.visit_interval_days", on=today),
        "crumbs": [Area.PAIRING.crumb, (_("My pairings"), "")],
    }
    return render(request, "pairing/my_pairings.html", context)


def due_contacts(user, on):
    """One's own contacts that are due: the same rows for to-do list, route and print."""
    interval = parameters.number("pairing.visit_interval_days", on=on)
    return Pairing.objects.open_to(user, on).contact_due(on, interval, on=on)


def _route(user):
    """[{unit, rows, visit_url}] of the contacts that are due, in the order of the villages."""
    _own(user)
    rows = due_contacts(user, user.today).for_list()
    stops = []
    ordered = _with_contacts(rows.order_by(*VILLAGE_ORDER), user.today)
    for unit, found in groupby(ordered, key=lambda one: one.unit):
        found = list(found)
        households = [one.household_id for one in found if one.household_id]
        stops.append(
            {"unit": unit, "township": found[0].township, "rows": found,
             "visit_url": visit_form_url(unit.pk, households)}
        )  # fmt: skip
    return stops


@require_safe
def contact_route(request):
    context = {
        "stops": _route(request.user),
        "crumbs": [
            (_("My pairings"), reverse("pairing:my_pairings")), (_("Route of the day"), ""),
        ],
    }  # fmt: skip
    return render(request, "pairing/contact_route.html", context)


# --- Paper ---------------------------------------------------------------------------------------


@require_safe
def print_contact_route(request):
    """走访路线单: where to go today, in the order of the villages, by roster numbers alone."""
    stops = _route(request.user)
    return sheet_page(
        request, "pairing/slips/contact_route.html",
        {"stops": stops, "today": request.user.today, "name": request.user.name},
    )  # fmt: skip


@require_safe
def agreement_print(request, pk, agreement_pk):
    """结对帮扶协议书."""
    pairing = visible_pairing(request.user, pk)
    agreement = get_object_or_404(
        Agreement.objects.visible_to(request.user), pairing=pairing, pk=agreement_pk
    )
    return sheet_page(
        request, "pairing/slips/agreement.html", {"pairing": pairing, "agreement": agreement}
    )


@require_safe
def year_plan_print(request, pk, year):
    """年度帮扶计划: aims and what was promised for the year."""
    pairing = visible_pairing(request.user, pk)
    plan = get_object_or_404(YearPlan.objects.visible_to(request.user), pairing=pairing, year=year)
    return sheet_page(
        request, "pairing/slips/year_plan.html",
        {"pairing": pairing, "plan": plan, "items": plan.items},
    )  # fmt: skip


@require_POST
def export_pairings(request):
    user = request.user
    if not (user.holds(Permission.EXPORT) and user.holds(Permission.READ_PAIRINGS)):
        require(Decision(_("Your roles do not export ledgers.")))
    skipped = {"csrfmiddlewaretoken", "reasons"}
    filters = {k: v for k, v in request.POST.items() if k not in skipped and v}
    ledger = PAIRING_LEDGER
    if request.POST.get("reasons"):
        require(rules.may_export_reasons(user))
        ledger = REASONS_LEDGER
    return redirect(ledgers.start_export(ledger, filters=filters, by=user))
