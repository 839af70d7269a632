"""Addresses of who helps whom, one file for each noun."""

from pairing.urls import figures, leading, needs, pairings, partnerships, support, weak

app_name = "pairing"
urlpatterns = [
    *figures.urlpatterns,
    *leading.urlpatterns,
    *needs.urlpatterns,
    *pairings.urlpatterns,
    *partnerships.urlpatterns,
    *support.urlpatterns,
    *weak.urlpatterns,
]
