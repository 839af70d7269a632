"""Official sheets of neighbours."""

from neighbours.ledgers import hotline, summons  # noqa: F401 (each registers itself)
