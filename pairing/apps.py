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
            passing,
            proposals,
            reminders,
            todo,
        )
        from pairing.demo import needs as demo_needs
        from portal import demo, succession
        from portal.access import Permission as P
        from portal.context_processors import Entry, add_to_side_list

        add_to_side_list(
            _("Who helps whom"),
            Entry(_("Needs for help"), "pairing:help_needs", (P.READ_PAIRINGS, P.RECORD_SUPPORT)),
            Entry(_("Offers of help"), "pairing:help_resources", (P.OFFER_HELP,)),
            Entry(_("Rounds of pairing"), "pairing:matching_rounds", (P.MANAGE_PAIRINGS,)),
        )
        succession.name_titles(passing.TITLES)
        succession.ORGAN_ENDED.append(passing.pass_on_organ)
        succession.HOST_CHANGED.append(passing.pass_on_host)
        succession.UNIT_ENDED.append(passing.pass_on_unit)
        succession.STILL_HELD.append(passing.still_held)
        demo.CHAPTERS.append(demo_needs.make)
