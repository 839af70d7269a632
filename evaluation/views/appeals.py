"""The record of an objection."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from evaluation.acts.appeals import APPEALS, LIST, visible_appeal
from evaluation.appraisal import records
from evaluation.models import Score
from portal.pages.side_list import Area


def _decisions(user, appeal):
    """What was decided about records with it, each as its reader may see it."""
    found = list(appeal.decisions.order_by("pk"))
    wanted = {}
    for one in found:
        wanted.setdefault(records.kind_of(one.indicator), []).append(one.record_id)
    opened = records.links(user, wanted)
    for one in found:
        kind = records.kind_of(one.indicator)
        one.words, one.url = opened.get(
            (kind, one.record_id), (records.number(kind, one.record_id), "")
        )
        one.title = records.title_of(one.indicator)
    return found


def _before_and_after(user, appeal):
    """(score that was objected to, score of the last computation), as far as they are read."""
    found = (
        Score.objects.visible_to(user)
        .filter(appraised=appeal.appraised_id)
        .select_related("computation")
        .defer("lines")
        .order_by("computation__number")
    )
    found = list(found)
    before = [one for one in found if one.computation.at <= appeal.filed_at]
    decided = appeal.decided_at
    after = [one for one in found if decided and one.computation.at > decided]
    return (before or [None])[-1], (after or [None])[-1]


@require_safe
def appeal(request, pk):
    user, appeal = request.user, visible_appeal(request.user, pk)
    before, after = _before_and_after(user, appeal)
    context = {
        "appeal": appeal,
        "about": records.title_of(appeal.indicator) if appeal.indicator else "",
        "decisions": _decisions(user, appeal),
        "before": before,
        "after": after,
        "acts": APPEALS.buttons(user, appeal),
        "crumbs": [
            Area.EVALUATION.crumb,
            (LIST, reverse("evaluation:appeals")),
            (appeal.appraised.name, ""),
        ],
    }
    return render(request, "evaluation/appeal.html", context)
