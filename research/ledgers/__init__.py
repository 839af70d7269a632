"""Official sheets, one file for each; they register themselves."""

from research.ledgers import (  # noqa: F401
    samples,
)
