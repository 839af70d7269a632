"""Addresses of oversight, one file for each noun."""

from oversight.urls import inspections

app_name = "oversight"
urlpatterns = [
    *inspections.urlpatterns,
]
from oversight.urls import plans, practices, supervision

app_name = "oversight"
urlpatterns = [
    *plans.urlpatterns,
    *practices.urlpatterns,
    *supervision.urlpatterns,
]
