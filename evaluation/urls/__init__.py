"""Addresses of what it was worth, one file for each noun."""

from evaluation.urls import discipline, figures, honours, members, results

app_name = "evaluation"
urlpatterns = [
    *discipline.urlpatterns,
    *figures.urlpatterns,
    *honours.urlpatterns,
    *members.urlpatterns,
    *results.urlpatterns,
]
