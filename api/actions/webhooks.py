"""Webhooks: other systems get a signed message for each step of a matter, sent again on failure.

Only hosts named in the settings are called. A worker takes a message on a lease, so that no message
is lost with the worker; the other side recognises a message sent twice by its key.
"""

import hashlib
import hmac
import json
import logging
import secrets
from datetime import UTC, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from api import outward
from api.models import StepDelivery, Subscription, Token
from api.models.webhooks import Trouble
from api.rules import tokens as rules
from outreach.models import Matter, MatterStep
from portal.records import audit
from portal.tools.locking import free, locked
from portal.tools.saving import change
from portal.trust import crypto
from portal.trust.access import require

logger = logging.getLogger(__name__)
SECRET = "api.webhook"
MOST_OF_A_TOKEN = 5
# Pauses after the first, second … failed attempt; the attempt after the last pause is final.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
LEASE = timedelta(minutes=2)
BATCH = 50
# No message is sent for a step committed later than this after it got its number.
SETTLED_AFTER = timedelta(minutes=2)
STEPS_AT_ONCE = 500
KEPT_FOR = timedelta(days=90)
State = StepDelivery.State


# --- Subscriptions -------------------------------------------------------------------------------


@transaction.atomic
def subscribe(*, token, url, by, at):
    """Subscribe an address to steps from now on; returns (subscription, secret)."""
    token = locked(token, "service__user")
    require(rules.in_use())
    try:
        outward.read(url)
    except outward.NotAllowed as problem:
        raise ValidationError({"url": str(Trouble.NOT_ALLOWED.label)}) from problem
    running = Subscription.objects.filter(token=token, ended_at=None)
    if running.count() >= MOST_OF_A_TOKEN or running.filter(url=url).exists():
        said = _("This token tells this address already, or as many as it may.")
        raise ValidationError({"url": said})
    secret = secrets.token_urlsafe(32)
    newest = MatterStep.objects.order_by("-pk").values_list("pk", flat=True).first()
    made = Subscription.objects.create(
        token=token,
        url=url,
        secret_cipher=crypto.encrypt(secret, SECRET),
        made_at=at,
        seen_step=newest or 0,
    )
    audit.record("subscription.made", by, made, ["url"], {"url": url, "token": token.pk})
    return made, secret


@transaction.atomic
def unsubscribe(*, subscription, by, at):
    subscription = locked(subscription, "token")
    if subscription.ended_at is None:
        change(subscription, ended_at=at)
        audit.record("subscription.ended", by, subscription)
    return subscription


# --- What there is to tell -----------------------------------------------------------------------


def note_steps(*, at):
    """Queue a message for each step that a subscription has to be told of; returns how many.

    Steps get their numbers before they are committed, so those of the last minutes are checked
    again until none can be missing. Each step is still told only once.
    """
    noted = 0
    for one in Subscription.objects.running(timezone.localdate(at)).order_by("pk"):
        noted += _note_steps_of(one, at=at)
    return noted


@transaction.atomic
def _note_steps_of(subscription, *, at):
    subscription = locked(subscription, "token__service__user")
    account = subscription.token.service.user.acting(on=timezone.localdate(at))
    if not account.is_active:
        return 0
    noted, last, settled = 0, subscription.seen_step, subscription.seen_step
    while steps := _steps_after(last):
        last = steps[-1].pk
        settled = max([settled, *(one.pk for one in steps if one.at < at - SETTLED_AFTER)])
        noted += _note(subscription, steps, account, at)
    if settled > subscription.seen_step:
        change(subscription, seen_step=settled)
    return noted


def _steps_after(pk):
    steps = MatterStep.objects.filter(pk__gt=pk).select_related("matter").order_by("pk")
    return list(steps[:STEPS_AT_ONCE])


def _note(subscription, steps, account, at):
    told = [
        one
        for one in steps
        # Steps of an old ledger did not happen here, and internal notes are for nobody else.
        if not one.is_imported and not one.is_internal and one.at >= subscription.made_at
    ]
    if not told:
        return 0
    seen = Matter.objects.visible_to(account).filter(pk__in={one.matter_id for one in told})
    seen = set(seen.order_by().values_list("pk", flat=True))
    ids = [one.pk for one in told]
    known = StepDelivery.objects.filter(subscription=subscription, step__in=ids)
    known = set(known.values_list("step", flat=True))
    rows = [
        StepDelivery(
            subscription=subscription,
            step=one.pk,
            number=one.matter.number_label,
            move="take_back" if one.takes_back_id else one.move,
            step_at=one.at,
            try_at=at,
            at=at,
        )
        for one in told
        if one.matter_id in seen and one.pk not in known
    ]
    StepDelivery.objects.bulk_create(rows)
    return len(rows)


# --- Sending -------------------------------------------------------------------------------------


def send_due(*, clock):
    """Send a batch of due messages; returns how many were taken. `clock()` is called for each,
    because sending takes time."""
    if settings.PRACTICE or not settings.WEBHOOK_HOSTS:
        return 0
    taken = _take(clock())
    for one in taken:
        if _still_held(one, clock()):
            _send(one, clock)
    return len(taken)


def _take(at):
    """Lease a batch to this worker: messages that are due, and those whose lease has expired."""
    with transaction.atomic():
        due = Q(state=State.QUEUED, try_at__lte=at) | Q(state=State.SENDING, leased_until__lt=at)
        rows = StepDelivery.objects.filter(due).order_by("try_at", "pk")
        ids = [one.pk for one in free(rows)[:BATCH]]
        StepDelivery.objects.filter(pk__in=ids).update(
            state=State.SENDING, attempts=F("attempts") + 1, leased_until=at + LEASE, at=at
        )
    taken = StepDelivery.objects.filter(pk__in=ids).select_related(
        "subscription__token__service__user"
    )
    return list(taken.order_by("try_at", "pk"))


def _still_held(delivery, at):
    """Renew the lease: earlier messages of the batch may have taken long, and another worker may
    hold it by now."""
    return _own(delivery).update(leased_until=at + LEASE) == 1


def _send(delivery, clock):
    at = clock()
    subscription, token = delivery.subscription, delivery.subscription.token
    account = token.service.user.acting(on=timezone.localdate(at))
    runs = Token.objects.in_use(account.today).filter(pk=token.pk).exists()
    if subscription.ended_at or not runs or not account.is_active or not rules.in_use():
        _end(delivery, State.FAILED, Trouble.LAPSED, at=at)
        return
    body = content_of(delivery)
    secret = crypto.decrypt(subscription.secret_cipher, SECRET)
    headers = {
        "Content-Type": "application/json",
        "Portal-Signature": signature(secret, body, at=at),
        "Portal-Delivery": str(delivery.key),
    }
    try:
        status = outward.post(subscription.url, body, headers)
    except outward.NotAllowed:
        _end(delivery, State.FAILED, Trouble.NOT_ALLOWED, at=clock())
    except outward.Failed as problem:
        _again(delivery, problem.trouble, at=clock())
    else:
        if 200 <= status < 300:
            _end(delivery, State.SENT, "", at=clock(), status=status)
        else:
            _again(delivery, Trouble.REFUSED, at=clock(), status=status)


def content_of(delivery):
    """Number, step and time only; the receiver fetches the rest with its token."""
    said = {
        "id": str(delivery.key),
        "number": delivery.number,
        "step": delivery.move,
        "at": delivery.step_at.astimezone(UTC).isoformat(),
    }
    return json.dumps(said, sort_keys=True).encode()


def signature(secret, body, *, at):
    """`t=<seconds>,v1=<HMAC-SHA256 of "t.body">`; the signed time exposes replayed messages."""
    moment = int(at.timestamp())
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={signed.hexdigest()}"


def _again(delivery, trouble, *, at, status=None):
    pauses = PAUSES[delivery.attempts - 1 :]
    if pauses:
        _end(delivery, State.QUEUED, trouble, at=at, status=status, pause=pauses[0])
    else:
        _end(delivery, State.FAILED, trouble, at=at, status=status)


def _own(delivery):
    """Select the row, unless another worker has taken it since."""
    return StepDelivery.objects.filter(
        pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts
    )


def _end(delivery, state, trouble, *, at, status=None, pause=timedelta(0)):
    _own(delivery).update(
        state=state, trouble=trouble, status=status, at=at, try_at=at + pause, leased_until=None
    )


def forget(*, at):
    """Delete messages sent or given up more than KEPT_FOR ago; returns how many."""
    over = StepDelivery.objects.filter(state__in=[State.SENT, State.FAILED], at__lt=at - KEPT_FOR)
    return over.delete()[0]
