"""Addresses of reports on conduct."""

from django.urls import path

from outreach.acts.conduct import REPORTS
from outreach.views import conduct

urlpatterns = [
    *REPORTS.urls(),
    path("conduct/", conduct.conduct_reports, name="conduct_reports"),
    path("conduct/new/", conduct.new_conduct_report, name="new_conduct_report"),
    path("conduct/<int:pk>/", conduct.conduct_report, name="conduct_report"),
]
