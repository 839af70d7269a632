"""Addresses of stays, their months, leave and reports."""

from django.urls import path

from outreach.views import stay_months, stay_places, stay_reports, stays

urlpatterns = [
    path("stays/", stays.stays, name="stays"),
    path("stays/new/", stays.new_stay, name="new_stay"),
    path("stays/export/", stays.export_stays, name="export_stays"),
    path("stays/timeline/", stay_places.stay_timeline, name="stay_timeline"),
    path("stays/coverage/", stay_places.stay_coverage, name="stay_coverage"),
    path("stays/coverage/units/", stay_places.covered_units, name="covered_units"),
    path("stays/months/", stay_months.stay_months, name="stay_months"),
    path("stays/months/export/", stay_months.export_stay_months, name="export_stay_months"),
    path("stays/leave/", stay_months.leaves, name="leaves"),
    path("stays/leave/<int:pk>/decide/", stay_months.decide_leave, name="decide_leave"),
    path("stays/leave/<int:pk>/return/", stay_months.note_return, name="note_return"),
    path("stays/leave/<int:pk>/withdraw/", stay_months.withdraw_leave, name="withdraw_leave"),
    path("stays/leave/<int:pk>/print/", stay_months.leave_sheet, name="leave_sheet"),
    path("stays/handovers/<int:pk>/print/", stays.handover_sheet, name="handover_sheet"),
    path("stays/<int:pk>/", stays.stay, name="stay"),
    path("stays/<int:pk>/change-end/", stays.change_stay_end, name="change_stay_end"),
    path("stays/<int:pk>/end/", stays.end_stay, name="end_stay"),
    path("stays/<int:pk>/complete/", stays.complete_stay, name="complete_stay"),
    path("stays/<int:pk>/cancel/", stays.cancel_stay, name="cancel_stay"),
    path("stays/<int:pk>/replace/", stays.replace_stay, name="replace_stay"),
    path("stays/<int:pk>/hand-over/", stays.hand_over_stay, name="hand_over_stay"),
    path("stays/<int:pk>/opinion/", stays.stay_opinion, name="stay_opinion"),
    path("stays/<int:pk>/appraisal/", stays.stay_appraisal, name="stay_appraisal"),
    path("stays/<int:pk>/leave/", stay_months.ask_leave, name="ask_leave"),
    path("stays/<int:pk>/<int:year>-<int:month>/", stay_months.stay_month, name="stay_month"),
    path("stays/<int:pk>/<int:year>-<int:month>/note/", stay_months.note_days, name="note_days"),
    path(
        "stays/<int:pk>/<int:year>-<int:month>/work/",
        stay_months.write_stay_work,
        name="write_stay_work",
    ),
    path(
        "stays/<int:pk>/<int:year>-<int:month>/correct/",
        stay_months.correct_stay_month,
        name="correct_stay_month",
    ),
    path("stays/<int:pk>/report/", stay_reports.new_stay_report, name="new_stay_report"),
    path("stay-reports/", stay_reports.stay_reports, name="stay_reports"),
    path("stay-reports/export/", stay_reports.export_stay_reports, name="export_stay_reports"),
    path("stay-reports/<int:pk>/", stay_reports.stay_report, name="stay_report"),
    path("stay-reports/<int:pk>/edit/", stay_reports.edit_stay_report, name="edit_stay_report"),
    path("stay-reports/<int:pk>/hand-in/", stay_reports.hand_in_report, name="hand_in_report"),
    path("stay-reports/<int:pk>/review/", stay_reports.review_report, name="review_report"),
    path("stay-reports/<int:pk>/print/", stay_reports.stay_report_sheet, name="stay_report_sheet"),
    path(
        "stay-reports/suggestions/<int:pk>/",
        stay_reports.decide_suggestion,
        name="decide_suggestion",
    ),
]
