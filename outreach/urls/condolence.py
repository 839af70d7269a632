"""Addresses of festival visits."""

from django.urls import path
from django.views.decorators.http import require_POST

from outreach.acts.condolence import CAMPAIGNS, OBJECTIONS, RECIPIENTS, VISITS
from outreach.listings.condolence import FESTIVAL_LIST, RECIPIENT_LIST, SUMMARY
from outreach.views import condolence

urlpatterns = [
    *CAMPAIGNS.urls(),
    *OBJECTIONS.urls(),
    *RECIPIENTS.urls(),
    *VISITS.urls(),
    *FESTIVAL_LIST.urls(),
    *RECIPIENT_LIST.urls(),
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
    path(
        "condolence/recipients/export-summary/",
        require_POST(SUMMARY.start),
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
