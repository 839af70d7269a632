from pairing.models.needs import HelpNeed, HelpResource
from pairing.models.pairings import Pairing, PairingStep
from pairing.models.support import SupportItem, SupportSlip, SupportStep, SupportWord

__all__ = [
    "HelpNeed",
    "HelpResource",
    "Pairing",
    "PairingStep",
    "SupportItem",
    "SupportSlip",
    "SupportStep",
    "SupportWord",
]
