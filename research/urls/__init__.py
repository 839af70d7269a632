"""Addresses of research, one file for each noun."""

from research.urls import (
    answers,
    batches,
    home_notes,
    questionnaires,
    results,
    samples,
    topics,
)

app_name = "research"
urlpatterns = [
    *answers.urlpatterns,
    *batches.urlpatterns,
    *home_notes.urlpatterns,
    *questionnaires.urlpatterns,
    *results.urlpatterns,
    *samples.urlpatterns,
    *topics.urlpatterns,
]
