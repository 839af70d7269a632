"""Addresses of reports on conduct."""

from django.urls import path

from outreach.views import conduct

urlpatterns = [
    path("conduct/", conduct.conduct_reports, name="conduct_reports"),
    path("conduct/new/", conduct.new_conduct_report, name="new_conduct_report"),
    path("conduct/<int:pk>/", conduct.conduct_report, name="conduct_report"),
    path("conduct/<int:pk>/hand-over/", conduct.hand_over_report, name="hand_over_report"),
    path("conduct/<int:pk>/close/", conduct.close_report, name="close_report"),
    path("conduct/<int:pk>/step-aside/", conduct.step_aside, name="step_aside"),
]
