from pairing.models.co_building import CoBuildingPlan, JointActivity
from pairing.models.leading import ContactPoint, ContactPointStep
from pairing.models.needs import HelpNeed, HelpResource
from pairing.models.pairings import Pairing, PairingStep
from pairing.models.problems import ProblemMatter, ProblemStep, ProminentProblem
from pairing.models.support import SupportItem, SupportSlip, SupportStep, SupportWord

__all__ = [
    "CoBuildingPlan",
    "ContactPoint",
    "ContactPointStep",
    "HelpNeed",
    "HelpResource",
    "JointActivity",
    "Pairing",
    "PairingStep",
    "ProblemMatter",
    "ProblemStep",
    "ProminentProblem",
    "SupportItem",
    "SupportSlip",
    "SupportStep",
    "SupportWord",
]
