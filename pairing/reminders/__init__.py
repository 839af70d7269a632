"""What people are told of, one file for each noun; its kinds register themselves."""

from pairing.reminders import leading, needs, partnerships, problems, support, weak  # noqa: F401
