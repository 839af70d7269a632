"""Hints for the author of a visit."""

from datetime import timedelta

from django.utils.translation import ngettext

from neighbours.models import HotlineTicket
from portal.trust import wall

RECENT_DAYS = 90


def tickets_at(unit, on):
    """Say how many tickets the hotline had about the unit, never their content."""
    since = on - timedelta(days=RECENT_DAYS)
    tickets = HotlineTicket.objects.filter(unit=unit, noted_on__gt=since, noted_on__lte=on)
    with wall.as_system("how many tickets there were about a unit"):
        n = tickets.count()
    if not n:
        return []
    words = ngettext(
        "%(unit)s had %(n)s hotline ticket within %(days)s days.",
        "%(unit)s had %(n)s hotline tickets within %(days)s days.",
        n,
    )
    return [words % {"unit": unit.name, "n": n, "days": RECENT_DAYS}]
