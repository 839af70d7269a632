"""Addresses of the numbers of pairing."""

from django.urls import path

from pairing.views import figures

urlpatterns = [
    path("dashboard/pairing/", figures.pairing_dashboard, name="pairing_dashboard"),
    path("dashboard/pairing/help/", figures.help_dashboard, name="help_dashboard"),
    path("dashboard/pairing/contact/", figures.contact_dashboard, name="contact_dashboard"),
    path("dashboard/pairing/units/", figures.paired_units, name="paired_units"),
]
