"""Addresses of complaints about the portal."""

from django.urls import path

from oversight.acts.complaints import COMPLAINTS
from oversight.listings.complaints import COMPLAINT_LIST
from oversight.views import complaints

urlpatterns = [
    *COMPLAINTS.urls(),
    *COMPLAINT_LIST.urls(),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
    path("complaints/code/", complaints.by_code, name="complaint_by_code"),
    path("complaints/code/rate/", complaints.rate_by_code, name="rate_by_code"),
    path("complaints/code/consent/", complaints.consent_by_code, name="consent_by_code"),
]
