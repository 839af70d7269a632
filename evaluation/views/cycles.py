"""Pages of a cycle, of the list of its appraised, and of each appraised."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from evaluation.acts import cycles as acts
from evaluation.appraisal import gathering, hooks
from evaluation.filters.cycles import APPRAISED_TABS, AppraisedFilter, appraised_in, of_oneself
from evaluation.listings.cycles import next_of
from evaluation.models import Appraised
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import Subject
from evaluation.rules import cycles as rules
from portal.pages.side_list import Area
from portal.pages.web import Sort, exact_total, listed, page_or_part, tabbed
from portal.records.steps import history
from portal.trust.access import require

# The only order: by organ and post, never by a figure (DESIGN 6.8).
OFFICIAL = Sort(gettext_lazy("official order"), "sort_key", descending=False)


@require_safe
def cycle(request, pk):
    user, cycle = request.user, acts.visible_cycle(request.user, pk)
    what, until = next_of(cycle)
    # A cancelled cycle has no parts.
    stands = cycle.state != CycleState.CANCELLED
    parts = hooks.parts_for(user, hooks.CYCLE_PARTS, cycle) if stands else []
    context = {
        "cycle": cycle,
        "next": what,
        "until": until,
        "schemes": cycle.schemes.order_by("pk"),
        "numbers": _numbers(user, cycle),
        "may_list": bool(rules.may_list_appraised(user)),
        "mine": of_oneself(user).filter(cycle=cycle).order_by("pk"),
        "steps": history(cycle),
        "acts": acts.CYCLES.buttons(user, cycle),
        "parts": [{"title": title, "url": reverse(name, args=[cycle.pk])} for title, name in parts],
        "crumbs": [Area.EVALUATION.crumb, *acts.crumbs(None, cycle.title)],
    }
    return render(request, "evaluation/cycle.html", context)


def _numbers(user, cycle):
    """[(subject, number appraised, number left out)] of the whole cycle, or of visible people only
    for users who do not read the cycle."""
    rows = cycle.appraised.all()
    if not rules.reads(user, cycle):
        rows = Appraised.objects.visible_to(user).filter(cycle=cycle)
    is_standing = Q(left_out_reason="")
    counts = {
        subject: numbers
        for subject, *numbers in rows.order_by()
        .values("subject")
        .annotate(n=Count("pk", filter=is_standing), out=Count("pk", filter=~is_standing))
        .values_list("subject", "n", "out")
    }
    return [(one.label, *counts[one]) for one in Subject if one in counts]


# Not a Listing: it is about one cycle.
@require_safe
def appraised_list(request, pk):
    user, cycle = request.user, acts.visible_cycle(request.user, pk)
    require(rules.may_list_appraised(user))
    tab = request.GET.get("tab")
    tab = tab if tab in APPRAISED_TABS else "standing"
    seen = Appraised.objects.visible_to(user).filter(cycle=cycle)
    of_tab = appraised_in(tab, seen)
    filtered = AppraisedFilter(request.GET, queryset=of_tab, user=user, cycle=cycle)
    rows = filtered.qs if filtered.form.is_valid() else seen.none()
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.for_list().select_related("cadre__organ"), OFFICIAL),
        **tabbed(filtered, tab, APPRAISED_TABS, OFFICIAL),
        "cycle": cycle,
        "gathering": rules.may_gather(user, cycle),
        "crumbs": acts.crumbs(cycle, _("Who is appraised")),
    }
    gathering.with_whereabouts(context["page"], on=request.user.today)
    return page_or_part(
        request, "evaluation/appraised_list.html", "evaluation/_appraised_rows.html", context
    )


@require_safe
def appraised(request, pk):
    user, row = request.user, acts.visible_appraised(request.user, pk)
    gathering.with_whereabouts([row], on=request.user.today)
    way = acts.appraised_crumbs(row)
    if not rules.may_list_appraised(user):
        way = [*acts.crumbs(row.cycle), way[-1]]
    context = {
        "appraised": row,
        "cycle": row.cycle,
        "acts": acts.APPRAISED.buttons(user, row),
        "parts": [
            {"title": title, "url": reverse(name, args=[row.pk])}
            for title, name in hooks.parts_for(user, hooks.APPRAISED_PARTS, row)
        ],
        "crumbs": way,
    }
    return render(request, "evaluation/appraised.html", context)
