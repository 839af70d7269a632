"""URLs of reports on conduct."""

from django.urls import path

from outreach.acts.conduct import REPORTS
from outreach.listings.conduct import CONDUCT_LIST
from outreach.views import conduct

urlpatterns = [
    *REPORTS.urls(),
    *CONDUCT_LIST.urls(),
    path("conduct/new/", conduct.new_conduct_report, name="new_conduct_report"),
    path("conduct/<int:pk>/", conduct.conduct_report, name="conduct_report"),
]
