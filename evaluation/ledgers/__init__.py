"""Official sheets, one file for each; they register themselves."""

from evaluation.ledgers import burden, honours, members, results  # noqa: F401
