"""Official sheets, one file for each; they register themselves."""

from evaluation.ledgers import scores  # noqa: F401
