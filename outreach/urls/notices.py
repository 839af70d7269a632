"""Addresses of notices and meetings of analysis."""

from django.urls import path

from outreach.views import meetings, notices

urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/new/", notices.new_notice, name="new_notice"),
    path("notices/export/", notices.export_notices, name="export_notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/edit/", notices.edit_notice, name="edit_notice"),
    path("notices/<int:pk>/drop/", notices.drop_notice, name="drop_notice"),
    path("notices/<int:pk>/publish/", notices.publish_notice, name="publish_notice"),
    path("notices/<int:pk>/correct/", notices.correct_notice, name="correct_notice"),
    path("notices/<int:pk>/withdraw/", notices.withdraw_notice, name="withdraw_notice"),
    path("notices/<int:pk>/answer/", notices.answer_notice, name="answer_notice"),
    path("notices/<int:pk>/print/", notices.notice_print, name="notice_print"),
    path("notices/<int:pk>/files/<int:attachment_pk>/", notices.notice_file, name="notice_file"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.new_meeting, name="new_meeting"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/print/", meetings.print_meeting, name="print_meeting"),
    path("meetings/<int:pk>/decide/", meetings.decide, name="decide"),
]
