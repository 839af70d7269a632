"""Who helps whom, as a Django app; its lines of the side list stand after going down."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class PairingConfig(AppConfig):
    name = "pairing"

    def ready(self):
        # They register themselves.
        from outreach import demo
        from pairing import (  # noqa: F401
            events,
            handbook,
            imports,
            ledgers,
            lists,
            reminders,
        )
        from pairing import todo as own_kinds  # noqa: F401
        from pairing.actions import partnerships
        from portal import succession
        from portal.access import Permission as P
        from portal.context_processors import Entry, add_to_side_list

        add_to_side_list(
            _("Who helps whom"),
            Entry(_("Co-building"), "pairing:partnerships", (P.READ_PAIRINGS,)),
        )
        demo.ADDED_ABOVE.append("pairing.demo.make")
        succession.name_titles(partnerships.TITLES)
        succession.PARTY_ORGANIZATION_ENDED.append(partnerships.pass_on_branch)
        succession.PARTY_ORGANIZATION_HELD.append(partnerships.still_held)
