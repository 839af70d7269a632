"""A morning's round of reminders, of the kinds that a test looks at."""

from unittest.mock import patch

from portal.duties import reminders


def tell(*kinds, day, at=None):
    """Run the reminders of a day whose codes begin with one of `kinds`. All ninety kinds take ten
    times as long; tests/outreach/test_reminders.py runs them."""
    chosen = {code: kind for code, kind in reminders.KINDS.items() if code.startswith(kinds)}
    assert chosen, kinds
    with patch.dict(reminders.KINDS, chosen, clear=True):
        return reminders.tell(day=day, at=at or reminders.morning_of(day), by="test")
