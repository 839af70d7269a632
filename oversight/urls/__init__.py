"""Addresses of oversight, one file for each noun."""

from oversight.urls import (
    archives,
    burden,
    complaints,
    inspections,
    papers,
    plans,
    practices,
    privacy_requests,
    retention,
    supervision,
)

app_name = "oversight"
urlpatterns = [
    *archives.urlpatterns,
    *burden.urlpatterns,
    *complaints.urlpatterns,
    *inspections.urlpatterns,
    *papers.urlpatterns,
    *plans.urlpatterns,
    *practices.urlpatterns,
    *privacy_requests.urlpatterns,
    *retention.urlpatterns,
    *supervision.urlpatterns,
]
