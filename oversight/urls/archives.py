"""Addresses of archive packages."""

from django.urls import path

from oversight.acts.archives import ARCHIVES
from oversight.listings.archives import ARCHIVE_LIST
from oversight.views import archives

urlpatterns = [
    *ARCHIVES.urls(),
    *ARCHIVE_LIST.urls(),
    path("archives/<int:pk>/", archives.archive_package, name="archive_package"),
    path("archives/<int:pk>/file/", archives.archive_file, name="archive_file"),
]
