"""Addresses of notices and meetings of analysis."""

from django.urls import path

from outreach.acts.meetings import MEETINGS
from outreach.acts.notices import NOTICES
from outreach.views import meetings, notices

urlpatterns = [
    *MEETINGS.urls(),
    *NOTICES.urls(),
    path("notices/", notices.notices, name="notices"),
    path("notices/export/", notices.export_notices, name="export_notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/publish/", notices.publish_notice, name="publish_notice"),
    path("notices/<int:pk>/print/", notices.notice_print, name="notice_print"),
    path("notices/<int:pk>/files/<int:attachment_pk>/", notices.notice_file, name="notice_file"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/print/", meetings.print_meeting, name="print_meeting"),
]
