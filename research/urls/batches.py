"""Addresses of batches and of the records of their fieldwork."""

from django.urls import path

from research.acts.activities import ACTIVITIES
from research.acts.batches import BATCHES
from research.listings.batches import BATCH_LIST
from research.views import activities, batches

urlpatterns = [
    *BATCHES.urls(),
    *ACTIVITIES.urls(),
    *BATCH_LIST.urls(),
    path("research/batches/<int:pk>/", batches.batch, name="batch"),
    path("research/activities/<int:pk>/", activities.activity, name="activity"),
    path(
        "research/activities/<int:pk>/matter/", activities.activity_matter, name="activity_matter"
    ),
    path(
        "matters/<int:pk>/research/",
        activities.activities_of_matter,
        name="activities_of_matter",
    ),
]
