"""The address of a person's calendar: make and revoke."""

import secrets

from django.db import transaction

from api.actions.tokens import digest_of
from api.models import CalendarFeed
from api.rules import calendar as rules
from portal.records import audit
from portal.tools.locking import lock_name, locked_many
from portal.tools.saving import change
from portal.trust.access import require


@transaction.atomic
def make(*, by, at):
    """Make an address; returns (feed, secret). The secret is never shown again."""
    lock_name(f"api.calendar.{by.pk}")
    require(rules.may_make(by))
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(owner=by, digest=digest_of(secret), made_at=at)
    audit.record("calendar.made", by, feed)
    return feed, secret


@transaction.atomic
def revoke(*, by, at):
    """Revoke the address; a no-op if there is none."""
    for feed in locked_many(CalendarFeed.objects.of(by).in_use()):
        change(feed, revoked_at=at)
        audit.record("calendar.revoked", by, feed)


def feed_of(secret, *, on):
    """(the feed, its owner acting today) for the secret of an address, or None."""
    found = CalendarFeed.objects.in_use().filter(digest=digest_of(secret))
    feed = found.select_related("owner__organ__division").first()
    if feed is None or not feed.owner.is_active:
        return None
    owner = feed.owner.acting(on=on)
    if not rules.may_have(owner):
        return None
    if feed.last_read_on != on:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_on=on)
    return feed, owner
