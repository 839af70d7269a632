"""Addresses of needs of communities and what follows from them."""

from django.urls import path

from outreach.views import needs

urlpatterns = [
    path("needs/", needs.needs, name="needs"),
    path("needs/new/", needs.new_need, name="new_need"),
    path("needs/export/", needs.export_needs, name="export_needs"),
    path("needs/<int:pk>/", needs.need, name="need"),
    path("needs/<int:pk>/take-up/", needs.take_up, name="take_up"),
    path("needs/<int:pk>/close/", needs.close_need, name="close_need"),
    path("needs/pledges/<int:pk>/give-back/", needs.give_back, name="give_back"),
    path("needs/pledges/<int:pk>/confirm/", needs.confirm_pledge, name="confirm_pledge"),
    path("activities/", needs.activities, name="activities"),
    path("activities/new/", needs.new_activity, name="new_activity"),
]
