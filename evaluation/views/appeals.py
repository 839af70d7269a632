"""The record of an objection."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from evaluation.acts.appeals import APPEALS, LIST, visible_appeal
from evaluation.appraisal import records
from evaluation.models import Score
from portal.pages.side_list import Area


def _decisions(user, appeal):
    """Decisions on records made with the answer, as far as the reader may see them."""
    found = list(appeal.decisions.order_by("pk"))
    shown = records.shown_to(user, [(one.indicator, one.record_id) for one in found])
    for one in found:
        one.words, one.url = shown(one.indicator, one.record_id)
        one.title = records.title_of(one.indicator)
    return found


def _before_and_after(user, appeal):
    """(disputed score, latest score after the decision), as far as the reader may see them."""
    scores = Score.objects.visible_to(user).filter(appraised=appeal.appraised_id).defer("lines")
    found = list(scores.select_related("computation").order_by("computation__number"))
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
