"""Nouns of works: proposals of the workers' congress, talks, disclosures."""

from works.models.disclosures import Disclosure
from works.models.proposals import CongressProposal, CongressStep
from works.models.talks import Talk

__all__ = ["CongressProposal", "CongressStep", "Disclosure", "Talk"]
