"""URLs of entries that were not carried out, and of support pages."""

from django.urls import path

from sync.acts.entries import ENTRIES
from sync.listings.entries import ENTRY_LIST
from sync.views import entries, support

urlpatterns = [
    *ENTRY_LIST.urls(),
    *ENTRIES.urls(),
    path("phones/entries/<int:pk>/", entries.entry, name="entry"),
    path("phones/entries/<int:pk>/correct/", entries.correct_entry, name="correct_entry"),
    path("phones/failures/", support.failures, name="failures"),
    path("phones/failures/again/", support.try_faults_again, name="try_faults_again"),
    path("phones/backups/", support.take_in_backup, name="take_in_backup"),
]
