"""Columns of the statistics; they register themselves."""

from oversight.statistics import closures, practices  # noqa: F401
