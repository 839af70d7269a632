from django.urls import path

from evaluation.acts.members import APPRAISALS, MEMBERS
from evaluation.listings.members import APPRAISAL_LIST, MISSING_LIST
from evaluation.views import members

urlpatterns = [
    *APPRAISALS.urls(),
    *MEMBERS.urls(),
    *APPRAISAL_LIST.urls(),
    *MISSING_LIST.urls(),
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
