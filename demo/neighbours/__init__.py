"""Neighbours in the invented county: nothing yet."""

# As the progress of the making names it.
CHAPTER = "neighbours"


def make(county):
    """Called when the county of going down stands."""
