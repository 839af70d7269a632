"""Addresses of campaigns."""

from django.urls import path

from outreach.views import campaigns

urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.new_campaign, name="new_campaign"),
    path("campaigns/export/", campaigns.export_campaigns, name="export_campaigns"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit/", campaigns.edit_campaign, name="edit_campaign"),
    path("campaigns/<int:pk>/drop/", campaigns.drop_campaign, name="drop_campaign"),
    path("campaigns/<int:pk>/announce/", campaigns.announce_campaign, name="announce_campaign"),
    path("campaigns/<int:pk>/close/", campaigns.close_campaign, name="close_campaign"),
    path("campaigns/<int:pk>/print/", campaigns.campaign_print, name="campaign_print"),
    path(
        "campaigns/<int:pk>/units/<int:row_pk>/",
        campaigns.plan_campaign_unit,
        name="plan_campaign_unit",
    ),
]
