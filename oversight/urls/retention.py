"""Addresses of retention."""

from django.urls import path

from oversight.acts.retention import DESTRUCTION
from oversight.listings.retention import DESTRUCTION_LIST, RUN_LIST
from oversight.views import retention

urlpatterns = [
    *DESTRUCTION.urls(),
    *DESTRUCTION_LIST.urls(),
    *RUN_LIST.urls(),
    path("destruction/<int:pk>/", retention.destruction_list, name="destruction_list"),
    path("destruction/<int:pk>/export/", retention.export_destruction, name="export_destruction"),
]
