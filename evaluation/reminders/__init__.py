"""What people are told of, one file for each noun; its kinds register themselves."""

from evaluation.reminders import appeals, cycles, honours, members, polls, words  # noqa: F401
