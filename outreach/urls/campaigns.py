"""URLs of campaigns."""

from django.urls import path

from outreach.acts.campaigns import CAMPAIGNS, UNITS
from outreach.listings.campaigns import CAMPAIGN_LIST
from outreach.views import campaigns

urlpatterns = [
    *CAMPAIGNS.urls(),
    *UNITS.urls(),
    *CAMPAIGN_LIST.urls(),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/announce/", campaigns.announce_campaign, name="announce_campaign"),
    path("campaigns/<int:pk>/print/", campaigns.campaign_print, name="campaign_print"),
]
