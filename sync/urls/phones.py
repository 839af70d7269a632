"""Addresses of the pages about phones."""

from django.urls import path

from sync.acts.devices import DEVICES
from sync.listings.devices import DEVICE_LIST
from sync.views import phones

urlpatterns = [
    path("phone/", phones.phone, name="phone"),
    path("phone/enrol/", phones.enrol, name="enrol_phone"),
    *DEVICE_LIST.urls(),
    *DEVICES.urls(),
]
