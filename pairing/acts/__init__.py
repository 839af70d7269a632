"""What may be done to the records of who helps whom: a row each."""

from pairing.acts import (  # noqa: F401 (each registers its words of the audit)
    joint_activities,
    leading,
    needs,
    partnerships,
    problems,
    rounds,
    support,
    weak,
    weak_checks,
)
