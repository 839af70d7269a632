"""Addresses of statistics, editions, headings and monthly sheets, included by portal/urls/."""

from django.urls import path

from portal.listings.sheets import EDITION_LIST, MONTHLY_LIST
from portal.views import reports

urlpatterns = [
    path("statistics/", reports.statistics, name="statistics"),
    path("statistics/export/", reports.export_statistics, name="export_statistics"),
    *EDITION_LIST.urls(),
    path("editions/new/", reports.new_edition, name="new_edition"),
    path("editions/nothing/", reports.state_nothing, name="state_nothing"),
    path("editions/take-in/", reports.take_in_edition, name="take_in_edition"),
    path("editions/<int:pk>/", reports.edition, name="edition"),
    path("editions/<int:pk>/changes/", reports.edition_changes, name="edition_changes"),
    path("editions/<int:pk>/correct/", reports.correct_edition, name="correct_edition"),
    path("editions/<int:pk>/file/", reports.edition_file, name="edition_file"),
    path("headings/", reports.headings, name="headings"),
    path("headings/<slug:name>/paper/", reports.set_paper, name="set_paper"),
    path("headings/<slug:name>/<int:index>/", reports.set_heading, name="set_heading"),
    *MONTHLY_LIST.urls(),
    path(
        "monthly-sheets/new/<slug:name>/", reports.new_scheduled_export, name="new_scheduled_export"
    ),
    path("monthly-sheets/<int:pk>/end/", reports.end_scheduled_export, name="end_scheduled_export"),
]
