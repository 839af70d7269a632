"""Official sheets of works."""

from works.ledgers import disclosures, proposals, talks  # noqa: F401 (each registers itself)
