"""Reminders by e-mail and chat: one message for each person, day and channel, sent by workers.

A message holds numbers, deadlines and links; never text, names or phones. A worker claims each row
by a conditional update just before it sends, in one statement with the outcome of the previous row:
a killed worker leaves one row in doubt. Failed messages are retried with growing pauses; the last
failure is shown to the person and to staff.
"""

import ipaddress
import logging
import re
import smtplib
import socket
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core import mail
from django.db import connection
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import wordings
from portal.duties.reminders import unused
from portal.models import ContactChannel, Delivery, Reminder
from portal.models.reminders import Channel, Service, Trouble
from portal.tools import held
from portal.trust import crypto

logger = logging.getLogger(__name__)

# Deliveries processed together; they share one connection to the mail server.
BATCH = 200
# Pauses after the first, second … failed attempt; the attempt after the last pause is final.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
# A delivery in progress for longer has lost its worker.
CUT_OFF_AFTER = timedelta(minutes=10)
# The code of a test message.
CODE_WORKS_FOR = timedelta(hours=24)
# A test message that has not been sent by then is sent again.
LOST_AFTER = timedelta(minutes=1)
# Lines of a message; a chat accepts 2,048 bytes.
MOST_LINES = 12

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")
_DINGTALK_TOKEN = re.compile(r"[A-Za-z0-9]{8,128}")
# Hosts of the webhooks, and the parameter with the token.
_HOSTS = {
    Service.WECOM: "qyapi.weixin.qq.com",
    Service.DINGTALK: "oapi.dingtalk.com",
    Service.FEISHU: "open.feishu.cn",
}
_QUERY = {Service.WECOM: "key", Service.DINGTALK: "access_token"}


# --- Addresses of work chats -------------------------------------------------------------------


class AddressProblem(Exception):
    """The address is invalid; the message says why and what to do."""


_NO_WEBHOOK = gettext_lazy(
    "Paste the webhook of a WeCom, DingTalk or Feishu robot as the chat shows it."
)


class Unreachable(Exception):
    """A temporary failure, to be retried; the argument is a Trouble."""


class Undeliverable(Exception):
    """A permanent failure; the argument is a Trouble."""


def read_chat_address(text, secret=""):
    """Return (service, address for apprise) of a webhook copied from the chat; raise
    AddressProblem."""
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError as problem:
        raise AddressProblem(_NO_WEBHOOK) from problem
    if parts.scheme == Service.JSON and settings.CHAT_SINK_ON_LOOPBACK:
        if not _is_loopback(parts.hostname):
            raise AddressProblem(_("A sink for tests must be on this machine."))
        return Service.JSON, text
    if parts.scheme in _HOSTS:
        return _with_token(Service(parts.scheme), parts.netloc, secret)
    if parts.hostname and is_local(parts.hostname):
        raise AddressProblem(
            _(
                "This address leads into the local network, which the portal never calls. Paste "
                "the webhook of a WeCom, DingTalk or Feishu robot."
            )
        )
    for service, host in _HOSTS.items():
        if parts.scheme == "https" and parts.hostname == host:
            if service in _QUERY:
                token = parse_qs(parts.query).get(_QUERY[service], [""])[0]
            else:
                token = parts.path.rstrip("/").rpartition("/")[2]
            if is_local(host):
                raise AddressProblem(Trouble.LOCAL.label)
            return _with_token(service, token, secret)
    raise AddressProblem(_NO_WEBHOOK)


def _with_token(service, token, secret):
    # Only the token goes into the address: no host and no options for the library.
    shape = _DINGTALK_TOKEN if service == Service.DINGTALK else _TOKEN
    if not shape.fullmatch(token) or (secret and not shape.fullmatch(secret)):
        raise AddressProblem(_("The key in this webhook is not whole. Copy it again."))
    owner = f"{secret}@" if secret and service == Service.DINGTALK else ""
    return service, f"{service}://{owner}{token}/"


def is_local(host):
    """Whether a host is this machine or in a private or otherwise non-public network."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    return any(not one.is_global or one.is_multicast for one in _addresses(host))


def _is_loopback(host):
    found = _addresses(host or "")
    return bool(found) and all(one.is_loopback for one in found)


def _addresses(host):
    """All addresses of a host; an empty list if it is unknown."""
    try:
        known = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    found = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in known]
    return [getattr(one, "ipv4_mapped", None) or one for one in found]


def _check_before_calling(service, address):
    """Check the host again before each call: its IP address may have changed."""
    if service == Service.JSON:
        host, is_open = urlsplit(address).hostname, settings.CHAT_SINK_ON_LOOPBACK
        is_allowed = is_open and _is_loopback(host)
    else:
        is_allowed = not is_local(_HOSTS[service])
    if not is_allowed:
        raise Undeliverable(Trouble.LOCAL)


# --- Words -------------------------------------------------------------------------------------


def absolute(link):
    return settings.PORTAL_ADDRESS.rstrip("/") + link


def words_of(reminders, user, *, on):
    """Return (subject, body) of one person's reminders of a day."""
    with translation.override(wordings.language_of(user, on=on)):
        count = len(reminders)
        subject = ngettext(
            "%(portal)s: %(n)s reminder",
            "%(portal)s: %(n)s reminders",
            count,
        ) % {"portal": wordings.portal_name(on=on), "n": count}
        lines = []
        for one in reminders[:MOST_LINES]:
            due = one.due.isoformat() if one.due else ""
            lines.append("  ".join(filter(None, (one.number, due, absolute(one.link)))))
        lines.append(_("All reminders: %(link)s") % {"link": absolute(reverse("reminders"))})
    return subject, "\n".join([subject, *lines])


def words_of_test(channel, *, on):
    with translation.override(wordings.language_of(channel.user, on=on)):
        subject = _("%(portal)s: test message") % {"portal": wordings.portal_name(on=on)}
        code = crypto.decrypt(channel.code_cipher, CODE)
        link = absolute(reverse("confirm_channel", args=[channel.channel]))
        return subject, "\n".join([subject, _("Code: %(code)s") % {"code": code}, link])


# --- Sending -----------------------------------------------------------------------------------

# Purposes of the encryption.
ADDRESS, CODE = "channel.address", "channel.code"


class _Post:
    """Sends a batch; the connection to the mail server is opened once, when needed."""

    def __init__(self):
        self._connection = None

    def send(self, channel, subject, body):
        if settings.PRACTICE:
            # Nothing is sent from the practice area, whatever addresses were entered there.
            raise Undeliverable(Trouble.NOT_TAKEN)
        try:
            address = crypto.decrypt(channel.address_cipher, ADDRESS)
        except crypto.Undecryptable as problem:
            raise Undeliverable(Trouble.UNREADABLE) from problem
        if channel.channel == Channel.MAIL:
            self._send_mail(address, subject, body)
        else:
            _send_chat(channel.service, address, body)

    def _send_mail(self, address, subject, body):
        try:
            if self._connection is None:
                connection = mail.get_connection()
                connection.open()
                self._connection = connection
            message = mail.EmailMessage(subject, body, to=[address], connection=self._connection)
            message.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refusal:
            if _is_final(refusal):
                raise Undeliverable(Trouble.REFUSED) from refusal
            raise Unreachable(Trouble.UNREACHABLE) from refusal
        except OSError as trouble:
            # Includes SMTPException; a half-open connection is not used again.
            self.close()
            raise Unreachable(Trouble.UNREACHABLE) from trouble

    def close(self):
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                logger.info("The mail server had ended the connection")


def _is_final(refusal):
    """Whether the mail server answered with a 5xx: no mailbox, or not accepted."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in refusal.recipients.values())
    return refusal.smtp_code >= 500


def _send_chat(service, address, body):
    # A large library that only workers need.
    import apprise  # noqa: PLC0415

    _check_before_calling(service, address)
    asset = apprise.AppriseAsset(http_redirects=False)
    chat = apprise.Apprise(asset=asset)
    if service not in Service or not chat.add(address):
        raise Undeliverable(Trouble.UNREADABLE)
    if not chat.notify(body=body):
        # apprise gives no reason; it may be the network, so retry.
        raise Unreachable(Trouble.NOT_TAKEN)


def send_due(*, clock):
    """Send a batch of waiting deliveries; return how many were processed. `clock()` returns the
    current time and is called for each delivery, because sending takes time."""
    at = clock()
    Delivery.objects.filter(state=Delivery.State.SENDING, at__lt=at - CUT_OFF_AFTER).update(
        state=Delivery.State.FAILED, trouble=Trouble.CUT_OFF, at=at
    )
    rows = Delivery.objects.filter(state=Delivery.State.QUEUED, try_at__lte=at)
    waiting = list(rows.order_by("try_at", "pk")[:BATCH])
    if not waiting:
        return 0
    reminders, channels, post = _reminders_of(waiting), _channels_of(waiting), _Post()
    sent = None
    try:
        with held.holding():
            for delivery in waiting:
                is_mine, sent = _turn(sent, delivery, at=clock()), None
                if not is_mine:
                    continue
                channel = channels.get((delivery.user_id, delivery.channel))
                of_day = reminders.get((delivery.user_id, delivery.day), [])
                sent = _deliver(post, delivery, channel, of_day, clock)
            _turn(sent, None, at=clock())
    finally:
        post.close()
    return len(waiting)


def _reminders_of(deliveries):
    """{(user id, day): reminders} of these deliveries."""
    people, reminders = {}, {}
    for one in deliveries:
        people.setdefault(one.day, []).append(one.user_id)
    asked = [Q(day=day, user__in=ids) for day, ids in people.items()]
    found = Reminder.objects.filter(reduce(or_, asked), ~Q(kind__in=sorted(unused())))
    for one in found.order_by(F("due").asc(nulls_last=True), "pk"):
        reminders.setdefault((one.user_id, one.day), []).append(one)
    return reminders


def _channels_of(deliveries):
    """{(user id, channel): confirmed ContactChannel} of these deliveries."""
    people = {one.user_id for one in deliveries}
    found = ContactChannel.objects.filter(user__in=people, user__is_active=True)
    found = found.exclude(verified_at=None).select_related("user")
    return {(one.user_id, one.channel): one for one in found}


class _Outcome(NamedTuple):
    """The result of sending a delivery, to be stored."""

    delivery: Delivery
    state: str
    trouble: str
    at: datetime
    pause: timedelta = timedelta(0)


def _deliver(post, delivery, channel, reminders, clock):
    """Send one message; returns its _Outcome."""
    try:
        if channel is None:
            raise Undeliverable(Trouble.GONE)
        post.send(channel, *words_of(reminders, channel.user, on=timezone.localdate(clock())))
    except Undeliverable as problem:
        return _Outcome(delivery, Delivery.State.FAILED, problem.args[0], clock())
    except Unreachable as problem:
        if pauses := PAUSES[delivery.attempts - 1 :]:
            waits = Delivery.State.QUEUED
            return _Outcome(delivery, waits, problem.args[0], clock(), pauses[0])
        return _Outcome(delivery, Delivery.State.FAILED, problem.args[0], clock())
    return _Outcome(delivery, Delivery.State.SENT, "", clock())


# One statement, so that a message costs one commit.
_TURN = """
WITH noted AS (
  UPDATE portal_delivery
  SET state = %(state)s, trouble = %(trouble)s, at = %(ended)s, try_at = %(try_at)s
  WHERE id = %(id)s AND day = %(day)s AND attempts = %(attempts)s AND state = %(sending)s)
UPDATE portal_delivery SET state = %(sending)s, attempts = attempts + 1, at = %(begun)s
WHERE id = %(next)s AND day = %(next_day)s AND attempts = %(next_attempts)s AND state = %(queued)s
"""
_NO_ROW: dict[str, Any] = dict.fromkeys(
    ("id", "day", "attempts", "state", "trouble", "ended", "try_at")
    + ("next", "next_day", "next_attempts")
)


def _turn(outcome, delivery, *, at):
    """Store the outcome of the previous message, and claim the next one for this worker; either may
    be None. Return whether it was claimed: another worker may have been first."""
    state = Delivery.State
    values = _NO_ROW | {"begun": at, "sending": state.SENDING, "queued": state.QUEUED}
    if outcome:
        of = outcome.delivery
        values |= {"id": of.pk, "day": of.day, "attempts": of.attempts, "state": outcome.state}
        values |= {"trouble": outcome.trouble, "ended": outcome.at}
        values |= {"try_at": outcome.at + outcome.pause}
    if delivery:
        values |= {"next": delivery.pk, "next_day": delivery.day}
        values |= {"next_attempts": delivery.attempts}
    with connection.cursor() as cursor:
        cursor.execute(_TURN, values)
        is_taken = bool(cursor.rowcount)
    if is_taken:
        delivery.attempts += 1
    return is_taken


def send_test(channel_id, *, at):
    """Send the code that confirms a channel; a failure is shown beside the channel."""
    channel = ContactChannel.objects.select_related("user").filter(pk=channel_id).first()
    if channel is None or not channel.code_cipher or not channel.user.is_active:
        return
    post, trouble = _Post(), ""
    try:
        post.send(channel, *words_of_test(channel, on=timezone.localdate(at)))
    except (Undeliverable, Unreachable) as problem:
        trouble = problem.args[0]
    finally:
        post.close()
    ContactChannel.objects.filter(pk=channel.pk, code_cipher=channel.code_cipher).update(
        trouble=trouble, test_sent_at=None if trouble else at
    )


def untested(*, at):
    """Return the ids of channels whose test message was requested over a minute ago and got
    lost."""
    asked = ContactChannel.objects.filter(test_sent_at=None, trouble="", verified_at=None)
    asked = asked.exclude(code_cipher="")
    span = {"code_until__gt": at, "code_until__lt": at + CODE_WORKS_FOR - LOST_AFTER}
    return list(asked.filter(**span).values_list("pk", flat=True))
