"""URLs of community needs, pledges and activities."""

from django.urls import path

from outreach.acts.needs import ACTIVITIES, NEEDS, PLEDGES
from outreach.listings.needs import ACTIVITY_LIST, NEED_LIST
from outreach.views import needs

urlpatterns = [
    *NEEDS.urls(),
    *PLEDGES.urls(),
    *ACTIVITIES.urls(),
    *NEED_LIST.urls(),
    path("needs/<int:pk>/", needs.need, name="need"),
    *ACTIVITY_LIST.urls(),
]
