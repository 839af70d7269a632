"""The portal's addresses, with bare pages for what is refused: for a table that asks thousands of
times whether somebody is let in, and not how it is said."""

from django.http import HttpResponse

from portal.urls import *  # noqa: F403
from portal.urls import urlpatterns  # noqa: F401


def handler403(request, exception):
    return HttpResponse(str(exception), status=403)


def handler404(request, exception):
    return HttpResponse(status=404)
