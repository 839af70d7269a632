"""Acts on the records of going down, one row each."""

from outreach.acts import (  # noqa: F401 (imported to register them)
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
    visits,
)
