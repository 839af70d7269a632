"""Official sheets, one file for each; they register themselves."""

from evaluation.ledgers import burden, honours, members, results, scores  # noqa: F401
