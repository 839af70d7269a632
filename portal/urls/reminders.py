"""Addresses of reminders and sent messages, included by portal/urls/."""

from django.urls import path

from portal.listings.sheets import SENDING_LIST
from portal.views import reminders

urlpatterns = [
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/read/", reminders.mark_all_read, name="mark_all_read"),
    path("reminders/<int:pk>/read/", reminders.mark_read, name="mark_read"),
    path("reminders/settings/", reminders.reminder_settings, name="reminder_settings"),
    path("reminders/settings/<slug:channel>/", reminders.set_channel, name="set_channel"),
    path(
        "reminders/settings/<slug:channel>/confirm/",
        reminders.confirm_channel,
        name="confirm_channel",
    ),
    path("reminders/settings/<slug:channel>/test/", reminders.test_channel, name="test_channel"),
    path(
        "reminders/settings/<slug:channel>/remove/", reminders.remove_channel, name="remove_channel"
    ),
    *SENDING_LIST.urls(),
    path("sendings/<int:pk>/again/", reminders.send_again, name="send_again"),
]
