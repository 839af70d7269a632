"""Addresses of oversight, one file for each noun."""

from oversight.urls import (
    burden,
    complaints,
    inspections,
    papers,
    plans,
    practices,
    retention,
    supervision,
)

app_name = "oversight"
urlpatterns = [
    *burden.urlpatterns,
    *complaints.urlpatterns,
    *inspections.urlpatterns,
    *papers.urlpatterns,
    *plans.urlpatterns,
    *practices.urlpatterns,
    *retention.urlpatterns,
    *supervision.urlpatterns,
]
