"""How long a deadline runs, and how far it can be extended."""

from datetime import timedelta

from outreach import papers

LEAST = timedelta(days=3)


def length_of(matter):
    """The days of the present deadline, at least three."""
    return _length(matter).days


def latest_extension(matter):
    """The last day up to which the deadline can be extended: by its own length (DOMAIN 3.8)."""
    return matter.due_on + _length(matter)


def _length(matter):
    return max(matter.due_on - papers.of(matter).deadline_set_on(), LEAST)
