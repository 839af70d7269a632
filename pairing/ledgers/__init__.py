"""Official sheets of who helps whom; they register themselves."""

from pairing.ledgers import pairings

__all__ = ["pairings"]
