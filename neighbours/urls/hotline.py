"""Addresses of hotline tickets and of the hotline's classification."""

from django.urls import path

from neighbours.acts.hotline import CODES, TICKETS
from neighbours.listings.hotline import TICKET_LIST
from neighbours.views import hotline

urlpatterns = [
    *TICKETS.urls(),
    *TICKET_LIST.urls(),
    path("neighbours/tickets/<int:pk>/", hotline.ticket, name="ticket"),
    path("neighbours/units/<int:pk>/tickets/", hotline.tickets_of_unit, name="tickets_of_unit"),
    path(
        "neighbours/matters/<int:pk>/tickets/",
        hotline.tickets_of_matter,
        name="tickets_of_matter",
    ),
    *CODES.urls(),
    path("neighbours/categories/", hotline.category_codes, name="category_codes"),
    path(
        "neighbours/categories/export/",
        hotline.export_category_codes,
        name="export_category_codes",
    ),
]
