"""Complaints about the portal, from sending to archiving."""

import secrets
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.actions import conduct
from oversight.models import ComplaintStep, PortalComplaint
from oversight.models.complaints import ComplaintState, Door
from oversight.models.fields import county_of
from oversight.rules import complaints as rules
from portal import parameters
from portal.days import workdays
from portal.models.text import plain
from portal.records import audit, undoing
from portal.records.steps import take_step
from portal.tools.locking import lock_name, locked
from portal.tools.saving import change, keep
from portal.trust import wall
from portal.trust.access import require

Move = ComplaintStep.Move
RELATED = ("area", "organ")
# Without letters and digits that look alike; 12 of 32 give 60 bits, which nobody guesses.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12
# Anybody with the code may read it; no identity is checked.
BY_CODE = "a complaint by its query code"


def locked_complaint(complaint):
    return locked(complaint, *RELATED)


@transaction.atomic
def send_complaint(*, by, at, kind, text, is_anonymous=False):
    """Create the complaint. An anonymous one has its `code` set, which is shown once and never
    stored."""
    require(rules.may_complain(by))

    on = timezone.localdate(at)
    code = _new_code() if is_anonymous else ""
    lock_name("complaints")
    last = PortalComplaint.objects.filter(number_year=on.year).aggregate(last=Max("number"))["last"]
    complaint = PortalComplaint(
        number_year=on.year,
        number=(last or 0) + 1,
        received_on=on,
        kind=kind,
        text=text,
        author=None if is_anonymous else by,
        code_digest=digest_of(code) if code else "",
        due_on=_in_working_days("complaints.accept_wd", on),
        **county_of(by),
    )
    keep(complaint)
    if is_anonymous:
        with audit.from_address(None):
            audit.record("complaint.received", "sealed", complaint)
    else:
        audit.record("complaint.received", by, complaint, ["kind", "text"], [kind, text])
    complaint.code = code
    return complaint


def _new_code():
    return "".join(secrets.choice(CODE_LETTERS) for _n in range(CODE_LENGTH))


def digest_of(code):
    return audit.digest(["complaint", "".join(code.split()).replace("-", "").upper()])


def of_code(code):
    """Return the complaint with this query code, or None."""
    if not code:
        return None
    with wall.as_system(BY_CODE):
        return PortalComplaint.objects.filter(code_digest=digest_of(code)).first()


def _in_working_days(norm, on):
    return workdays.add_working_days(on, parameters.number(norm, on=on))


# --- Recipients --------------------------------------------------------------------------------


@transaction.atomic
def accept_complaint(*, complaint, by, at):
    complaint = locked(complaint, *RELATED)
    require(rules.may_accept(by, complaint))

    on = timezone.localdate(at)
    facts = {"state": ComplaintState.ACCEPTED, "accepted_by": by, "accepted_on": on}
    facts["due_on"] = _in_working_days("complaints.answer_wd", on)
    return _move(complaint, Move.ACCEPTED, by, at, **facts)


@transaction.atomic
def extend_complaint(*, complaint, by, at, reason):
    complaint = locked(complaint, *RELATED)
    require(rules.may_extend(by, complaint))

    due_on = _in_working_days("complaints.answer_wd", complaint.due_on)
    return _move(complaint, Move.EXTENDED, by, at, reason, is_extended=True, due_on=due_on)


@transaction.atomic
def ask_consent(*, complaint, by, at, door):
    complaint = locked(complaint, *RELATED)
    require(rules.may_ask_consent(by, complaint))

    return _move(complaint, Move.ASKED, by, at, str(Door(door).label), door=door)


@transaction.atomic
def answer_complaint(*, complaint, by, at, answer, adopted=""):
    complaint = locked(complaint, *RELATED)
    require(rules.may_answer(by, complaint))

    facts = {"answer": answer.strip(), "answered_on": timezone.localdate(at), "adopted": adopted}
    return _move(complaint, Move.ANSWERED, by, at, state=ComplaintState.ANSWERED, **facts)


@transaction.atomic
def pass_on_complaint(*, complaint, by, at, matter=None):
    """Pass it on through the other door: as a sealed report about conduct, or as this registered
    matter."""
    complaint = locked(complaint, *RELATED)
    require(rules.may_pass_on(by, complaint))

    if complaint.door == Door.MATTER and matter is None:
        raise ValidationError({"matter": _("Register the matter first, then say its number.")})
    words = matter.number_label if matter else ""
    if complaint.door == Door.CONDUCT:
        conduct.receive_report(
            client_key=uuid.uuid4(),
            on=timezone.localdate(at),
            subject=f"投诉建议 {complaint.number_label}",
            text=plain(complaint.text),
        )
        # The text can be read only there from now on, and nothing here names its writer any more.
        complaint.text = "（已转作风问题受理人，原文不再保存。）"
        if complaint.author_id:
            complaint.forget_writer()
        complaint.save(update_fields=["text", "author", "code_digest"])
    facts = {"state": ComplaintState.PASSED_ON, "matter": matter}
    return _move(complaint, Move.PASSED_ON, by, at, words, **facts)


@transaction.atomic
def archive_complaint(*, complaint, by, at):
    complaint = locked(complaint, *RELATED)
    require(rules.may_archive(by, complaint))

    return _move(complaint, Move.ARCHIVED, by, at, state=ComplaintState.ARCHIVED)


# --- Its writer --------------------------------------------------------------------------------


@transaction.atomic
def agree(*, complaint, by, at):
    return _consent(complaint, by, at, True)


@transaction.atomic
def decline(*, complaint, by, at):
    return _consent(complaint, by, at, False)


@transaction.atomic
def rate_complaint(*, complaint, by, at, rating):
    complaint = locked(complaint, *RELATED)
    require(rules.may_rate(by, complaint))

    return _move_of_writer(complaint, Move.RATED, by, at, rating=rating)


def _consent(complaint, by, at, agrees):
    complaint = locked(complaint, *RELATED)
    require(rules.may_consent(by, complaint))

    move = Move.AGREED if agrees else Move.DECLINED
    return _move_of_writer(complaint, move, by, at, agrees=agrees)


@wall.as_system(BY_CODE)
@transaction.atomic
def rate_by_code(*, code, at, rating):
    complaint = _locked_of(code, rules.can_be_rated)
    return _move_unknown(complaint, Move.RATED, at, rating=rating)


@wall.as_system(BY_CODE)
@transaction.atomic
def consent_by_code(*, code, at, agrees):
    complaint = _locked_of(code, rules.can_be_consented)
    return _move_unknown(complaint, Move.AGREED if agrees else Move.DECLINED, at, agrees=agrees)


def _locked_of(code, rule):
    complaint = of_code(code)
    if complaint is None:
        raise ValidationError(_("There is no complaint of this code."))
    complaint = locked(complaint, *RELATED)
    require(rule(complaint))
    return complaint


def _move_unknown(complaint, move, at, **facts):
    """Record an act of an anonymous writer, without name, address or time of day."""
    change(complaint, **facts)
    day = workdays.end_of(timezone.localdate(at))
    take_step(complaint, move, by=None, at=day)
    with audit.from_address(None):
        audit.record(f"complaint.{move}", "sealed", complaint, sorted(facts))
    return complaint


def _move_of_writer(complaint, move, by, at, **facts):
    """Record an act of the writer. The step names nobody, since steps outlast the writer's name."""
    return _move(complaint, move, by, at, is_named=False, **facts)


def _move(complaint, move, by, at, words="", *, is_named=True, **facts):
    before = undoing.standing(complaint, facts)
    keep(complaint, **facts)
    step = take_step(complaint, move, by=by if is_named else None, at=at, words=words)
    if move == Move.ARCHIVED:
        undoing.remember(step, before, at=at)
    audit.record(f"complaint.{move}", by, complaint, sorted(facts), facts | {"words": words})
    return complaint
