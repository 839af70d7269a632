"""What people are told of, one file for each noun; its kinds register themselves."""

from outreach.reminders import batches, campaigns, cards, condolence, matters, stays  # noqa: F401
