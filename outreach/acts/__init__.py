"""What may be done to the records of going down: a row each."""

from outreach.acts import (  # noqa: F401 (they register themselves)
    areas,
    batches,
    campaigns,
    cards,
    closings,
    condolence,
    conduct,
    door,
    follow_ups,
    meetings,
    moves,
    needs,
    nominations,
    notices,
    placements,
    receptions,
    stay_months,
    stay_reports,
    stays,
)
