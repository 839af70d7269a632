"""Works in the invented county: what the workers of its factory propose,
and who talked with whom."""

from demo.works import proposals, talks

# As the progress of the making names it.
CHAPTER = "works"


def make(county):
    """Called when the county of going down stands."""
    proposals.make(county)
    talks.make(county)
