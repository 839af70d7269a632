from pairing.models.needs import HelpNeed, HelpResource
from pairing.models.pairings import Pairing, PairingStep
from pairing.models.support import SupportItem
from pairing.models.weak_cases import (
    CaseSituation,
    CaseStep,
    CaseSupport,
    WeakOrganizationCase,
)
from pairing.models.weak_checks import WeakCheck, WeakCheckReport
from pairing.models.weak_work import (
    Acceptance,
    FollowUpCheck,
    ItemProgress,
    MonthlyReview,
    RectificationItem,
)

__all__ = [
    "Acceptance",
    "CaseSituation",
    "CaseStep",
    "CaseSupport",
    "FollowUpCheck",
    "HelpNeed",
    "HelpResource",
    "ItemProgress",
    "MonthlyReview",
    "Pairing",
    "PairingStep",
    "RectificationItem",
    "SupportItem",
    "WeakCheck",
    "WeakCheckReport",
    "WeakOrganizationCase",
]
