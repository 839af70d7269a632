"""What waits for somebody and what people are told, one file for each noun."""

from evaluation.duties import cycles, hints, honours, members, paper, polls, scores, words  # noqa: F401
