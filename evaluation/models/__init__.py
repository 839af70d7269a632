from evaluation.models.ballots import (
    Ballot,
    BallotCode,
    BallotComment,
    MeetingCount,
    Poll,
    PollSample,
    SealedBallot,
)
from evaluation.models.cycles import Appraised, Cycle, CycleStep
from evaluation.models.discipline import DisciplineFinding, FindingLift
from evaluation.models.hints import Hint, HintReview, TurnoutNote
from evaluation.models.honours import Grade, Honour, HonourPool, PoolPart, PoolStep
from evaluation.models.members import AppraisedMember, MemberAppraisal, MemberAppraisalStep
from evaluation.models.paper import PaperBatch, PaperEntry, PaperRemark
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

__all__ = [
    "Appeal",
    "Appraised",
    "AppraisedMember",
    "Ballot",
    "BallotCode",
    "BallotComment",
    "Computation",
    "Cycle",
    "CycleStep",
    "DisciplineFinding",
    "EvidenceDecision",
    "FindingLift",
    "Grade",
    "Hint",
    "HintReview",
    "Honour",
    "HonourPool",
    "MeetingCount",
    "MemberAppraisal",
    "MemberAppraisalStep",
    "OrganAppraisal",
    "PaperBatch",
    "PaperEntry",
    "PaperRemark",
    "Poll",
    "PollSample",
    "PoolPart",
    "PoolStep",
    "Scheme",
    "SchemeGate",
    "SchemeIndicator",
    "Score",
    "ScoreEvidence",
    "SealedBallot",
    "Tally",
    "TurnoutNote",
    "UnitLetter",
    "UnitLink",
]
