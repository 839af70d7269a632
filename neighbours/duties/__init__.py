"""Duties and reminders, one row each."""

from neighbours.duties import reports, summons  # noqa: F401 (each registers its rows)
