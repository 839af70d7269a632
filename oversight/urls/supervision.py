"""Addresses of the register of supervision."""

from django.urls import path

from oversight.acts.supervision import ENTRIES
from oversight.listings.supervision import ENTRY_LIST
from oversight.views import supervision

urlpatterns = [
    *ENTRIES.urls(),
    *ENTRY_LIST.urls(),
    path("oversight/supervision/waiting/", supervision.unsupervised, name="unsupervised"),
    path(
        "oversight/supervision/of-matter/<int:pk>/",
        supervision.supervision_of_matter,
        name="supervision_of_matter",
    ),
    path("oversight/supervision/<int:pk>/", supervision.entry, name="supervision_entry"),
]
