"""Nouns of works: proposals of the workers' congress."""

from works.models.proposals import CongressProposal, CongressStep

__all__ = ["CongressProposal", "CongressStep"]
