"""Addresses of the burden on villages: the panel, requests for data."""

from django.urls import path

from oversight.acts.data_requests import REQUESTS, UNADMITTED
from oversight.listings.data_requests import REQUEST_LIST, UNADMITTED_LIST
from oversight.views import burden, data_requests

urlpatterns = [
    path("burden-panel/", burden.burden_panel, name="burden_panel"),
    *REQUESTS.urls(),
    *REQUEST_LIST.urls(),
    path("data-requests/own/", data_requests.own, name="own_requests"),
    path("data-requests/<int:pk>/", data_requests.data_request, name="data_request"),
    *UNADMITTED.urls(),
    *UNADMITTED_LIST.urls(),
    path("unadmitted/<int:pk>/", data_requests.unadmitted_request, name="unadmitted_request"),
]
