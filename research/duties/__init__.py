"""What waits for somebody, one row each."""

from research.duties import batches, topics  # noqa: F401
