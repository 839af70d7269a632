"""What an office brings of its pairings."""

from pairing.imports import partnerships

__all__ = ["partnerships"]
