"""Neighbours in the invented county: tickets of the hotline, summons of organs."""

from demo.neighbours import hotline, summons

# As the progress of the making names it.
CHAPTER = "neighbours"


def make(county):
    """Called when the county of going down stands."""
    hotline.make(county)
    summons.make(county)
