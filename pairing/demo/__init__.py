"""The pairings of the demo county."""

from pairing.demo import weak


def make(county):
    weak.make(county)
