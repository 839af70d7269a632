"""Addresses of neighbours, one file for each noun."""

from neighbours.urls import hotline, summons

app_name = "neighbours"
urlpatterns = [
    *hotline.urlpatterns,
    *summons.urlpatterns,
]
