"""Pages of plans and their tasks."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.overview.dashboard_forms import ScopeForm
from outreach.views.dashboard import dashboard_part
from oversight import dashboard
from oversight.acts.plans import (
    ITEMS,
    NOTES,
    PLANS,
    crumbs,
    item_crumbs,
    visible_item,
    visible_plan,
)
from oversight.listings.plans import standing_of
from oversight.models import QuarterNote
from oversight.rules import plans as rules
from portal import parameters
from portal.pages.side_list import Area
from portal.records.steps import history
from portal.tools.replica import reads_at_replica
from portal.trust.access import require

# Further tasks are shown only in the list of tasks.
SHOWN = 100


def _numbers(plan, on):
    """Count the tasks by standing in one query."""
    rows = plan.items.filter(cancelled_on=None)
    done = Q(done_on__isnull=False) | Q(reached_on__isnull=False)
    return rows.aggregate(
        whole=Count("pk"),
        done=Count("pk", filter=done),
        late=Count("pk", filter=~done & Q(due_on__lt=on)),
    )


@require_safe
@reads_at_replica
def plans_dashboard(request):
    require(rules.may_see_plan_numbers(request.user))
    form = ScopeForm(request.GET, user=request.user)
    form.is_valid()
    title, part = _("Plans and supervision"), "oversight/_plans_dashboard.html"
    return dashboard_part(request, form, title, part, dashboard.section(form.scope))


@require_safe
def plan(request, pk):
    user, plan = request.user, visible_plan(request.user, pk)
    # Select keys before joining: otherwise the joins run for all tasks of the plan.
    first = list(plan.items.order_by("position").values_list("pk", flat=True)[:SHOWN])
    items = list(plan.items.filter(pk__in=first).for_list().order_by("position"))
    near = parameters.number("plan.near_days", on=user.today)
    for one in items:
        one.standing = one.stands(user.today, near=near, is_begun=bool(one.last_words))
    context = {
        "plan": plan,
        "items": items,
        "numbers": _numbers(plan, user.today),
        "years": plan.years.visible_to(user).order_by("first_year", "pk"),
        "steps": history(plan),
        "acts": PLANS.buttons(user, plan),
        "crumbs": [Area.EVALUATION.crumb, *crumbs(plan)],
    }
    return render(request, "oversight/plan.html", context)


@require_safe
def plan_item(request, pk):
    user, item = request.user, visible_item(request.user, pk)
    rows = QuarterNote.objects.filter(item=item).select_related("written_by", "reviewed_by")
    notes = list(rows.order_by("-year", "-quarter"))
    for note in notes:
        note.item = item
        note.acts = NOTES.buttons(user, note)
    context = {
        "item": item,
        "standing": standing_of(item, user.today, is_begun=bool(notes)),
        "organs": item.organs.order_by("sort_order", "pk"),
        "notes": notes,
        "steps": history(item),
        "acts": ITEMS.buttons(user, item),
        "crumbs": [Area.EVALUATION.crumb, *item_crumbs(item)],
    }
    return render(request, "oversight/plan_item.html", context)
