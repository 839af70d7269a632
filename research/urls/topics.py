"""Addresses of research topics."""

from django.urls import path

from research.acts.topics import TOPICS
from research.listings.topics import TOPIC_LIST
from research.views import topics

urlpatterns = [
    *TOPICS.urls(),
    *TOPIC_LIST.urls(),
    path("research/topics/<int:pk>/", topics.topic, name="topic"),
]
