"""Neighbours in the invented county: hotline, summons of organs, branches that report."""

from demo.neighbours import hotline, reports, summons

# As the progress of the making names it.
CHAPTER = "neighbours"


def make(county):
    """Called when the county of going down stands."""
    hotline.make(county)
    summons.make(county)
    reports.make(county)
