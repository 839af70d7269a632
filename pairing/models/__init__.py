from pairing.models.needs import HelpNeed, HelpResource
from pairing.models.pairings import Pairing, PairingStep
from pairing.models.rounds import (
    MatchChange,
    MatchingProposal,
    MatchingRound,
    ProposedMatch,
    RoundStep,
)
from pairing.models.support import SupportItem

__all__ = [
    "HelpNeed",
    "HelpResource",
    "MatchChange",
    "MatchingProposal",
    "MatchingRound",
    "Pairing",
    "PairingStep",
    "ProposedMatch",
    "RoundStep",
    "SupportItem",
]
