from pairing.models.co_building import CoBuildingPlan, JointActivity
from pairing.models.needs import HelpNeed, HelpResource
from pairing.models.pairings import Pairing, PairingStep
from pairing.models.support import SupportItem

__all__ = [
    "CoBuildingPlan",
    "HelpNeed",
    "HelpResource",
    "JointActivity",
    "Pairing",
    "PairingStep",
    "SupportItem",
]
