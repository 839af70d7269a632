"""What waits for an act of somebody, one file for each noun; its kinds register themselves."""

from outreach.todo import batches, campaigns, cards, condolence, matters, stays  # noqa: F401
