"""The monthly analysis meeting: its agenda and its decisions."""

from django.db import transaction
from django.utils import timezone

from outreach.models import AnalysisMeeting, Matter, MeetingDecision, MeetingItem
from outreach.models.matters import Hard, NeedsWord
from outreach.papers import add_steps
from outreach.rules import whole as rules
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust import privacy
from portal.trust.access import require

Heading = MeetingItem.Heading


@transaction.atomic
def prepare_meeting(*, scope, month, held_on, by, at):
    """Prepare a meeting; its agenda keeps the matters that are hard, overdue or need a leader."""
    require(rules.may_prepare_meeting(by, scope))
    about = {"month": month, "division": scope.division, "host": scope.host, "held_on": held_on}
    prepared = {"organ": by.organ, "prepared_by": by, "prepared_at": at}
    meeting = AnalysisMeeting(**about, **prepared)
    keep(meeting)
    MeetingItem.objects.bulk_create(
        MeetingItem(meeting=meeting, heading=heading, matter_id=pk, due_on=due_on, why=why)
        for (heading, pk), (due_on, why) in _agenda(scope, by, timezone.localdate(at)).items()
    )
    values = {"month": month, "division": meeting.division_id, "host": meeting.host_id}
    audit.record("meeting.prepared", by, meeting, ["month", "held_on"], values)
    return meeting


def _agenda(scope, by, today):
    """{(heading, matter id): (due, why)} of the agenda, with the first reason that applies."""
    rows = Matter.objects.visible_to(by).filter(scope.limit())
    chosen: list[tuple] = [(Heading.HARD, kind, rows.hard(kind)) for kind in Hard]
    chosen.append((Heading.OVERDUE, "", rows.overdue(on=today)))
    chosen += [(Heading.LEADER, kind, rows.needing_word(by, kind)) for kind in NeedsWord]
    found = {}
    for heading, why, matters in chosen:
        for pk, due_on in matters.order_by("due_on", "pk").values_list("pk", "due_on"):
            found.setdefault((heading, pk), (due_on, why))
    return found


@transaction.atomic
def record_decision(*, meeting, text, organ, due_on, matters, by, at):
    """Record who does what by when, also in the history of the matters concerned."""
    meeting = locked(meeting)
    require(rules.may_record_decision(by, meeting))

    decided = {"text": privacy.mask_ids(text), "organ": organ, "due_on": due_on}
    # A double click: the other request has already recorded it.
    concerned = {matter.pk for matter in matters}
    alike = meeting.decisions.standing().filter(**decided).order_by("pk")
    for known in alike.prefetch_related("matters"):
        if concerned == {matter.pk for matter in known.matters.all()}:
            return known
    decision = MeetingDecision.objects.create(
        meeting=meeting, recorded_by=by, recorded_at=at, **decided
    )
    decision.matters.set(matters)
    facts = {"organ": organ.label, "due_on": due_on.isoformat(), "meeting": meeting.pk}
    add_steps(matters, "decide", by=by, at=at, text=decision.text, facts=facts)
    values = {"text": decision.text, "organ": organ.pk, "due_on": due_on}
    audit.record("meeting.decided", by, decision, [*values, "matters"], values)
    return decision


@transaction.atomic
def withdraw_decision(*, decision, reason, by, at):
    """Withdraw a decision: it stays on record with the reason, and its matters note it."""
    decision = locked(decision, meeting=locked(decision.meeting))
    require(rules.may_withdraw_decision(by, decision))
    reason = privacy.mask_ids(reason.strip())
    change(decision, withdrawn_by=by, withdrawn_at=at, reason=reason)
    facts = {"organ": decision.organ.label, "meeting": decision.meeting_id}
    add_steps(decision.matters.all(), "undecide", by=by, at=at, text=reason, facts=facts)
    audit.record("meeting.decision_withdrawn", by, decision, ["reason"], {"reason": reason})
    return decision
