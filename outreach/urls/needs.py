"""Addresses of needs of communities and what follows from them."""

from django.urls import path

from outreach.acts.needs import ACTIVITIES, NEEDS, PLEDGES
from outreach.views import needs

urlpatterns = [
    *NEEDS.urls(),
    *PLEDGES.urls(),
    *ACTIVITIES.urls(),
    path("needs/", needs.needs, name="needs"),
    path("needs/export/", needs.export_needs, name="export_needs"),
    path("needs/<int:pk>/", needs.need, name="need"),
    path("activities/", needs.activities, name="activities"),
]
