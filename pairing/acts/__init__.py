"""Acts on the records of pairing, one row each."""

from pairing.acts import (  # noqa: F401 (each registers its words of the audit)
    households,
    joint_activities,
    leading,
    needs,
    pairings,
    partnerships,
    problems,
    rounds,
    support,
    weak,
    weak_checks,
)
