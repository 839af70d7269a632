"""Partnerships of Party branches: list, page, sheet."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from pairing.acts.partnerships import PARTNERSHIPS, crumbs, visible_partnership
from pairing.models import JointActivity

# Shown on the page of a partnership; the list of activities has all.
SHOWN_ACTIVITIES = 10


@require_safe
def partnership(request, pk):
    user, pairing = request.user, visible_partnership(request.user, pk)
    context = {
        "pairing": pairing,
        "plan": getattr(pairing, "co_building", None),
        "done": JointActivity.objects.done_together([pairing]).get(pairing.pk, (0, 0)),
        "activities": pairing.joint_activities.not_void()
        .defer("search")
        .order_by("-held_on", "-pk")[:SHOWN_ACTIVITIES],
        "is_running": pairing.runs_on(user.today),
        "acts": PARTNERSHIPS.buttons(user, pairing),
        "crumbs": crumbs(pairing),
    }
    return render(request, "pairing/partnership.html", context)
