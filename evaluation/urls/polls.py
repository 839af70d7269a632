from django.urls import path

from evaluation.views import polls as views

urlpatterns = [
    path("evaluation/polls/", views.polls, name="polls"),
    path("evaluation/polls/<int:pk>/", views.poll, name="poll"),
    path("evaluation/polls/<int:pk>/roster/", views.set_roster, name="set_roster"),
    path("evaluation/polls/<int:pk>/draw/", views.draw_voters, name="draw_voters"),
    path("evaluation/polls/<int:pk>/substitutes/", views.draw_substitutes,
         name="draw_substitutes"),
    path("evaluation/polls/<int:pk>/drawn/", views.drawn_print, name="drawn_print"),
    path("evaluation/polls/<int:pk>/open/", views.open_poll, name="open_poll"),
    path("evaluation/polls/<int:pk>/codes/", views.issue_codes, name="issue_codes"),
    path("evaluation/polls/<int:pk>/void/", views.void_codes, name="void_codes"),
    path("evaluation/polls/<int:pk>/phone/", views.vote_by_phone, name="vote_by_phone"),
    path("evaluation/polls/<int:pk>/close/", views.close_poll, name="close_poll"),
    path("evaluation/cycles/<int:pk>/polls/", views.polls_of_cycle, name="polls_of_cycle"),
    path("evaluation/cycles/<int:pk>/polls/make/", views.make_polls, name="make_polls"),
    path("evaluation/cycles/<int:pk>/polls/close/", views.close_polls, name="close_polls"),
    path("evaluation/appraised/<int:pk>/ballots/", views.ballots_of_appraised,
         name="ballots_of_appraised"),
]  # fmt: skip
