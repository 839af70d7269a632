"""Addresses of reports of branches."""

from django.urls import path

from neighbours.acts.reports import LINES, REPORTS
from neighbours.listings.reports import LINE_LIST, REPORT_LIST
from neighbours.views import reports

urlpatterns = [
    *LINE_LIST.urls(),
    *REPORTS.urls(),
    *LINES.urls(),
    *REPORT_LIST.urls(),
    path("branch-reports/<int:pk>/", reports.branch_report, name="branch_report"),
    path("branch-reports/quarters/<int:pk>/problem/", reports.hear_problem, name="hear_problem"),
    path("branch-reports/of-unit/<int:pk>/", reports.reports_of_unit, name="reports_of_unit"),
    path("branch-reports/of-organ/<int:pk>/", reports.reports_of_organ, name="reports_of_organ"),
]
