"""Addresses of practices."""

from django.urls import path

from oversight.acts.practices import PRACTICES
from oversight.listings.practices import PRACTICE_LIST
from oversight.views import practices

urlpatterns = [
    *PRACTICES.urls(),
    *PRACTICE_LIST.urls(),
    path("oversight/practices/<int:pk>/", practices.practice, name="practice"),
]
