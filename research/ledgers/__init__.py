"""Official sheets, one file for each; they register themselves."""

from research.ledgers import problems, register, samples  # noqa: F401
