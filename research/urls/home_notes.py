"""Addresses of home notes."""

from django.urls import path

from research.acts.home_notes import HOME_NOTES
from research.listings.home_notes import HOME_NOTE_LIST
from research.views import home_notes

urlpatterns = [
    *HOME_NOTES.urls(),
    *HOME_NOTE_LIST.urls(),
    path("research/home-notes/<int:pk>/", home_notes.home_note, name="home_note"),
]
