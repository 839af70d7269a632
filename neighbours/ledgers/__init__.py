"""Official sheets of neighbours."""

from neighbours.ledgers import hotline, reports, summons  # noqa: F401 (each registers itself)
