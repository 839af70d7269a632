"""Works in the invented county: proposals of the factory's workers, talks, and disclosures."""

from demo.works import disclosures, proposals, talks

# Name of this chapter in the progress output.
CHAPTER = "works"


def make(county):
    """Make the chapter; needs that of outreach."""
    proposals.make(county)
    talks.make(county)
    disclosures.make(county)
