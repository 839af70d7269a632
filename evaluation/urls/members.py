from django.urls import path

from evaluation.views import members

urlpatterns = [
    path("member-appraisals/", members.member_appraisals, name="member_appraisals"),
    path("member-appraisals/missing/", members.missing_member_appraisals,
         name="missing_member_appraisals"),
    path("member-appraisals/new/", members.begin_member_appraisal, name="begin_member_appraisal"),
    path("member-appraisals/members/<int:pk>/remove/", members.remove_appraised_member,
         name="remove_appraised_member"),
    path("member-appraisals/<int:pk>/", members.member_appraisal, name="member_appraisal"),
    path("member-appraisals/<int:pk>/members/", members.add_appraised_members,
         name="add_appraised_members"),
    path("member-appraisals/<int:pk>/meeting/", members.note_member_meeting,
         name="note_member_meeting"),
    path("member-appraisals/<int:pk>/results/", members.note_member_results,
         name="note_member_results"),
    path("member-appraisals/<int:pk>/finish/", members.finish_member_appraisal,
         name="finish_member_appraisal"),
    path("member-appraisals/<int:pk>/reopen/", members.reopen_member_appraisal,
         name="reopen_member_appraisal"),
    path("member-appraisals/<int:pk>/print/", members.member_appraisal_print,
         name="member_appraisal_print"),
    path("member-appraisals/<int:pk>/export/", members.export_member_appraisal,
         name="export_member_appraisal"),
]  # fmt: skip
