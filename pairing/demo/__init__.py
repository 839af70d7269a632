"""Who helps whom in the invented county."""

from pairing.demo import leading


def make(county):
    leading.make(county)
