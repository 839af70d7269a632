"""Addresses of what it was worth, one file for each noun."""

from evaluation.urls import polls

app_name = "evaluation"
urlpatterns = [
    *polls.urlpatterns,
]
