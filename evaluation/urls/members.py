from django.urls import path

from evaluation.acts.members import APPRAISALS, MEMBERS
from evaluation.views import members

urlpatterns = [
    *APPRAISALS.urls(),
    *MEMBERS.urls(),
    path("member-appraisals/", members.member_appraisals, name="member_appraisals"),
    path(
        "member-appraisals/missing/",
        members.missing_member_appraisals,
        name="missing_member_appraisals",
    ),
    path("member-appraisals/<int:pk>/", members.member_appraisal, name="member_appraisal"),
    path(
        "member-appraisals/<int:pk>/results/",
        members.note_member_results,
        name="note_member_results",
    ),
    path(
        "member-appraisals/<int:pk>/print/",
        members.member_appraisal_print,
        name="member_appraisal_print",
    ),
    path(
        "member-appraisals/<int:pk>/export/",
        members.export_member_appraisal,
        name="export_member_appraisal",
    ),
]
