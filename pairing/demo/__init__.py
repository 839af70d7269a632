"""Who helps whom in the invented county."""

from pairing.demo import leading, needs, pairings, partnerships, support, weak


def make(county):
    """Called when the county of going down stands."""
    pairings.make(county)
    partnerships.make(county)
    needs.make(county)
    support.make(county)
    leading.make(county)
    weak.make(county)
