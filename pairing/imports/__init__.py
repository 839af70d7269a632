"""What an office brings of its pairings."""

from pairing.imports import leading  # noqa: F401
