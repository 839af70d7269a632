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
from evaluation.models.hints import Hint, HintReview, TurnoutNote
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
    "Ballot",
    "BallotCode",
    "BallotComment",
    "Computation",
    "Cycle",
    "CycleStep",
    "EvidenceDecision",
    "Hint",
    "HintReview",
    "MeetingCount",
    "OrganAppraisal",
    "PaperBatch",
    "PaperEntry",
    "PaperRemark",
    "Poll",
    "PollSample",
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
