"""Addresses of who helps whom, one file for each noun."""

from pairing.urls import leading, needs, pairings, partnerships, support, weak

app_name = "pairing"
urlpatterns = [
    *pairings.urlpatterns,
    *partnerships.urlpatterns,
    *needs.urlpatterns,
    *support.urlpatterns,
    *leading.urlpatterns,
    *weak.urlpatterns,
]
