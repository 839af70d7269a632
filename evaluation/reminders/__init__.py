"""Who is told of what is due in evaluation."""

from evaluation.reminders import words  # noqa: F401
