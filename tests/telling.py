"""A morning's round of reminders, of the kinds that a test looks at."""

from unittest.mock import patch

from portal.duties import reminders


def tell(*kinds, day, at=None):
    """Tell everybody of a day what kinds whose codes begin so have to say: the round of all ninety
    takes ten times as long, and tests/outreach/test_reminders.py has it."""
    chosen = {code: kind for code, kind in reminders.KINDS.items() if code.startswith(kinds)}
    assert chosen, kinds
    with patch.dict(reminders.KINDS, chosen, clear=True):
        return reminders.tell(day=day, at=at or reminders.morning_of(day), by="test")
