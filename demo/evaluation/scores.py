"""Scores of a cycle of the invented county: computed at once, and one objection upheld."""

from datetime import timedelta

from django.utils import timezone

from evaluation.actions import appeals
from evaluation.actions.cycles import note_computed
from evaluation.appraisal import freezing, scoring
from evaluation.models import EvidenceDecision, Score
from evaluation.models.cycles import CycleState
from evaluation.models.scores import spoken_for
from evaluation.rules import appeals as rules

TEXT = "其中一项已按期完成，当时补录迟了，请核对佐证材料。"
OUTCOME = "已核对佐证材料和办理过程，情况属实，该项记录按符合计。"


def compute(cycle, *, by, at):
    """Freeze and compute in place, without a worker."""
    freezing.freeze(cycle)
    computation = scoring.compute(cycle, by=by, at=at)
    cycle.refresh_from_db()
    if cycle.state == CycleState.COMPUTING:
        note_computed(cycle, by=by, at=at)
    return computation


def uphold_one_objection(cycle, *, by, at):
    """Let somebody with a record against them object while scores are published; the office upholds
    it and recomputes.

    Returns the objection, or None if nobody could object.
    """
    scores = Score.objects.filter(computation__cycle=cycle).latest()
    scores = scores.filter(appraised__cadre__user__isnull=False).select_related(
        "appraised__cycle", "appraised__cadre__user"
    )
    # First the scores that one more record would change.
    for score in sorted(
        scores.order_by("appraised__sort_key", "appraised_id"), key=lambda one: not _weighing(one)
    ):
        one, person = score.appraised, score.appraised.cadre.user
        person.acting(on=timezone.localdate(at))
        against = one.evidence.exclude(missed=[]).order_by("pk")
        row = against.filter(indicator__in=_weighing(score)).first() or against.first()
        if row is None or not spoken_for(person).filter(pk=one.pk).exists():
            continue
        if not rules.may_file(person, one, on=timezone.localdate(at)):
            continue
        appeal = appeals.file_appeal(
            appraised=one, by=person, at=at, text=TEXT, indicator=row.indicator
        )
        if not rules.may_decide(by, appeal):
            appeals.withdraw_appeal(appeal=appeal, by=person, at=at)
            continue
        verdict = EvidenceDecision.Verdict.MET
        appeals.decide_appeal(
            appeal=appeal,
            by=by,
            at=at + timedelta(minutes=40),
            upheld=True,
            outcome=OUTCOME,
            decisions=[(row.indicator, row.missed[0], verdict, None)],
        )
        scoring.compute(cycle, by=by, at=at + timedelta(minutes=50))
        return appeal
    return None


def _weighing(score):
    """Return the indicators with a record against the person."""
    lines = score.lines["results"]["indicators"]
    return [line["indicator"] for line in lines if line["missed"]]
