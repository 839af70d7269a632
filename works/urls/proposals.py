"""Addresses of proposals of the workers' congress."""

from django.urls import path

from works.acts.proposals import PROPOSALS
from works.listings.proposals import PROPOSAL_LIST
from works.views import proposals

urlpatterns = [
    *PROPOSALS.urls(),
    *PROPOSAL_LIST.urls(),
    path("works/proposals/<int:pk>/", proposals.proposal, name="congress_proposal"),
    path(
        "works/proposals/of-matter/<int:pk>/",
        proposals.proposal_of_matter,
        name="proposal_of_matter",
    ),
]
