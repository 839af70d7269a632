"""Short forms of days and moments, without the year if it is the current one."""

from datetime import date, datetime

from django.utils import timezone


def short_day(value, *, on):
    """11-18, with the year if it differs from that of `on`. Accepts ISO text, as in steps."""
    if not value:
        return "—"
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return f"{value:%m-%d}" if value.year == on.year else f"{value:%Y-%m-%d}"


def short_moment(value, *, on):
    """11-18 09:12 in local time. Accepts ISO text, as in manifests."""
    if not value:
        return "—"
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    value = timezone.localtime(value)
    return f"{value:%m-%d %H:%M}" if value.year == on.year else f"{value:%Y-%m-%d %H:%M}"
