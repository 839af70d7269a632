"""URLs of neighbours, one file for each noun."""

from neighbours.urls import hotline, reports, summons

app_name = "neighbours"
urlpatterns = [
    *hotline.urlpatterns,
    *reports.urlpatterns,
    *summons.urlpatterns,
]
