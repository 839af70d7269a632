"""Addresses of requests about personal data."""

from django.urls import path

from oversight.acts.privacy_requests import PRIVACY
from oversight.listings.privacy_requests import PRIVACY_LIST
from oversight.views import privacy_requests as views

urlpatterns = [
    *PRIVACY.urls(),
    *PRIVACY_LIST.urls(),
    path("privacy-requests/<int:pk>/", views.privacy_request, name="privacy_request"),
    path("privacy-requests/<int:pk>/held/", views.look_up_held, name="look_up_held"),
    path("privacy-requests/<int:pk>/copy/", views.copy_for_person, name="copy_for_person"),
]
