"""Official sheets of works."""

from works.ledgers import proposals, talks  # noqa: F401 (each registers itself)
