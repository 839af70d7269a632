"""Keys of the sample call-backs: creating them, publishing their hashes ahead, and drawing by
them."""

import secrets

from django.db import transaction

from outreach.models import CallBackKey
from outreach.rules.call_back_keys import month_after, month_of
from portal.records import audit
from portal.sampling import order
from portal.sampling.seed import commitment
from portal.trust import crypto


@transaction.atomic
def publish_keys(*, on, at):
    """Make the keys of this month and the next where they are missing, and publish their hashes."""
    this_month = month_of(on)
    for month in (this_month, month_after(this_month)):
        if CallBackKey.objects.filter(month=month).exists():
            continue
        secret = secrets.token_hex(32)
        key = CallBackKey(month=month, digest=commitment(secret), published_at=at)
        key.secret_cipher = crypto.encrypt(secret, key.purpose)
        key.save()
        audit.record("follow_up.key_published", "beat", key, values=[key.digest])


def secret_of(key):
    return crypto.decrypt(key.secret_cipher, key.purpose)


def name_of(matter, round):
    """Return the string that represents a result in the draw."""
    return f"{matter.number_label}/{round}"


def is_in_sample(secret, name, share):
    """Whether a result is called. docs/sampling.md explains how to reproduce the draw."""
    return order.falls_in(secret, name, share)
