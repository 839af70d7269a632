"""What people are told of, one file for each noun; its kinds register themselves."""

from evaluation.reminders import honours, members  # noqa: F401
