from pairing.models.agreements import Agreement, YearPlan
from pairing.models.households import HouseholdNeed
from pairing.models.needs import HelpNeed, HelpResource
from pairing.models.pairings import Pairing, PairingStep
from pairing.models.support import SupportItem

__all__ = [
    "Agreement",
    "HelpNeed",
    "HelpResource",
    "HouseholdNeed",
    "Pairing",
    "PairingStep",
    "SupportItem",
    "YearPlan",
]
