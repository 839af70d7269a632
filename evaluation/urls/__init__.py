"""Addresses of what it was worth, one file for each noun."""

from evaluation.urls import hints, paper, polls, words

app_name = "evaluation"
urlpatterns = [
    *hints.urlpatterns,
    *paper.urlpatterns,
    *polls.urlpatterns,
    *words.urlpatterns,
]
