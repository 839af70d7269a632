"""What waits for somebody and what people are told, one file for each noun."""

from outreach.duties import (  # noqa: F401
    batches,
    campaigns,
    cards,
    condolence,
    matters,
    stays,
    visits,
)
