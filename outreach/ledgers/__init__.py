"""Official sheets, one file for each; they register themselves."""

from outreach.ledgers import (  # noqa: F401
    campaigns,
    cards,
    condolence,
    matters,
    needs,
    notices,
    receptions,
    stays,
    visits,
)
