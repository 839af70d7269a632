"""A finished cycle in the invented county."""

from evaluation.demo import discipline, members


def make(county):
    """Called when helping stands."""
    members.make(county)
    discipline.make(county)
