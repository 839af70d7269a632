"""Neighbours in the invented county: hotline, summons of organs, branches that reported."""

from demo.neighbours import hotline, reports, summons

# Name of this chapter in the progress output.
CHAPTER = "neighbours"


def make(county):
    """Make the chapter; needs that of outreach."""
    hotline.make(county)
    summons.make(county)
    reports.make(county)
