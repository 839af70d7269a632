"""URLs of stays, their months, leave and reports."""

from django.urls import path
from django.views.decorators.http import require_POST

from outreach.acts.stay_months import LEAVES, MONTHS
from outreach.acts.stay_reports import REPORTS, SUGGESTIONS
from outreach.acts.stays import STAYS
from outreach.listings.stays import LEAVE_LIST, MONTH_EXPORT, REPORT_LIST, STAY_LIST
from outreach.views import stay_months, stay_places, stay_reports, stays

urlpatterns = [
    *STAYS.urls(),
    *MONTHS.urls(),
    *LEAVES.urls(),
    *REPORTS.urls(),
    *SUGGESTIONS.urls(),
    *STAY_LIST.urls(),
    path("stays/timeline/", stay_places.stay_timeline, name="stay_timeline"),
    path("stays/coverage/", stay_places.stay_coverage, name="stay_coverage"),
    path("stays/coverage/units/", stay_places.covered_units, name="covered_units"),
    path("stays/months/", stay_months.stay_months, name="stay_months"),
    path("stays/months/export/", require_POST(MONTH_EXPORT.start), name="export_stay_months"),
    *LEAVE_LIST.urls(),
    path("stays/leave/<int:pk>/print/", stay_months.leave_sheet, name="leave_sheet"),
    path("stays/handovers/<int:pk>/print/", stays.handover_sheet, name="handover_sheet"),
    path("stays/<int:pk>/", stays.stay, name="stay"),
    path("stays/<int:pk>/appraisal/", stays.stay_appraisal, name="stay_appraisal"),
    path("stays/<int:pk>/<int:year>-<int:month>/", stay_months.stay_month, name="stay_month"),
    *REPORT_LIST.urls(),
    path("stay-reports/<int:pk>/", stay_reports.stay_report, name="stay_report"),
    path("stay-reports/<int:pk>/print/", stay_reports.stay_report_sheet, name="stay_report_sheet"),
]
