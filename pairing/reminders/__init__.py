"""What people are told of, one file for each noun; its kinds register themselves."""

from pairing.reminders import weak  # noqa: F401
