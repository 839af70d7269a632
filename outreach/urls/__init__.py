"""Addresses of going down, one file for each noun."""

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

app_name = "outreach"
urlpatterns = [
    *areas.urlpatterns,
    *batches.urlpatterns,
    *campaigns.urlpatterns,
    *cards.urlpatterns,
    *condolence.urlpatterns,
    *conduct.urlpatterns,
    *dashboard.urlpatterns,
    *matters.urlpatterns,
    *needs.urlpatterns,
    *notices.urlpatterns,
    *receptions.urlpatterns,
    *stays.urlpatterns,
    *visits.urlpatterns,
]
