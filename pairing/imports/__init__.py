"""What an office brings of its pairings."""

from pairing.imports import weak  # noqa: F401
