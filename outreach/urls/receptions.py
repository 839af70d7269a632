"""URLs of reception days."""

from django.urls import path

from outreach.acts.receptions import RECEPTIONS
from outreach.listings.receptions import RECEPTION_LIST
from outreach.views import receptions

urlpatterns = [
    *RECEPTIONS.urls(),
    *RECEPTION_LIST.urls(),
    path("receptions/<int:pk>/", receptions.reception, name="reception"),
    path("receptions/<int:pk>/notice/", receptions.reception_notice, name="reception_notice"),
    path(
        "receptions/<int:pk>/register/",
        receptions.register_at_reception,
        name="register_at_reception",
    ),
]
