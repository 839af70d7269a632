"""URLs of notices and of analysis meetings."""

from django.urls import path

from outreach.acts.meetings import DECISIONS, MEETINGS
from outreach.acts.notices import NOTICES
from outreach.listings.meetings import MEETING_LIST
from outreach.listings.notices import NOTICE_LIST
from outreach.views import meetings, notices

urlpatterns = [
    *DECISIONS.urls(),
    *MEETINGS.urls(),
    *NOTICES.urls(),
    *NOTICE_LIST.urls(),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/publish/", notices.publish_notice, name="publish_notice"),
    path("notices/<int:pk>/print/", notices.notice_print, name="notice_print"),
    path("notices/<int:pk>/files/<int:attachment_pk>/", notices.notice_file, name="notice_file"),
    *MEETING_LIST.urls(),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/print/", meetings.print_meeting, name="print_meeting"),
]
