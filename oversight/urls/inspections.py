"""Addresses of inspections, findings and notices."""

from django.urls import path

from oversight.acts.findings import FINDINGS, NOTICES
from oversight.acts.inspections import ASKED, INSPECTIONS, ROWS
from oversight.listings.inspections import FINDING_LIST, INSPECTION_LIST
from oversight.views import closures, inspections

urlpatterns = [
    *INSPECTIONS.urls(),
    *ROWS.urls(),
    *ASKED.urls(),
    *FINDINGS.urls(),
    *NOTICES.urls(),
    *INSPECTION_LIST.urls(),
    *FINDING_LIST.urls(),
    path("inspections/planner/", inspections.sample_planner, name="sample_planner"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/frame.tsv", inspections.inspection_frame, name="inspection_frame"),
    path("inspections/<int:pk>/plan.tsv", inspections.inspection_plan, name="inspection_plan"),
    path(
        "inspections/<int:pk>/closures/",
        inspections.inspection_closures,
        name="inspection_closures",
    ),
    path("inspections/findings/<int:pk>/", inspections.finding, name="finding"),
    path("inspections/findings/<int:pk>/print/", inspections.report_print, name="report_print"),
    path("inspections/notices/<int:pk>/", inspections.notice, name="notice"),
    path("inspections/notices/<int:pk>/print/", inspections.notice_print, name="notice_print"),
    path("dashboard/closures/", closures.closures_dashboard, name="closures_dashboard"),
]
