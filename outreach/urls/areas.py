"""Addresses of who looks after whom, and households."""

from django.urls import path

from outreach.views import areas

urlpatterns = [
    path("areas/", areas.contact_areas, name="contact_areas"),
    path("areas/new/", areas.new_contact_area, name="new_contact_area"),
    path("areas/<int:pk>/end/", areas.end_contact_area, name="end_contact_area"),
    path("units/<int:unit_pk>/households/", areas.households, name="households"),
    path("units/<int:unit_pk>/households/new/", areas.household, name="new_household"),
    path("units/<int:unit_pk>/households/<int:pk>/", areas.household, name="household"),
]
