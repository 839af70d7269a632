"""Addresses of reception days."""

from django.urls import path

from outreach.views import receptions

urlpatterns = [
    path("receptions/", receptions.receptions, name="receptions"),
    path("receptions/new/", receptions.new_reception, name="new_reception"),
    path("receptions/export/", receptions.export_receptions, name="export_receptions"),
    path("receptions/<int:pk>/", receptions.reception, name="reception"),
    path("receptions/<int:pk>/edit/", receptions.edit_reception, name="edit_reception"),
    path("receptions/<int:pk>/announce/", receptions.announce_reception, name="announce_reception"),
    path("receptions/<int:pk>/notice/", receptions.reception_notice, name="reception_notice"),
    path(
        "receptions/<int:pk>/register/",
        receptions.register_at_reception,
        name="register_at_reception",
    ),
    path("receptions/<int:pk>/held/", receptions.hold_reception, name="hold_reception"),
    path("receptions/<int:pk>/cancel/", receptions.cancel_reception, name="cancel_reception"),
]
