"""Duties and reminders, one file for each noun."""

from outreach.duties import (  # noqa: F401
    batches,
    campaigns,
    cards,
    condolence,
    matters,
    stays,
    visits,
)
