from django.urls import path

from evaluation.acts.polls import OF_CYCLE, POLLS
from evaluation.door.lists import recount_file
from evaluation.listings.polls import POLL_LIST
from evaluation.views import polls as views

urlpatterns = [
    *POLLS.urls(),
    *OF_CYCLE.urls(),
    *POLL_LIST.urls(),
    path("evaluation/polls/<int:pk>/", views.poll, name="poll"),
    path("evaluation/polls/<int:pk>/drawn/", views.drawn_print, name="drawn_print"),
    path("evaluation/polls/<int:pk>/<str:name>.tsv", views.drawn_file, name="drawn_file"),
    path("evaluation/polls/<int:pk>/codes/", views.issue_codes, name="issue_codes"),
    path("evaluation/polls/<int:pk>/phone/", views.vote_by_phone, name="vote_by_phone"),
    path("evaluation/cycles/<int:pk>/polls/", views.polls_of_cycle, name="polls_of_cycle"),
    path("evaluation/cycles/<int:pk>/frames/", views.frames_print, name="frames_print"),
    path(
        "evaluation/appraised/<int:pk>/ballots/",
        views.ballots_of_appraised,
        name="ballots_of_appraised",
    ),
    path("evaluation/appraised/<int:pk>/marks.tsv", views.marks_file, name="marks_file"),
    path("evaluation/recount.py", recount_file, name="recount_file"),
]
