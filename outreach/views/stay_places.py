"""The timeline of stays by unit or by cadre, and the coverage of units."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.forms.stays import FIRST_YEAR, LAST_YEAR, TimelineForm
from outreach.models import Stay
from outreach.overview import stay_board
from outreach.overview.dashboard_forms import ScopeForm, scope_label
from portal.listings.people import CADRE_ORDER
from portal.listings.places import UNIT_ORDER
from portal.models import Cadre, GrassrootsUnit
from portal.pages.web import listed, page_or_part
from portal.roles import Permission
from portal.sheets.figures import Scope
from portal.tools.replica import reads_at_replica
from portal.trust.access import Decision, require


@dataclass(frozen=True)
class Bar:
    """A stay on the timeline of a year; start and length in days."""

    stay: Stay
    start: int
    length: int
    lane: int

    @property
    def tone(self):
        return "accent" if self.stay.is_residential else "quiet"

    @property
    def top(self):
        return 2 + 14 * self.lane


# Not a Listing: it is a drawing.
@require_safe
@reads_at_replica
def stay_timeline(request):
    """A year of stays by unit or by cadre, in official order."""
    user = request.user
    form = TimelineForm(request.GET, user=user)
    chosen = form.cleaned_data if form.is_valid() else {}
    year = chosen.get("year") or user.today.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    limit = Scope(user, division=chosen.get("area"), organ=chosen.get("organ")).limit()
    stays = Stay.objects.visible_to(user).within(first, last).filter(limit)
    by = "cadre" if request.GET.get("by") == "cadre" else "unit"
    noun, order = (Cadre, CADRE_ORDER) if by == "cadre" else (GrassrootsUnit, UNIT_ORDER)
    related = "organ" if by == "cadre" else "host_organ"
    with_stays = noun.objects.filter(pk__in=stays.order_by().values(by))
    shown = listed(request, with_stays.select_related(related), order)
    lines = {one.pk: [] for one in shown["page"]}
    found = stays.filter(**{f"{by}__in": list(lines)}).select_related(
        "cadre", "unit", "township", "host_organ"
    )
    for stay in found.order_by("starts_on", "pk"):
        lines[getattr(stay, f"{by}_id")].append(stay)
    kept = {k: v for k, v in request.GET.items() if k in {"area", "organ"} and v}

    def address(**changes):
        return "?" + urlencode(kept | {"by": by, "year": year} | changes)

    context = {
        **shown,
        "rows": [(one, _bars(lines[one.pk], first, last)) for one in shown["page"]],
        "form": form,
        "by": by,
        "year": year,
        "days": (last - first).days + 1,
        "months": _months(year),
        "today_at": (user.today - first).days if first <= user.today <= last else None,
        "before_url": address(year=year - 1) if year > FIRST_YEAR else "",
        "after_url": address(year=year + 1) if year < LAST_YEAR else "",
        "other_url": address(by="unit" if by == "cadre" else "cadre"),
        "crumbs": [(_("Stays"), reverse("outreach:stays")), (_("Who is where"), "")],
    }
    status = 422 if form.errors else 200
    page, part = "outreach/stay_timeline.html", "outreach/_stay_bars.html"
    return page_or_part(request, page, part, context, status=status)


def _bars(stays, first, last):
    """Bars of one line; each is drawn in the first lane that is free on its first day."""
    bars, free = [], []
    for stay in stays:
        begins, ends = max(stay.starts_on, first), min(stay.last_day, last)
        lane = next((n for n, until in enumerate(free) if until < begins), len(free))
        free[lane : lane + 1] = [ends]
        bars.append(Bar(stay, (begins - first).days, (ends - begins).days + 1, lane))
    return {"bars": bars, "height": 4 + 14 * max(1, len(free))}


def _months(year):
    """[(first day, days before it, days)] of a year."""
    found, before = [], 0
    for month in range(1, 13):
        days = monthrange(year, month)[1]
        found.append((date(year, month, 1), before, days))
        before += days
    return found


# --- Coverage ----------------------------------------------------------------------------------


class CoverageForm(ScopeForm):
    permission = Permission.READ_STAYS


def _coverage_form(request):
    if not request.user.holds(Permission.READ_STAYS):
        require(Decision(_("Your roles do not read the stays of an area.")))
    form = CoverageForm(request.GET, user=request.user)
    form.is_valid()
    return form


@require_safe
@reads_at_replica
def stay_coverage(request):
    form = _coverage_form(request)
    scope = form.scope
    context = {
        "form": form,
        "scope_label": scope_label(scope),
        "whole": stay_board.coverage(scope),
        "lines": stay_board.by_division(scope),
        "crumbs": [(_("Stays"), reverse("outreach:stays")), (_("Coverage"), "")],
    }
    status = 422 if form.errors else 200
    return render(request, "outreach/stay_coverage.html", context, status=status)


# Not a Listing: the coverage form filters it.
@require_safe
@reads_at_replica
def covered_units(request):
    """The units behind a number of the coverage: with a stay today, or without one."""
    form = _coverage_form(request)
    scope, has = form.scope, request.GET.get("has") != "nobody"
    rows = stay_board.units(scope, has=has).select_related("host_organ", "division")
    shown = listed(request, rows, UNIT_ORDER)
    found = stay_board.stays_of(scope).filter(unit__in=[one.pk for one in shown["page"]])
    there = {}
    for stay in found.select_related("cadre").order_by("-is_leader", "starts_on", "pk"):
        there.setdefault(stay.unit_id, []).append(stay)
    title = _("Units with a stay today") if has else _("Units without a stay today")
    back = f"{reverse('outreach:stay_coverage')}?{urlencode(scope.query)}"
    context = {
        **shown,
        "form": form,
        "title": title,
        "has": has,
        "rows": [(unit, there.get(unit.pk, [])) for unit in shown["page"]],
        "scope_label": scope_label(scope),
        "crumbs": [(_("Coverage"), back), (title, "")],
    }
    status = 422 if form.errors else 200
    return render(request, "outreach/covered_units.html", context, status=status)
