"""Works as a Django app."""

from django.apps import AppConfig


class WorksConfig(AppConfig):
    name = "works"

    def ready(self):
        # They register themselves.
        from works import acts, duties, ledgers  # noqa: F401
