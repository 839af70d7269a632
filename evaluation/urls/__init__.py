"""Addresses of what it was worth, one file for each noun."""

from evaluation.urls import cycles, schemes

app_name = "evaluation"
urlpatterns = [
    *cycles.urlpatterns,
    *schemes.urlpatterns,
]
