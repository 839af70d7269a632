"""All addresses of a nation (MODE=nation): its own, and the portal's for accounts and places."""

from django.urls import include, path

from nation.views.provinces import home
from portal.urls import handler403, handler404, urlpatterns  # noqa: F401

urlpatterns = [
    path("", home, name="home"),
    path("", include("nation.urls")),
    *urlpatterns,
]
