"""Statistics columns; they register themselves on import."""

from oversight.statistics import closures, practices  # noqa: F401
