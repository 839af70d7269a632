from pairing.models.agreements import Agreement, YearPlan
from pairing.models.co_building import CoBuildingPlan, JointActivity
from pairing.models.households import HouseholdNeed
from pairing.models.leading import ContactPoint, ContactPointStep
from pairing.models.needs import HelpNeed, HelpResource
from pairing.models.pairings import Pairing, PairingStep
from pairing.models.problems import ProblemMatter, ProblemStep, ProminentProblem
from pairing.models.rounds import (
    MatchChange,
    MatchingProposal,
    MatchingRound,
    ProposedMatch,
    RoundStep,
)
from pairing.models.support import SupportItem, SupportRemark, SupportSlip, SupportStep, SupportWord
from pairing.models.weak_cases import CaseSituation, CaseStep, CaseSupport, WeakOrganizationCase
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
    "Agreement",
    "CaseSituation",
    "CaseStep",
    "CaseSupport",
    "CoBuildingPlan",
    "ContactPoint",
    "ContactPointStep",
    "FollowUpCheck",
    "HelpNeed",
    "HelpResource",
    "HouseholdNeed",
    "ItemProgress",
    "JointActivity",
    "MatchChange",
    "MatchingProposal",
    "MatchingRound",
    "MonthlyReview",
    "Pairing",
    "PairingStep",
    "ProblemMatter",
    "ProblemStep",
    "ProminentProblem",
    "ProposedMatch",
    "RectificationItem",
    "RoundStep",
    "SupportItem",
    "SupportRemark",
    "SupportSlip",
    "SupportStep",
    "SupportWord",
    "WeakCheck",
    "WeakCheckReport",
    "WeakOrganizationCase",
    "YearPlan",
]
