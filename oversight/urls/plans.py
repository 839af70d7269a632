"""Addresses of plans and their tasks."""

from django.urls import path

from oversight.acts.plans import ITEMS, NOTES, PLANS
from oversight.listings.plans import ITEM_LIST, PLAN_LIST
from oversight.views import plans

urlpatterns = [
    *PLANS.urls(),
    *ITEMS.urls(),
    *NOTES.urls(),
    *PLAN_LIST.urls(),
    *ITEM_LIST.urls(),
    path("dashboard/plans/", plans.plans_dashboard, name="plans_dashboard"),
    path("oversight/plans/<int:pk>/", plans.plan, name="plan"),
    path("oversight/items/<int:pk>/", plans.plan_item, name="plan_item"),
]
