"""Neighbours as a Django app."""

from django.apps import AppConfig


class NeighboursConfig(AppConfig):
    name = "neighbours"

    def ready(self):
        # They register themselves.
        from neighbours import acts, duties, ledgers  # noqa: F401
