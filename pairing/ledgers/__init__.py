"""Official sheets, one file for each; they register themselves."""

from pairing.ledgers import needs  # noqa: F401
