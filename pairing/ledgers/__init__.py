"""Official sheets, one file for each; they register themselves."""

from pairing.ledgers import joint_activities, leading, needs, partnerships, problems, support, weak  # noqa: F401
