"""Official sheets, one file for each; they register themselves."""

from pairing.ledgers import leading, problems  # noqa: F401
