"""Addresses of what it was worth, one file for each noun."""

from evaluation.urls import appeals, scores

app_name = "evaluation"
urlpatterns = [*appeals.urlpatterns, *scores.urlpatterns]
