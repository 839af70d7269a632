"""Addresses of the numbers of pairing."""

from pairing.urls.pages import page
from pairing.views import figures

urlpatterns = [
    page("dashboard/pairing/", figures.pairing_dashboard),
    page("dashboard/pairing/help/", figures.help_dashboard),
    page("dashboard/pairing/contact/", figures.contact_dashboard),
    page("dashboard/pairing/units/", figures.paired_units),
]
