"""Who helps whom in the invented county."""

from demo.pairing import leading, needs, pairings, partnerships, support, weak

# As the progress of the making names it.
CHAPTER = "who helps whom"


def make(county):
    """Called when the county of going down stands."""
    pairings.make(county)
    partnerships.make(county)
    needs.make(county)
    support.make(county)
    leading.make(county)
    weak.make(county)
