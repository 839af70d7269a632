"""What each role does in evaluation: added to its chapter of the help page."""

from evaluation.handbook import cycles, honours, polls, scores, words  # noqa: F401
