"""What waits for somebody, one row each."""

from works.duties import proposals  # noqa: F401
