"""Addresses of festival visits."""

from django.urls import path

from outreach.acts.condolence import CAMPAIGNS, OBJECTIONS, RECIPIENTS, VISITS
from outreach.views import condolence

urlpatterns = [
    *CAMPAIGNS.urls(),
    *OBJECTIONS.urls(),
    *RECIPIENTS.urls(),
    *VISITS.urls(),
    path("condolence/", condolence.condolence, name="condolence"),
    path("condolence/<int:pk>/", condolence.condolence_campaign, name="condolence_campaign"),
    path(
        "condolence/<int:pk>/board/<int:unit_pk>/",
        condolence.condolence_board,
        name="condolence_board",
    ),
    path(
        "condolence/<int:pk>/register/",
        condolence.print_condolence_register,
        name="print_condolence_register",
    ),
    path("condolence/recipients/", condolence.condolence_recipients, name="condolence_recipients"),
    path(
        "condolence/recipients/export/",
        condolence.export_condolence,
        {"name": "register"},
        name="export_condolence",
    ),
    path(
        "condolence/recipients/export-summary/",
        condolence.export_condolence,
        {"name": "summary"},
        name="export_condolence_summary",
    ),
    path(
        "condolence/recipients/<int:pk>/",
        condolence.condolence_recipient,
        name="condolence_recipient",
    ),
    path(
        "condolence/recipients/<int:pk>/reveal/",
        condolence.reveal_recipient,
        name="reveal_recipient",
    ),
]
