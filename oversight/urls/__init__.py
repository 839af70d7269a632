"""Addresses of oversight, one file for each noun."""

from oversight.urls import inspections

app_name = "oversight"
urlpatterns = [
    *inspections.urlpatterns,
]
