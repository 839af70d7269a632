"""Addresses of sync, one file for each noun."""

from sync.urls import api

app_name = "sync"
urlpatterns = [
    *api.urlpatterns,
]
