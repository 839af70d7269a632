"""Addresses that phones call (docs/sync.md)."""

from django.urls import path, register_converter

from sync.views import api, pull


class Digest:
    """A SHA-256 in hex."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(Digest, "digest")

urlpatterns = [
    path("sync/v1/entries/", api.take_entries, name="take_entries"),
    path("sync/v1/parts/<uuid:key>/<digest:sha256>/", api.take_chunk, name="take_chunk"),
    path("sync/v1/set/", pull.working_set, name="working_set"),
    path("sync/v1/receipts/", api.give_receipts, name="give_receipts"),
]
