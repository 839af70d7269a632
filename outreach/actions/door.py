"""Take over messages of the villager's door through the ordinary actions.

Each message is one transaction. Its row keeps the state, so taking over is idempotent.
"""

import json
import logging
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from outreach import papers, slips
from outreach.actions import conduct, follow_ups, matters
from outreach.door import codes
from outreach.models import (
    ContactCard,
    DoorMessage,
    DoorTry,
    FollowUp,
    Matter,
    MatterSlip,
    SlipRemark,
)
from outreach.models.matters import Category, Confidentiality, RaiserKind, Word
from outreach.rules import door as rules
from portal.kinds import KINDS
from portal.records import audit
from portal.tools.drawing import save_drawn
from portal.tools.locking import free, locked
from portal.tools.saving import change
from portal.trust import privacy, sealing
from portal.trust.access import require

logger = logging.getLogger(__name__)
Kind, State, Reason = DoorMessage.Kind, DoorMessage.State, DoorMessage.Reason
ABOUT_A_SLIP = (Kind.WORD, Kind.CHASE, *rules.ABOUT_CONTACT)
TITLE_LENGTH = 60


class _NotNow(Exception):
    """A message is not taken over now: it is held for a person, waits, or is refused."""

    def __init__(self, state, reason):
        super().__init__(reason)
        self.state, self.reason = state, reason


def take_over_new(*, at, most=200):
    """Take over new messages, oldest first, and erasures that need not wait any longer; return how
    many were processed."""
    new = DoorMessage.objects.filter(state=State.NEW).order_by("pk").values_list("pk", flat=True)
    # Complaints that cannot be taken over stay new, so they must not block other messages.
    complaints = new.filter(kind=Kind.CONDUCT)[:most]
    pks = [*new.exclude(kind=Kind.CONDUCT)[:most], *complaints, *_ripe(at)[:most]]
    for pk in pks:
        take_over(pk=pk, at=at)
    return len(pks)


def _ripe(at):
    """Primary keys of erasures whose call-back is done or that have waited long enough."""
    on = timezone.localdate(at)
    calls = FollowUp.objects.open_on(on).filter(matter=OuterRef("slip__matter"))
    waiting = DoorMessage.objects.filter(state=State.WAITING).order_by("pk")
    is_over = Q(received_at__lt=rules.waits_if_received_from(on)) | ~Exists(calls)
    return waiting.filter(is_over).values_list("pk", flat=True)


def take_over(*, pk, at):
    """Take over one message; a failure must not stop the messages behind it."""
    try:
        with transaction.atomic():
            waiting = free(DoorMessage.objects)
            message = waiting.filter(pk=pk, state__in=[State.NEW, State.WAITING]).first()
            if message is not None:
                _settle(message, at=at, by=message.decided_by)
    except OperationalError:
        # Temporary database trouble: the next run tries again.
        raise
    except Exception:
        logger.exception("Message %s of the door could not be taken over", pk)
        # A complaint about conduct is never held, because others would see it; it is retried.
        left = DoorMessage.objects.filter(pk=pk, state__in=[State.NEW, State.WAITING])
        left = left.exclude(kind=Kind.CONDUCT)
        for message in left:
            left.update(state=State.HELD, reason=Reason.TROUBLE, slip=_slip_of(message))


def _settle(message, *, at, by=None):
    """Take a message over, or note why not; `by` is the person who released it."""
    try:
        with transaction.atomic():
            if message.kind in ABOUT_A_SLIP:
                # Set the slip even if the message is held: it is shown to the handlers of the
                # matter.
                message.slip = _slip_of(message)
                if message.slip is None and not _is_word_by_another_slip(message):
                    raise _NotNow(State.REFUSED, Reason.NO_SLIP)
            if message.hold and message.kind != Kind.CONDUCT and by is None:
                raise _NotNow(State.HELD, message.hold)
            message.slip = _TAKE_OVER[message.kind](message, _opened(message), at, by)
    except _NotNow as problem:
        if message.kind == Kind.CONDUCT:
            # Holding it would show it to others and refusing it would lose it; it stays new.
            raise
        message.state, message.reason = problem.state, problem.reason
        if problem.state == State.REFUSED:
            message.sealed = ""
    else:
        if message.kind == Kind.CONDUCT:
            # Complaints leave no trace in this table.
            message.delete()
            return
        message.state, message.reason, message.sealed = State.APPLIED, "", ""
        audit.record("door.taken_over", by or matters.DOOR, message, [message.kind])
    message.save(update_fields=["slip", "state", "reason", "sealed"])


def _opened(message):
    try:
        text = sealing.unseal(message.sealed, settings.KEYS.door_private, f"door.{message.kind}")
        return json.loads(text)
    except (sealing.Unopenable, ValueError) as problem:
        # Held, not refused: the right keys file may still open it.
        raise _NotNow(State.HELD, Reason.UNREADABLE) from problem


def _key(message, by):
    """Return the key of the form. Different content under a used key is held for a person; when
    released, it gets a new key."""
    earlier = DoorMessage.objects.filter(client_key=message.client_key, pk__lt=message.pk)
    if not earlier.exists():
        return message.client_key
    if by is None:
        raise _NotNow(State.HELD, Reason.DIFFERENT)
    change(message, client_key=uuid.uuid5(message.client_key, message.content_digest))
    return message.client_key


def _take_over_raise(message, content, at, by):
    key = _key(message, by)
    card = _card(message)
    in_force = card.is_in_force(on=timezone.localdate(at))
    if not in_force and by is None:
        raise _NotNow(State.HELD, Reason.CARD_OVER)
    text = content["text"].strip()
    cadre = card.area.cadre if in_force else None
    try:
        matter = matters.register_from_card(
            area=card.area,
            cadre=cadre,
            at=at,
            client_key=key,
            **_matter(text, content, card.area.unit),
        )
    except matters.DifferentContent as problem:
        raise _NotNow(State.HELD, Reason.DIFFERENT) from problem
    named = {"number": message.slip_number, "code_digest": message.code_digest}
    made = {"matter": matter, "made_at": at}
    return MatterSlip.objects.get_or_create(**named, defaults=made)[0]


def _matter(text, content, unit):
    first = text.splitlines()[0].strip()
    title = privacy.mask_others(privacy.mask_ids(first))
    is_whole = first == text and len(title) <= TITLE_LENGTH
    if len(title) > TITLE_LENGTH:
        title = f"{title[: TITLE_LENGTH - 1]}…"
    chosen = content.get("category")
    anonymous = content["confidentiality"] == Confidentiality.ANONYMOUS
    return {
        "title": title,
        "request_text": "" if is_whole else text,
        "category": chosen if chosen in Category.values else Category.OTHER,
        "confidentiality": Confidentiality(content["confidentiality"]),
        "raiser_kind": RaiserKind(KINDS[unit.kind].raiser),
        "raiser_name": "" if anonymous else content.get("name", ""),
        "raiser_phone": "" if anonymous else content.get("phone", ""),
    }


def _card(message):
    return ContactCard.objects.select_related(
        "area__cadre__organ", "area__unit__host_organ", "area__unit__division"
    ).get(pk=message.card_id)


def _slip_of(message):
    named = MatterSlip.objects.filter(number=message.slip_number, code_digest=message.code_digest)
    return named.select_related("matter").first()


def _is_word_by_another_slip(message):
    return message.kind == Kind.WORD and slips.of_message(message)[0] is not None


def _take_over_word(message, content, at, by):
    slip = message.slip
    _key(message, by)
    word, comment = content["word"], content.get("comment", "")
    if slip is None:
        kind, other = slips.of_message(message)
        assert kind, "A word without any slip was refused before."
        is_heard = kind.hear(slip=other, word=word and Word(word), comment=comment, at=at)
    elif word:
        is_heard = follow_ups.hear_from_slip(slip=slip, word=Word(word), comment=comment, at=at)
    else:
        is_heard = follow_ups.add_remark(slip=slip, text=comment, at=at)
    if not is_heard:
        raise _NotNow(State.REFUSED, Reason.NOT_ASKED)
    return slip


def _take_over_contact(message, content, at, by):
    slip, erases = message.slip, message.kind == Kind.ERASE
    _key(message, by)
    if slip.is_from_inside and by is None:
        raise _NotNow(State.HELD, Reason.INSIDE)
    if erases and rules.erasing_waits(message, slip.matter, on=timezone.localdate(at)):
        raise _NotNow(State.WAITING, Reason.CALL_OPEN)
    given = {name: content.get(name, "") for name in ("name", "phone")}
    if not matters.change_own_contact(matter=slip.matter, erase=erases, **given):
        raise _NotNow(State.REFUSED, Reason.NO_CONTACT)
    return slip


def _take_over_chase(message, content, at, by):
    """催一催: rank the matter higher in its handler's queue for some days. Nobody is notified, no
    deadline starts, and the matter does not close."""
    slip, on = message.slip, timezone.localdate(at)
    _key(message, by)
    matter = locked(Matter(pk=slip.matter_id))
    if not rules.may_chase(matter, on=on):
        raise _NotNow(State.REFUSED, Reason.CLOSED if matter.is_closed else Reason.CHASED)
    change(matter, chased_on=on)
    papers.of(matter).add(papers.step_of(matter, "chase", by=None, at=at))
    audit.record("matter.chased", matters.DOOR, matter, values={"slip": slip.pk})
    return slip


def _take_over_conduct(message, content, at, by):
    """Pass a complaint to its recipients unconditionally: nobody else may see it first."""
    area = _card(message).area
    organ = {"holder": area.cadre.organ, "village": area.unit.host_organ}.get(content["whom"])
    report = {"subject": content["subject"], "text": content["text"], "subject_organ": organ}
    report["reporter"] = content.get("reporter", "")
    on = timezone.localdate(at)
    try:
        conduct.receive_report(client_key=message.client_key, on=on, **report)
    except matters.DifferentContent:
        other = uuid.uuid5(message.client_key, message.content_digest)
        conduct.receive_report(client_key=other, on=on, **report)


_TAKE_OVER = {
    Kind.RAISE: _take_over_raise,
    Kind.WORD: _take_over_word,
    Kind.CORRECT: _take_over_contact,
    Kind.ERASE: _take_over_contact,
    Kind.CHASE: _take_over_chase,
    Kind.CONDUCT: _take_over_conduct,
}


# --- Held messages, and slips printed by the desk ----------------------------------------------


def read_held(*, message, by):
    """The text of a held message, without name and phone."""
    require(rules.may_decide_message(by, message))
    try:
        content = _opened(message)
    except _NotNow:
        content = {}
    return {
        "text": content.get("text") or content.get("comment", ""),
        "word": content.get("word", ""),
        "leaves_contact": bool(content.get("name") or content.get("phone")),
    }


@transaction.atomic
def release_message(*, message, by, at):
    """Take over a message that a person has checked, like any other."""
    message = locked(message)
    require(rules.may_release_message(by, message))
    try:
        with transaction.atomic():
            _settle(message, at=at, by=by)
    except OperationalError:
        raise
    except Exception:
        logger.exception("Message %s of the door could not be taken over", message.pk)
        change(message, state=State.HELD, reason=Reason.TROUBLE)
    change(message, decided_by=by, decided_at=at)
    audit.record("door.released", by, message)
    return message


@transaction.atomic
def refuse_message(*, message, by, at):
    """Refuse a message that no villager sent, as a person has found, and erase its text."""
    message = locked(message)
    require(rules.may_decide_message(by, message))
    refused = {"state": State.REFUSED, "reason": Reason.DECIDED, "sealed": ""}
    change(message, **refused, decided_by=by, decided_at=at)
    audit.record("door.refused", by, message)
    return message


@transaction.atomic
def print_slip(*, matter, by, at):
    """Print a slip and return (number, code); the code is never shown again. A slip printed after
    the review of a result by somebody outside the handling chain decides on that result."""
    matter = locked(matter, "unit__division", "registered_by", "typed_by")
    require(rules.may_print_slip(by, matter))
    closes = matter.reopen_count if rules.may_print_closing_slip(by, matter) else None
    slip = MatterSlip(matter=matter, made_at=at, made_by=by, closes_round=closes)
    save_drawn([slip], codes.draw_slip)
    principal = matters.principal_of(by, lambda own: rules.may_print_slip(own, matter))
    values = {"slip": slip.pk, "closes_round": closes}
    audit.record("matter.slip_printed", by, matter, values=values, principal=principal)
    return slip.number, slip.code


@transaction.atomic
def give_receipts(*, matters, by, at, shown=lambda matter: codes.of_receipt(matter.client_key)):
    """Create receipts (slips) for newly registered matters, to be shown on the screen of the person
    who registered them; return the matters that got one. Receipts close nothing (closes_round).
    `shown` maps a matter to its (number, code), for codes that were on the screen before the matter
    was stored."""
    given = [one for one in matters if rules.may_show_receipt(by, one, at=at)]
    slips = []
    for matter in given:
        slip = MatterSlip(matter=matter, made_at=at, made_by=by)
        slip.number, slip.code = shown(matter)
        slip.code_digest = codes.digest(slip.number, slip.code)
        slips.append(slip)
    # On a number collision (one in a hundred trillion) a slip is printed for the matter instead.
    MatterSlip.objects.bulk_create(slips, ignore_conflicts=True)
    for matter in given:
        audit.record("matter.receipt_given", by, matter)
    return given


def receipt(*, matter, by, at):
    """(number, code) of the receipt of a matter, to be shown again; None if it has none."""
    require(rules.may_show_receipt(by, matter, at=at))
    number, code = codes.of_receipt(matter.client_key)
    kept = matter.door_slips.filter(number=number, code_digest=codes.digest(number, code))
    return (number, code) if kept.exists() else None


@transaction.atomic
def read_remarks(*, matter, by, at, last):
    """Mark remarks of slip holders as read, up to the last one shown."""
    require(rules.may_read_remarks(by, matter))
    unread = SlipRemark.objects.filter(slip__matter=matter, read_at=None, pk__lte=last)
    if unread.update(read_at=at, read_by=by):
        audit.record("matter.words_read", by, matter)


def drop_old_tries(*, at):
    """Delete old wrong codes; only those of the last day count (door_slip)."""
    DoorTry.objects.filter(at__lt=at - timedelta(days=2)).delete()
