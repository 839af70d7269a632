"""Who helps whom, as a Django app; its lines of the side list stand after going down."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class PairingConfig(AppConfig):
    name = "pairing"

    def ready(self):
        # They register themselves.
        from pairing import (  # noqa: F401
            events,
            handbook,
            imports,
            ledgers,
            reminders,
            slips,
            todo,
        )
        from pairing.demo import support as support_demo
        from portal import demo
        from portal.access import Permission as P
        from portal.context_processors import Entry, add_to_side_list

        helping = (P.READ_PAIRINGS, P.RECORD_SUPPORT)
        add_to_side_list(
            _("Who helps whom"),
            Entry(_("Items of help"), "pairing:support_items", helping),
            Entry(_("Promised and delivered"), "pairing:support_delivery", (P.READ_PAIRINGS,)),
        )
        demo.FURTHER.append(support_demo.make)
