"""Works in the invented county: what the workers of its factory propose."""

from demo.works import proposals

# As the progress of the making names it.
CHAPTER = "works"


def make(county):
    """Called when the county of going down stands."""
    proposals.make(county)
