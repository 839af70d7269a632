"""What waits for somebody, one row each."""

from neighbours.duties import summons  # noqa: F401 (each registers its rows)
