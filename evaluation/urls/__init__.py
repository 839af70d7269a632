"""Addresses of what it was worth, one file for each noun."""

from evaluation.urls import (
    cycles,
    discipline,
    figures,
    hints,
    honours,
    members,
    paper,
    polls,
    results,
    schemes,
    words,
)

app_name = "evaluation"
urlpatterns = [
    *cycles.urlpatterns,
    *discipline.urlpatterns,
    *figures.urlpatterns,
    *hints.urlpatterns,
    *honours.urlpatterns,
    *members.urlpatterns,
    *paper.urlpatterns,
    *polls.urlpatterns,
    *results.urlpatterns,
    *schemes.urlpatterns,
    *words.urlpatterns,
]
