"""Addresses of what it was worth, one file for each noun."""

from evaluation.urls import cycles, hints, paper, polls, schemes, words

app_name = "evaluation"
urlpatterns = [
    *cycles.urlpatterns,
    *hints.urlpatterns,
    *paper.urlpatterns,
    *polls.urlpatterns,
    *schemes.urlpatterns,
    *words.urlpatterns,
]
