"""Addresses of who helps whom, one file for each noun."""

from pairing.urls import figures, leading, needs, pairings, support, weak

app_name = "pairing"
urlpatterns = [
    *figures.urlpatterns,
    *pairings.urlpatterns,
    *needs.urlpatterns,
    *support.urlpatterns,
    *leading.urlpatterns,
    *weak.urlpatterns,
]
