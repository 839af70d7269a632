"""The pairings of the demo county."""

from pairing.demo import partnerships


def make(county):
    """Called when the county of going down stands."""
    partnerships.make(county)
