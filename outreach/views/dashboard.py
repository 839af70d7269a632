"""The dashboard, its page on paper, and the lists of units behind its numbers."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.figures import WORDS_OF_ALL, WORDS_OF_SAMPLE
from outreach.models import Visit
from outreach.overview import contact, stay_board
from outreach.overview import dashboard as board
from outreach.overview import dashboard_parts as parts
from outreach.overview.dashboard_forms import (
    DashboardForm,
    MonthsForm,
    ScopeForm,
    WeeksForm,
    scope_label,
)
from outreach.rules import whole as rules
from portal import parameters
from portal.listings.places import UNIT_ORDER
from portal.pages.web import asks_for_part, listed, page_or_part, sheet_page, varying
from portal.roles import Permission
from portal.sheets import ledgers
from portal.tools.replica import reads_at_replica
from portal.trust.access import Decision, require

# Rows that fit on the printed page, without and with its annex.
PRINTED, PRINTED_WITH_ANNEX = 7, 200


def _answer(request, template, form, **context):
    """Render a page with its form; status 422 if the form has errors."""
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def _with_query(url_name, request):
    return f"{reverse(url_name)}?{request.GET.urlencode()}"


def _chosen(form_class, request):
    require(rules.may_see_dashboard(request.user))
    form = form_class(request.GET, user=request.user)
    form.is_valid()
    return form


def _first_cards(scope, days, shown=board.WAITING_SHOWN):
    """Context of the first cards, on screen and on paper."""
    counts = board.counts_of(scope, days)
    return {
        "scope": scope,
        "scope_label": scope_label(scope),
        "days": days,
        "is_leader": scope.user.holds(Permission.INSTRUCT),
        "needs_word": board.needs_word(scope, shown),
        "sample": board.words(WORDS_OF_SAMPLE, scope, days, counts),
        "asked": board.words(WORDS_OF_ALL, scope, days, counts),
        "costs": board.costs(scope, days, counts),
        "pace": board.pace(scope, days, counts),
        "fewest": parameters.number("eval.min_display_n", on=scope.user.today),
        "now": timezone.now(),
    }


@require_safe
@reads_at_replica
def dashboard(request):
    form = _chosen(DashboardForm, request)
    scope, days = form.scope, form.days
    kept = request.GET.copy()
    for name in ("period", "first", "last"):
        kept.pop(name, None)
    chosen = "days" if form.errors else form.cleaned_data.get("period") or "month"
    context = {
        **_first_cards(scope, days),
        "periods": [
            {"label": label, "url": f"?{_with(kept, period=code)}", "current": code == chosen}
            for code, label in board.PERIODS.items()
            if code != "days"
        ],
        "print_url": _with_query("outreach:print_dashboard", request),
        "backlog": board.backlog(scope),
        "unattended_url": board.unattended_url(scope),
        "parts": [
            (part.title, _with_query(part.url_name, request))
            for part in [*board.PARTS, board.OVER_THE_YEAR]
            if part.is_used and request.user.holds(part.permission)
        ],
        "crumbs": [(_("Dashboard"), "")],
    }
    return _answer(request, "outreach/dashboard.html", form, **context)


@require_safe
@reads_at_replica
def going_down(request):
    form = _chosen(DashboardForm, request)
    context = {
        "stays": stay_board.section(form.scope),
        "gatherings": parts.gatherings(form.scope, form.days),
    }
    title, part = _("Stays, campaigns, receptions"), "outreach/_going_down.html"
    return dashboard_part(request, form, title, part, context, days=form.days)


@require_safe
@reads_at_replica
def festival_visits(request):
    form = _chosen(DashboardForm, request)
    context = {"festival_visits": parts.festival_visits(form.scope, form.days)}
    title, part = _("Festival visits"), "outreach/_festival_visits.html"
    return dashboard_part(request, form, title, part, context, days=form.days)


@require_safe
@reads_at_replica
def over_the_year(request):
    """Matters by category in a chart with its table, and units by months without contact."""
    form = _chosen(DashboardForm, request)
    scope, days = form.scope, form.days
    categories = parts.categories(scope, days)
    context = {"categories": categories, "charts": {"chart-categories": parts.chart(categories)}}
    if scope.is_open_to(Permission.READ_VISITS):
        context["contact"] = contact.section(scope, days)
    title, part = _("Over the year"), "outreach/_over_the_year.html"
    return dashboard_part(request, form, title, part, context, days=days)


def dashboard_part(request, form, title, part, context, *, days=None):
    """A page behind the dashboard, or its cards alone. `days` is the period."""
    context |= {
        "form": form,
        "title": title,
        "part": part,
        "days": days,
        "scope_label": scope_label(form.scope),
        "now": timezone.now(),
        "crumbs": [(_("Dashboard"), _with_query("outreach:dashboard", request)), (title, "")],
    }
    status = 422 if form.errors else 200
    return page_or_part(request, "outreach/dashboard_part.html", part, context, status=status)


def _with(query, **changes):
    query = query.copy()
    query.update(changes)
    return query.urlencode()


@require_safe
@reads_at_replica
def print_dashboard(request):
    """一页纸: one A4 page for a leader; Chinese like every sheet."""
    form = _chosen(DashboardForm, request)

    def context():
        cards = _first_cards(form.scope, form.days, PRINTED_WITH_ANNEX)
        waiting = cards["needs_word"]["rows"]
        # A leader gets a report of the office; a township stamps its own.
        office = ledgers.office_signed_as(on=request.user.today)
        return {
            **cards,
            "first_rows": waiting[:PRINTED],
            "annex": waiting[PRINTED:],
            "left_out": cards["needs_word"]["total"].n - len(waiting),
            "back": _with_query("outreach:dashboard", request),
            "office": office if cards["is_leader"] else ledgers.stamped_by(request.user),
            "errors": form.errors,
        }

    status = 422 if form.errors else 200
    return sheet_page(request, "outreach/slips/dashboard.html", context, status=status)


# Not a Listing: the dashboard's form filters it.
@require_safe
@reads_at_replica
def busy_units(request):
    """Units with more visits in a week than the limit, and those weeks."""
    form = _chosen(WeeksForm, request)
    scope, today = form.scope, request.user.today
    first, last = today, today
    if not form.errors:
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    limit = board.week_limit(board.Period(first, last), today)
    if not scope.is_open_to(Permission.READ_VISITS):
        require(Decision(_("Your roles do not read the diary of this area.")))
    rows = board.units_of(scope).none()
    if not form.errors:
        rows = board.busy_units(scope, first, last, limit)
    shown = listed(request, rows.select_related("host_organ"), UNIT_ORDER)
    for unit in shown["page"]:
        unit.weeks = []
    if not form.errors:
        _add_weeks(scope, shown["page"], first, last, limit)
    return _answer(
        request,
        "outreach/busy_units.html",
        form,
        **shown,
        limit=limit,
        scope_label=scope_label(scope),
        crumbs=_crumbs(_("Units with a week over the limit")),
    )


def _add_weeks(scope, units, first, last, limit):
    by_pk = {unit.pk: unit for unit in units}
    visits = scope.rows(Visit, Permission.READ_VISITS).filter(unit__in=list(by_pk))
    for week in visits.busy_weeks(first, last, limit).order_by("monday"):
        by_pk[week["unit"]].weeks.append(board.week_of(scope, **week))


# Not a Listing: the dashboard's form filters it.
@require_safe
@reads_at_replica
def units_without_contact(request):
    """Units where nobody was in one of these months, and those months."""
    form = _chosen(MonthsForm, request)
    scope = form.scope
    if not scope.is_open_to(Permission.READ_VISITS):
        require(Decision(_("Your roles do not read the diary of this area.")))
    months = form.months
    found = contact.months_without_contact(scope, months)
    rows = board.units_of(scope).filter(pk__in=found).select_related("host_organ")
    shown = listed(request, rows, UNIT_ORDER)
    for unit in shown["page"]:
        unit.months = found[unit.pk]
    return _answer(
        request,
        "outreach/units_without_contact.html",
        form,
        **shown,
        months=months,
        too_wide=not contact.shows_units(scope),
        scope_label=scope_label(scope),
        crumbs=_crumbs(_("Units with months without contact")),
    )


def _crumbs(here):
    return [(_("Dashboard"), reverse("outreach:dashboard")), (here, "")]


# Not a Listing: the dashboard's form filters it, and a card of the dashboard loads it.
@require_safe
@reads_at_replica
def unattended_units(request):
    """Units with open matters and no contact cadre today; for the card of the dashboard only their
    number."""
    form = _chosen(ScopeForm, request)
    scope = form.scope
    if asks_for_part(request):
        context = {"unattended": board.unattended(scope)}
        return varying(render(request, "outreach/_unattended.html", context))
    rows = board.unattended_units(scope).select_related("host_organ")
    shown, holds = listed(request, rows, UNIT_ORDER), request.user.holds
    answer = _answer(
        request,
        "outreach/unattended_units.html",
        form,
        **shown,
        units=board.with_open_matters(list(shown["page"]), scope),
        scope_label=scope_label(scope),
        may_arrange=holds(Permission.MANAGE_PEOPLE) or holds(Permission.RECORD_FOR_OTHERS),
        crumbs=_crumbs(_("Units with open matters and no contact cadre")),
    )
    return varying(answer)
