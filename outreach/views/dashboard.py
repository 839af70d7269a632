"""The dashboard, its page on paper, and the lists of units behind its numbers."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.figures import WORDS_OF_ALL, WORDS_OF_SAMPLE
from outreach.models import Visit
from outreach.overview import dashboard as board
from outreach.overview import dashboard_parts as parts
from outreach.overview import stay_board
from outreach.overview.dashboard_forms import DashboardForm, ScopeForm, WeeksForm, scope_label
from outreach.rules import whole as rules
from portal import parameters
from portal.listings.places import UNIT_ORDER
from portal.pages.web import asks_for_part, listed, page_or_part, sheet_page, varying
from portal.roles import Permission
from portal.sheets import ledgers
from portal.trust.access import Decision, require

# Rows that the page on paper has room for.
PRINTED = 8


def _chosen(form_class, request):
    require(rules.may_see_dashboard(request.user))
    form = form_class(request.GET, user=request.user)
    form.is_valid()
    return form


def _first_cards(scope, days, shown=board.SHOWN):
    """What a leader reads first, on screen and on paper."""
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
def dashboard(request):
    form = _chosen(DashboardForm, request)
    scope, days = form.scope, form.days
    kept = request.GET.copy()
    for name in ("period", "first", "last"):
        kept.pop(name, None)
    chosen = "days" if form.errors else form.cleaned_data.get("period") or "month"
    context = {
        **_first_cards(scope, days),
        "form": form,
        "periods": [
            {"label": label, "url": f"?{_with(kept, period=code)}", "current": code == chosen}
            for code, label in board.PERIODS.items()
            if code != "days"
        ],
        "print_url": f"{reverse('outreach:print_dashboard')}?{request.GET.urlencode()}",
        "backlog": board.backlog(scope),
        "unattended_url": board.unattended_url(scope),
        "parts": [
            (part.title, f"{reverse(part.url_name)}?{request.GET.urlencode()}")
            for part in [*board.PARTS, board.OVER_THE_YEAR]
            if request.user.holds(part.permission)
        ],
        "crumbs": [(_("Dashboard"), "")],
    }
    status = 422 if form.errors else 200
    return render(request, "outreach/dashboard.html", context, status=status)


@require_safe
def going_down(request):
    form = _chosen(DashboardForm, request)
    context = {
        "stays": stay_board.section(form.scope),
        "gatherings": parts.gatherings(form.scope, form.days),
    }
    return dashboard_part(
        request,
        form,
        _("Stays, campaigns, receptions"),
        "outreach/_going_down.html",
        context,
        days=form.days,
    )


@require_safe
def festival_visits(request):
    form = _chosen(DashboardForm, request)
    context = {"festival_visits": parts.festival_visits(form.scope, form.days)}
    return dashboard_part(
        request,
        form,
        _("Festival visits"),
        "outreach/_festival_visits.html",
        context,
        days=form.days,
    )


@require_safe
def over_the_year(request):
    """The charts of twelve months with their tables."""
    form = _chosen(DashboardForm, request)
    scope, days = form.scope, form.days
    over_time = {"categories": parts.categories(scope, days)}
    if scope.is_open_to(Permission.READ_VISITS):
        over_time["evenness"] = parts.evenness(scope, days)
    context = {
        "over_time": over_time,
        "charts": {f"chart-{name}": parts.chart(table) for name, table in over_time.items()},
    }
    return dashboard_part(
        request, form, _("Over the year"), "outreach/_over_the_year.html", context, days=form.days
    )


def dashboard_part(request, form, title, part, context, *, days=None):
    """What is loaded after the dashboard, and a page of its own without script; with the days that
    its numbers are of."""
    context |= {
        "form": form,
        "title": title,
        "part": part,
        "days": days,
        "scope_label": scope_label(form.scope),
        "now": timezone.now(),
        "crumbs": [
            (_("Dashboard"), f"{reverse('outreach:dashboard')}?{request.GET.urlencode()}"),
            (title, ""),
        ],
    }
    status = 422 if form.errors else 200
    return page_or_part(request, "outreach/dashboard_part.html", part, context, status=status)


def _with(query, **changes):
    query = query.copy()
    query.update(changes)
    return query.urlencode()


@require_safe
def print_dashboard(request):
    """一页纸: one A4 page for a leader; Chinese like every sheet."""
    form = _chosen(DashboardForm, request)

    def context():
        cards = _first_cards(form.scope, form.days, PRINTED)
        # A leader reads what the office reports; a township stamps what it reports itself.
        office = parameters.text("programme.office_name", on=request.user.today)
        return {
            **cards,
            "back": f"{reverse('outreach:dashboard')}?{request.GET.urlencode()}",
            "office": office if cards["is_leader"] else ledgers.stamped_by(request.user),
            "errors": form.errors,
        }

    status = 422 if form.errors else 200
    return sheet_page(request, "outreach/slips/dashboard.html", context, status=status)


# No row: asked by the form of the dashboard.
@require_safe
def busy_units(request):
    """Units that had more visits in a week than the limit, with those weeks."""
    form = _chosen(WeeksForm, request)
    scope, today = form.scope, request.user.today
    first, last = today, today
    if not form.errors:
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    limit = board.week_limit(board.Period(first, last), today)
    may_read = scope.is_open_to(Permission.READ_VISITS)
    if not may_read:
        require(Decision(_("Your roles do not read the diary of this area.")))
    rows = board.units_of(scope).none()
    weeks = {}
    if not form.errors:
        rows = board.busy_units(scope, first, last, limit)
    shown = listed(request, rows.select_related("host_organ"), UNIT_ORDER)
    if not form.errors:
        found = scope.rows(Visit, Permission.READ_VISITS).filter(
            unit__in=[unit.pk for unit in shown["page"]]
        )
        for week in found.busy_weeks(first, last, limit).order_by("monday"):
            weeks.setdefault(week["unit"], []).append(board.week_of(scope, **week))
    for unit in shown["page"]:
        unit.weeks = weeks.get(unit.pk, [])
    context = {
        **shown,
        "form": form,
        "limit": limit,
        "scope_label": scope_label(scope),
        "crumbs": [
            (_("Dashboard"), reverse("outreach:dashboard")),
            (_("Units with a week over the limit"), ""),
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "outreach/busy_units.html", context, status=status)


# No row: asked by the form of the dashboard, and a card of it.
@require_safe
def unattended_units(request):
    """Units with open matters that no cadre looks after today; the first of them as the card that
    the dashboard loads."""
    form = _chosen(ScopeForm, request)
    scope = form.scope
    if asks_for_part(request):
        context = {"unattended": board.unattended(scope)}
        return varying(render(request, "outreach/_unattended.html", context))
    rows = board.unattended_units(scope).select_related("host_organ")
    shown = listed(request, rows, UNIT_ORDER)
    context = {
        **shown,
        "form": form,
        "units": board.with_open_matters(list(shown["page"]), scope),
        "scope_label": scope_label(scope),
        "may_arrange": request.user.holds(Permission.MANAGE_PEOPLE)
        or request.user.holds(Permission.RECORD_FOR_OTHERS),
        "crumbs": [
            (_("Dashboard"), reverse("outreach:dashboard")),
            (_("Units with open matters and nobody in contact"), ""),
        ],
    }
    status = 422 if form.errors else 200
    return varying(render(request, "outreach/unattended_units.html", context, status=status))
