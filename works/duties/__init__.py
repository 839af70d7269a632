"""Duties and reminders, one row each."""

from works.duties import proposals  # noqa: F401
