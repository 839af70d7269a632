"""Official sheets of neighbours."""

from neighbours.ledgers import hotline  # noqa: F401 (registers itself)
