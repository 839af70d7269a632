"""Official sheets, one file for each; they register themselves."""

from pairing.ledgers import (  # noqa: F401
    joint_activities,
    leading,
    mentoring,
    needs,
    pairings,
    partnerships,
    problems,
    support,
    weak,
)
