"""Addresses of sync, one file for each noun."""

from sync.urls import api, entries, phones, shell

app_name = "sync"
urlpatterns = [
    *api.urlpatterns,
    *phones.urlpatterns,
    *entries.urlpatterns,
    *shell.urlpatterns,
]
