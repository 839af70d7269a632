"""Who helps whom, as a Django app; its lines of the side list stand after going down."""

from django.apps import AppConfig


class PairingConfig(AppConfig):
    name = "pairing"

    def ready(self):
        # They register themselves.
        from pairing import imports, ledgers, reminders, todo  # noqa: F401
