"""Official sheets of oversight."""

from oversight.ledgers import findings  # noqa: F401
