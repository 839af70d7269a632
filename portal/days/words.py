"""Days and moments as people read them: short in the year of the day on which they are read."""

from datetime import date, datetime

from django.utils import timezone


def short_day(value, *, on):
    """11-18, with the year only when it is not that of `on`; facts of a step keep a day as text."""
    if not value:
        return "—"
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if hasattr(value, "hour"):
        value = timezone.localtime(value)
    return f"{value:%m-%d}" if value.year == on.year else f"{value:%Y-%m-%d}"


def short_moment(value, *, on):
    """11-18 09:12 in local time; a manifest keeps a moment as text."""
    if not value:
        return "—"
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    value = timezone.localtime(value)
    return f"{value:%m-%d %H:%M}" if value.year == on.year else f"{value:%Y-%m-%d %H:%M}"
