"""Hand a final cycle over to the personnel side, and note the receipt."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.actions.asking import note, permitted, stated
from evaluation.appraisal import scoring
from evaluation.ledgers.results import PERSONNEL_REFERENCE, fingerprint
from evaluation.models import CycleStep, HandOver
from evaluation.rules import hand_overs as rules
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import keep
from portal.trust.access import require


@transaction.atomic
def hand_over(cycle, *, by, at, recipient):
    """Note who was given the reference sheet, with the sheet's fingerprint."""
    cycle = permitted(cycle, rules.may_hand_over, by)
    require(rules.reads_all(by, cycle))
    recipient = stated("recipient", recipient, _("Write who gets it."))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
    digest, n = fingerprint(cycle)
    made = HandOver(
        cycle=cycle,
        computation=scoring.current(cycle),
        fingerprint=digest,
        row_count=n,
        recipient=recipient,
        handed_by=by,
        handed_at=at,
    )
    keep(made)
    take_step(cycle, CycleStep.Move.HANDED_OVER, by=by, at=at, words=recipient)
    values = {"sheet": PERSONNEL_REFERENCE.name, "fingerprint": digest, "recipient": recipient}
    note("cycle.handed_over", made, by, ["fingerprint", "recipient"], values)
    return made


@transaction.atomic
def note_receipt(hand_over, *, by, at, received_by, received_on):
    """Enter who signed the receipt; once."""
    cycle = locked(hand_over.cycle, no_key=True)
    row = locked(hand_over, cycle=cycle)
    require(rules.may_note_receipt(by, row))
    received_by = stated("received_by", received_by, _("Write who received it."))
    if received_by == row.handed_by.name:
        words = _("Who handed it over does not sign the receipt.")
        raise ValidationError({"received_by": words})
    if received_on < row.handed_on:
        words = _("It cannot be received before it was handed over.")
        raise ValidationError({"received_on": words})
    if received_on > timezone.localdate(at):
        raise ValidationError({"received_on": _("This day lies in the future.")})
    facts = {"received_by": received_by, "received_on": received_on}
    keep(row, **facts, receipt_noted_by=by, receipt_noted_at=at)
    words = f"{row.recipient} {received_by}"
    take_step(cycle, CycleStep.Move.RECEIVED, by=by, at=at, words=words)
    note("cycle.receipt_noted", row, by, facts, facts)
    return row
