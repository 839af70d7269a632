"""Addresses of reception days."""

from django.urls import path

from outreach.acts.receptions import RECEPTIONS
from outreach.views import receptions

urlpatterns = [
    *RECEPTIONS.urls(),
    path("receptions/", receptions.receptions, name="receptions"),
    path("receptions/export/", receptions.export_receptions, name="export_receptions"),
    path("receptions/<int:pk>/", receptions.reception, name="reception"),
    path("receptions/<int:pk>/notice/", receptions.reception_notice, name="reception_notice"),
    path(
        "receptions/<int:pk>/register/",
        receptions.register_at_reception,
        name="register_at_reception",
    ),
]
