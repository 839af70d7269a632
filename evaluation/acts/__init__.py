"""What may be done to the records of the evaluation: a row each."""

# Each registers its words of the audit.
from evaluation.acts import (  # noqa: F401
    appeals,
    cycles,
    discipline,
    hand_overs,
    hints,
    honours,
    members,
    paper,
    polls,
    schemes,
)
