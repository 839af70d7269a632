"""Reading reminders, setting channels, and sending failed messages again.

Reading is not audited: the audit must not tell who looks at what and when.
"""

import secrets

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from portal import rules
from portal.duties import sending
from portal.models import ContactChannel, Delivery, Reminder
from portal.models.reminders import RECENT, Channel
from portal.records import audit
from portal.tools.locking import locked, locked_one
from portal.tools.queue import enqueue
from portal.trust import crypto
from portal.trust.access import require

MOST_WRONG_CODES = 5
TEST_PAUSE_SECONDS = 60


def mark_read(*, reminder, by, at):
    """Mark all reminders about the same record as read: the to-do list shows them as one."""
    of_record = Q(noun=reminder.noun, noun_id=reminder.noun_id)
    own = Reminder.objects.visible_to(by)
    own.unread(on=by.today).filter(of_record).update(read_at=at)
    own.filter(pk=reminder.pk, day=reminder.day, read_at=None).update(read_at=at)


def mark_all_read(*, by, at):
    return Reminder.objects.visible_to(by).unread(on=by.today).update(read_at=at)


def forget(noun, pk, *, on):
    """Delete the reminders about a restored record, so that it is announced again, except unread
    ones that a message has already delivered."""
    rows = Reminder.objects.filter(noun=noun, noun_id=pk, day__gte=on - RECENT)
    sent = Delivery.objects.filter(user=OuterRef("user"), day=OuterRef("day"))
    sent = sent.filter(state=Delivery.State.SENT)
    rows.filter(Q(read_at__isnull=False) | ~Exists(sent)).delete()


@transaction.atomic
def set_channel(*, channel, address, by, at, service=""):
    """Store an address; it is used once its owner has typed the code of the test message."""
    # The earlier address ends with this: nothing more is sent to it.
    ContactChannel.objects.filter(user=by, channel=channel).delete()
    row = ContactChannel.objects.create(
        user=by,
        channel=channel,
        service=service,
        shown=_shown_part(channel, address),
        address_cipher=crypto.encrypt(address, sending.ADDRESS),
    )
    audit.record(
        "channel.set", on=row, by=by, fields=["address"], values=[channel, service, address]
    )
    return ask_test(channel=row, by=by, at=at)


@transaction.atomic
def ask_test(*, channel, by, at):
    """Send the test message with a new code, at most once a minute for each user."""
    if not cache.add(f"channel-test:{by.pk}", at.isoformat(), TEST_PAUSE_SECONDS):
        raise PermissionDenied(_("A test message was sent a moment ago; wait a minute."))
    channel = locked(channel)
    channel.code_cipher = crypto.encrypt(f"{secrets.randbelow(10**6):06d}", sending.CODE)
    channel.code_until, channel.code_failures = at + sending.CODE_WORKS_FOR, 0
    channel.test_sent_at, channel.trouble = None, ""
    channel.save(
        update_fields=["code_cipher", "code_until", "code_failures", "test_sent_at", "trouble"]
    )
    # Should the broker be down, the person asks for the message again.
    enqueue("portal.tasks.send_test", channel_id=channel.pk)
    return channel


def confirm_channel(*, channel, code, by, at):
    """Use the address from now on if the code is right; wrong codes are counted."""
    with transaction.atomic():
        channel = locked(channel)
        if not channel.code_cipher or channel.code_until < at:
            raise ValidationError(_("This code no longer works. Ask for a new test message."))
        if channel.code_failures >= MOST_WRONG_CODES:
            raise ValidationError(_("Too many wrong codes were typed. Ask for a new test message."))
        right = secrets.compare_digest(
            code.encode(), crypto.decrypt(channel.code_cipher, sending.CODE).encode()
        )
        if right:
            channel.verified_at, channel.code_cipher, channel.code_until = at, "", None
        else:
            channel.code_failures += 1
        channel.save(update_fields=["verified_at", "code_cipher", "code_until", "code_failures"])
        if right:
            audit.record("channel.confirmed", on=channel, by=by, fields=["verified_at"])
    if not right:
        raise ValidationError(_("This is not the code of the last test message."))
    return channel


@transaction.atomic
def remove_channel(*, channel, by):
    audit.record("channel.removed", on=channel, by=by)
    channel.delete()


@transaction.atomic
def send_again(*, delivery, by, at):
    """Queue a failed message again with its attempts reset."""
    delivery = locked_one(Delivery.objects.filter(pk=delivery.pk, day=delivery.day))
    require(rules.may_send_again(by, delivery))
    Delivery.objects.filter(pk=delivery.pk, day=delivery.day).update(
        state=Delivery.State.QUEUED, attempts=0, trouble="", try_at=at, at=at
    )
    audit.record("delivery.sent_again", on=delivery, by=by, fields=["state"])
    # If the broker loses this, beat sends it within a minute.
    enqueue("portal.tasks.send_deliveries")
    return delivery


def _shown_part(channel, address):
    """Enough of an address for its owner to recognise it."""
    if channel == Channel.MAIL:
        name, _at, domain = address.rpartition("@")
        return f"{name[:1]}…@{domain}"[:80]
    return f"…{address.rstrip('/')[-4:]}"
