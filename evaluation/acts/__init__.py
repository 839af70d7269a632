"""What may be done to the records of evaluation: one row for each act."""

# Importing each module registers its audit events.
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
