"""What each role does in evaluation: added to its chapter of the help page."""

from evaluation.handbook import polls, words  # noqa: F401
