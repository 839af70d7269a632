"""The nouns of evaluation, one file for each group of them."""
# ruff: noqa: F401 (they are imported from here)

from evaluation.models.ballots import (
    Ballot,
    BallotCode,
    BallotComment,
    ClosingList,
    MeetingCount,
    Poll,
    PollSample,
    SealedBallot,
    SeedThrow,
)
from evaluation.models.cycles import Appraised, Cycle, CycleStep
from evaluation.models.discipline import DisciplineFinding, FindingLift
from evaluation.models.hand_overs import HandOver
from evaluation.models.hints import Hint, HintReview, TurnoutNote
from evaluation.models.honours import Grade, Honour, HonourPool, PoolPart, PoolStep
from evaluation.models.members import AppraisedMember, MemberAppraisal, MemberAppraisalStep
from evaluation.models.paper import PaperAudit, PaperBatch, PaperEntry, PaperRemark
from evaluation.models.schemes import Scheme, SchemeGate, SchemeIndicator
from evaluation.models.scores import (
    Appeal,
    Computation,
    EvidenceDecision,
    Score,
    ScoreEvidence,
    Tally,
)
from evaluation.models.words import OrganAppraisal, UnitLetter, UnitLink
