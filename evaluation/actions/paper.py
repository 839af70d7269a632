"""Paper ballots: typed twice and compared; counts of meetings.

`into_ballots` turns typed sheets into ballots when their poll closes.
"""

from collections import Counter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from evaluation.actions.asking import permitted
from evaluation.models import Ballot, MeetingCount, PaperBatch, PaperEntry, PaperRemark, Poll
from evaluation.models.paper import LINES, PaperState, as_tick
from evaluation.rules import paper as rules
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust.access import require

POLL = ("unit", "cycle")


def _locked(batch):
    """The batch, locked after its poll, so that the poll cannot close meanwhile."""
    poll = locked(Poll(pk=batch.poll_id), *POLL, no_key=True)
    return locked(batch, "first_by", "second_by", no_key=True, poll=poll)


@transaction.atomic
def begin_batch(*, poll, issued, sheets, by, at):
    poll = permitted(poll, rules.may_begin, by, *POLL)
    if not poll.appraised.standing().exists():
        raise ValidationError(_("Nobody is appraised in this poll."))
    number = (poll.paper_batches.aggregate(n=Max("number"))["n"] or 0) + 1
    counts = {"issued": issued, "sheets": sheets}
    batch = PaperBatch(poll=poll, number=number, first_by=by, begun_at=at, **counts)
    keep(batch)
    audit.record("paper.begun", on=batch, by=by, fields=counts, values=counts)
    return batch


@transaction.atomic
def begin_second(*, batch, by):
    """Claim the second typing for this person."""
    batch = _locked(batch)
    require(rules.may_begin_again(by, batch))
    change(batch, state=PaperState.SECOND, second_by=by)
    audit.record("paper.second_begun", on=batch, by=by, fields=["second_by"])
    return batch


@transaction.atomic
def type_sheets(*, batch, rows, by, at):
    """Store some sheets, {(sheet, appraised id): {line: key}}; the last one ends the typing."""
    batch = _locked(batch)
    require(rules.may_type(by, batch))
    typing = 1 if batch.state == PaperState.FIRST else 2
    PaperEntry.objects.bulk_create(
        (
            PaperEntry(batch=batch, typing=typing, sheet=sheet, appraised_id=appraised, **keys)
            for (sheet, appraised), keys in rows.items()
        ),
        update_conflicts=True,
        unique_fields=["batch", "typing", "sheet", "appraised"],
        update_fields=list(LINES),
    )
    if not missing_sheets(batch, typing):
        _end_typing(batch, typing, by=by, at=at)
    return batch


def missing_sheets(batch, typing):
    """Numbers of the sheets not completely typed yet."""
    people = batch.poll.appraised.standing().count()
    entries = batch.entries.filter(typing=typing, appraised__left_out_reason="")
    typed = Counter(entries.values_list("sheet", flat=True))
    return [n for n in range(1, batch.sheets + 1) if typed[n] < people]


def _end_typing(batch, typing, *, by, at):
    if typing == 1:
        change(batch, state=PaperState.WAITING)
        audit.record("paper.typed", on=batch, by=by, fields=["entries"])
        return
    audit.record("paper.typed_again", on=batch, by=by, fields=["entries"])
    change(batch, state=PaperState.DIFFERS)
    _complete_if_equal(batch, by=by, at=at)


def _complete_if_equal(batch, *, by, at):
    if differences(batch):
        return
    change(batch, state=PaperState.COMPLETE, completed_at=at)
    audit.record("paper.completed", on=batch, by=by, fields=["state"])


def differences(batch):
    """[(sheet, appraised id, line, first key, second key)] where the typings differ in meaning; all
    kinds of empty lines are equal."""
    typed = {1: {}, 2: {}}
    for one in batch.entries.order_by("sheet", "appraised__sort_key", "appraised_id", "typing"):
        typed[one.typing][one.sheet, one.appraised_id] = one
    return [
        (*key, line, getattr(first, line), getattr(typed[2][key], line))
        for key, first in typed[1].items()
        if key in typed[2]
        for line in LINES
        if as_tick(getattr(first, line)) != as_tick(getattr(typed[2][key], line))
    ]


@transaction.atomic
def settle(*, batch, chosen, by, at):
    """Resolve differences by the paper, {(sheet, appraised id, line): key}. Other lines are
    ignored; without differences the batch is complete."""
    batch = _locked(batch)
    require(rules.may_compare(by, batch))
    differing = {(sheet, person, line) for sheet, person, line, *_keys in differences(batch)}
    for (sheet, person, line), key in chosen.items():
        if (sheet, person, line) in differing:
            batch.entries.filter(sheet=sheet, appraised=person).update(**{line: key})
    values = {"lines": len(differing & set(chosen))}
    audit.record("paper.compared", on=batch, by=by, fields=["entries"], values=values)
    _complete_if_equal(batch, by=by, at=at)
    return batch


@transaction.atomic
def keep_remarks(*, batch, texts, by):
    """Replace the remarks of a batch, which are stored without their sheets."""
    batch = _locked(batch)
    require(rules.may_remark(by, batch))
    batch.remarks.all().delete()
    PaperRemark.objects.bulk_create(PaperRemark(batch=batch, text=text) for text in sorted(texts))
    audit.record("paper.remarks_kept", on=batch, by=by, fields=["remarks"])
    return batch


@transaction.atomic
def drop_batch(*, batch, by, reason):
    batch = _locked(batch)
    require(rules.may_drop(by, batch))
    audit.record("paper.dropped", on=batch, by=by, fields=["entries"], values={"reason": reason})
    batch.delete()


def into_ballots(poll, by, *, add):
    """Write rows and remarks as ballots, then erase the typed entries (`hooks.WHEN_A_POLL_CLOSES`).
    `add` is `evaluation.actions.polls.add_ballots`. Returns (issued, returned)."""
    require(rules.may_close(poll))
    add(poll, rows_of(poll), comments=remarks_of(poll))
    PaperEntry.objects.filter(batch__poll=poll).delete()
    PaperRemark.objects.filter(batch__poll=poll).delete()
    counted = issued_and_returned(poll)
    if any(counted):
        audit.record("paper.into_ballots", on=poll, by=by, values={"issued": counted[0]})
    return counted


def rows_of(poll):
    """Fields of a Ballot for each sheet of complete batches and each appraised. A sheet without
    ticks is a row too: returned but not valid."""
    entries = PaperEntry.objects.filter(
        batch__poll=poll, batch__state=PaperState.COMPLETE, typing=1, appraised__left_out_reason=""
    )
    return [
        {
            "appraised_id": one.appraised_id,
            "source": Ballot.Source.PAPER,
            **{line: as_tick(getattr(one, line)) for line in LINES},
        }
        for one in entries.order_by("?")
    ]


def remarks_of(poll):
    """Texts for BallotComment, sorted, so that they do not follow the order of the sheets."""
    remarks = PaperRemark.objects.filter(batch__poll=poll, batch__state=PaperState.COMPLETE)
    return [*remarks.order_by("text").values_list("text", flat=True)]


def issued_and_returned(poll):
    """(issued, returned) paper ballots of complete batches."""
    complete = poll.paper_batches.filter(state=PaperState.COMPLETE)
    found = complete.aggregate(issued=Sum("issued"), returned=Sum("sheets"))
    return found["issued"] or 0, found["returned"] or 0


@transaction.atomic
def count_meeting(*, poll, appraised, by, at, **counted):
    """Record a meeting's sums on one appraised; a correction is a new row."""
    poll = permitted(poll, rules.may_count, by, *POLL)
    if not poll.appraised.standing().filter(pk=appraised.pk).exists():
        raise ValidationError(_("%(name)s is not in this poll.") % {"name": appraised.name})
    current = poll.meeting_counts.filter(appraised=appraised, replaced_at=None).first()
    if current and all(getattr(current, name) == value for name, value in counted.items()):
        return current
    new = MeetingCount(poll=poll, appraised=appraised, counted_by=by, counted_at=at, **counted)
    new.validate_constraints(exclude={"poll", "appraised", *LINES})
    if any(sum(counted[line]) > counted["valid"] for line in LINES):
        # Also a constraint, but Django cannot check that one before saving.
        raise ValidationError(_("A line has more ticks than there are valid ballots."))
    if current:
        change(current, replaced_at=at)
    new.save()
    event = "meeting.corrected" if current else "meeting.counted"
    values = {"appraised": appraised.pk, **counted}
    audit.record(event, on=new, by=by, fields=counted, values=values)
    return new
