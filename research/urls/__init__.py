"""Addresses of research, one file for each noun."""

from research.urls import batches, home_notes, topics

app_name = "research"
urlpatterns = [
    *batches.urlpatterns,
    *home_notes.urlpatterns,
    *topics.urlpatterns,
]
