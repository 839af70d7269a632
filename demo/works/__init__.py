"""Works in the invented county: what the workers of its factory propose,
who talked with whom, and what was made public."""

from demo.works import disclosures, proposals, talks

# As the progress of the making names it.
CHAPTER = "works"


def make(county):
    """Called when the county of going down stands."""
    proposals.make(county)
    talks.make(county)
    disclosures.make(county)
