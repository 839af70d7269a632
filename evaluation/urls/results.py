from django.urls import path

from evaluation.views import results

urlpatterns = [
    path("cycles/<int:pk>/ballot-summary/export/", results.export_ballot_summary,
         name="export_ballot_summary"),
    path("cycles/<int:pk>/ballot-summary/print/", results.ballot_summary_print,
         name="ballot_summary_print"),
    path("cycles/<int:pk>/score-summary/export/", results.export_score_summary,
         name="export_score_summary"),
    path("cycles/<int:pk>/score-summary/print/", results.score_summary_print,
         name="score_summary_print"),
    path("appraised/<int:pk>/blank-ballot/", results.blank_ballot, name="blank_ballot"),
    path("polls/<int:pk>/blank-ballots/", results.blank_ballots_of_poll,
         name="blank_ballots_of_poll"),
]  # fmt: skip
