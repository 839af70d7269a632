"""Official sheets of works."""

from works.ledgers import proposals  # noqa: F401 (it registers itself)
