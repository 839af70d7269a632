"""URLs of contact areas and households."""

from django.urls import path

from outreach.acts.areas import AREAS
from outreach.listings.areas import AREA_LIST
from outreach.views import areas

urlpatterns = [
    *AREAS.urls(),
    *AREA_LIST.urls(),
    path("units/<int:unit_pk>/households/", areas.households, name="households"),
    path("units/<int:unit_pk>/households/new/", areas.household, name="new_household"),
    path("units/<int:unit_pk>/households/<int:pk>/", areas.household, name="household"),
]
