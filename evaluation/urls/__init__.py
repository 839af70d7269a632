"""URLs of evaluation, one file for each noun."""

from evaluation.urls import (
    appeals,
    cycles,
    discipline,
    figures,
    hand_overs,
    hints,
    honours,
    members,
    paper,
    polls,
    results,
    schemes,
    scores,
    words,
)

app_name = "evaluation"
urlpatterns = [
    *appeals.urlpatterns,
    *cycles.urlpatterns,
    *discipline.urlpatterns,
    *figures.urlpatterns,
    *hand_overs.urlpatterns,
    *hints.urlpatterns,
    *honours.urlpatterns,
    *members.urlpatterns,
    *paper.urlpatterns,
    *polls.urlpatterns,
    *results.urlpatterns,
    *schemes.urlpatterns,
    *scores.urlpatterns,
    *words.urlpatterns,
]
