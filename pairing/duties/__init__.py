"""Duties and reminders, one file for each noun."""

from pairing.duties import leading, needs, pairings, partnerships, problems, support, weak  # noqa: F401
