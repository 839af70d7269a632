"""Who helps whom, as a Django app; its lines of the side list stand after going down."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PairingConfig(AppConfig):
    name = "pairing"

    def ready(self):
        # They register themselves.
        from outreach import dashboard
        from outreach import demo as made_up
        from pairing import figures, imports, ledgers, reminders, statistics, todo  # noqa: F401
        from portal.access import Permission as P

        dashboard.PARTS.append(
            dashboard.Part(_("Who helps whom"), "pairing:pairing_dashboard", P.READ_PAIRINGS)
        )
        made_up.MORE_OF_A_PROVINCE.append("pairing.demo.province")
