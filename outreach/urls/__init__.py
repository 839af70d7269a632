"""URLs of outreach, one file for each noun."""

from outreach.urls import (
    areas,
    batches,
    campaigns,
    cards,
    condolence,
    conduct,
    dashboard,
    matters,
    needs,
    notices,
    receptions,
    stays,
    visits,
)

ROOMS = (areas, batches, campaigns, cards, condolence, conduct, dashboard)
ROOMS += (matters, needs, notices, receptions, stays, visits)

app_name = "outreach"
urlpatterns = [address for room in ROOMS for address in room.urlpatterns]
