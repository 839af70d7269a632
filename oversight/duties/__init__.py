"""What waits for somebody, one row each."""

from oversight.duties import inspections  # noqa: F401
