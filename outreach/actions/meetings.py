"""The monthly analysis meeting: its pack, and what it decides."""

from django.db import transaction
from django.utils import timezone

from outreach.models import AnalysisMeeting, Matter, MatterStep, MeetingDecision, MeetingItem
from outreach.models.matters import Hard, NeedsWord
from outreach.rules import whole as rules
from portal.run.locking import locked
from portal.run.saving import keep
from portal.trust import audit, privacy
from portal.trust.access import require

Heading = MeetingItem.Heading


@transaction.atomic
def prepare_meeting(*, scope, month, held_on, by, at):
    """Put on the table what is hard, overdue or needs a leader; matters go on, the pack stays."""
    require(rules.may_prepare_meeting(by, scope))
    meeting = AnalysisMeeting(
        month=month,
        division=scope.division,
        host=scope.host,
        held_on=held_on,
        organ=by.organ,
        prepared_by=by,
        prepared_at=at,
    )
    keep(meeting)
    MeetingItem.objects.bulk_create(
        MeetingItem(meeting=meeting, heading=heading, matter_id=pk, due_on=due_on, why=why)
        for (heading, pk), (due_on, why) in _on_the_table(scope, by, timezone.localdate(at)).items()
    )
    audit.record(
        "meeting.prepared",
        on=meeting,
        by=by,
        fields=["month", "held_on"],
        values={"month": month, "division": meeting.division_id, "host": meeting.host_id},
    )
    return meeting


def _on_the_table(scope, by, today):
    """{(heading, matter id): (due, why)}; one reason each, the first that applies."""
    rows = Matter.objects.visible_to(by).filter(scope.limit())
    chosen = [(Heading.HARD, kind, rows.hard(kind)) for kind in Hard]
    chosen.append((Heading.OVERDUE, "", rows.overdue(on=today)))
    chosen += [(Heading.LEADER, kind, rows.needing_word(by, kind)) for kind in NeedsWord]
    found = {}
    for heading, why, matters in chosen:
        for pk, due_on in matters.order_by("due_on", "pk").values_list("pk", "due_on"):
            found.setdefault((heading, pk), (due_on, why))
    return found


@transaction.atomic
def record_decision(*, meeting, text, organ, due_on, matters, by, at):
    """Who does what by when; it stands in the history of the matters that it is about."""
    meeting = locked(meeting)
    require(rules.may_record_decision(by, meeting))

    decided = {"text": privacy.mask_ids(text), "organ": organ, "due_on": due_on}
    # The button pressed twice: the other one has recorded it.
    if known := meeting.decisions.filter(**decided).first():
        return known
    decision = MeetingDecision.objects.create(
        meeting=meeting, recorded_by=by, recorded_at=at, **decided
    )
    decision.matters.set(matters)
    MatterStep.objects.bulk_create(
        MatterStep(
            matter=matter,
            move="decide",
            at=at,
            by=by,
            organ_id=by.organ_id,
            from_status=matter.status,
            to_status=matter.status,
            text=decision.text,
            facts={"organ": organ.label, "due_on": due_on.isoformat(), "meeting": meeting.pk},
        )
        for matter in matters
    )
    audit.record(
        "meeting.decided",
        on=decision,
        by=by,
        fields=["text", "organ", "due_on", "matters"],
        values={"text": decision.text, "organ": organ.pk, "due_on": due_on},
    )
    return decision
