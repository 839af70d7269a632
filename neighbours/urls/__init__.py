"""Addresses of neighbours, one file for each noun."""

from neighbours.urls import hotline

app_name = "neighbours"
urlpatterns = [*hotline.urlpatterns]
