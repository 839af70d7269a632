"""Addresses of talks."""

from django.urls import path

from works.acts.talks import TALKS
from works.listings.talks import TALK_LIST
from works.views import talks as views

urlpatterns = [
    path("works/talks/numbers/", views.talk_numbers, name="talk_numbers"),
    *TALKS.urls(),
    *TALK_LIST.urls(),
]
