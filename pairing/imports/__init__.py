"""What an office brings of its pairings."""

from pairing.imports import pairings

__all__ = ["pairings"]
