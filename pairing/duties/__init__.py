"""What waits for somebody and what people are told, one file for each noun."""

from pairing.duties import leading, needs, pairings, partnerships, problems, support, weak  # noqa: F401
