"""Addresses of the villager's door with those of evaluation; its process serves these."""

from django.urls import path

from evaluation.door import words
from outreach.door import urls as going_down

urlpatterns = [
    *going_down.urlpatterns,
    path("w/<str:token>/", words.unit_word, name="unit_word"),
]
handler400, handler403, handler404 = (
    going_down.handler400, going_down.handler403, going_down.handler404,
)  # fmt: skip
handler500 = going_down.handler500
