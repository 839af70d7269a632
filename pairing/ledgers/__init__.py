"""Official sheets, one file for each; they register themselves."""

from pairing.ledgers import weak  # noqa: F401
