"""Who is to be told of what, one file for each noun; its kinds register themselves."""

from evaluation.reminders import appeals  # noqa: F401
