"""Addresses of the pages about interfaces, and of calendars."""

from django.urls import path, register_converter

from api.acts.tokens import SERVICES, TOKENS
from api.listings.services import DELIVERY_LIST, SERVICE_LIST, TOKEN_LIST
from api.views import calendar, services


class Secret:
    """A secret made by `secrets.token_urlsafe`."""

    regex = "[A-Za-z0-9_-]{40,64}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(Secret, "secret")

urlpatterns = [
    *SERVICE_LIST.urls(),
    *TOKEN_LIST.urls(),
    *DELIVERY_LIST.urls(),
    path("interfaces/docs/", services.docs, name="docs"),
    *SERVICES.urls(),
    *TOKENS.urls(),
    path("interfaces/<int:pk>/", services.service, name="service"),
    path("interfaces/tokens/<int:pk>/collect/", services.collect_token, name="collect_token"),
    path("my-calendar/", calendar.my_calendar, name="my_calendar"),
    path("my-calendar/make/", calendar.make_calendar, name="make_calendar"),
    path("my-calendar/revoke/", calendar.revoke_calendar, name="revoke_calendar"),
    path("calendar/<secret:secret>.ics", calendar.calendar, name="calendar"),
]
