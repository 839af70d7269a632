"""What people are told of, one file for each noun; its kinds register themselves."""

from pairing.reminders import leading, needs, pairings, partnerships, problems, support, weak  # noqa: F401
