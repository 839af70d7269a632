"""Who helps whom, as a Django app; its lines of the side list stand after going down."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


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
            todo,
        )
        from pairing import succession as passing
        from portal import demo, succession
        from portal.access import Permission as P
        from portal.context_processors import Entry, add_to_side_list

        add_to_side_list(
            _("Who helps whom"),
            Entry(_("Weak organisations"), "pairing:weak_cases", (P.READ_WEAK_CASES,)),
        )

        demo.ABOVE.append(_make_demo)

        succession.name_titles(passing.TITLES)
        succession.ORGAN_ENDED.append(passing.pass_on_weak_cases_of_organ)
        succession.HOST_CHANGED.append(passing.pass_on_weak_cases_of_host)
        succession.UNIT_ENDED.append(passing.pass_on_weak_cases_of_unit)
        succession.STILL_HELD.append(passing.weak_cases_still_held)


def _make_demo(county):
    """Its actions are loaded by who makes a demo, not by every process."""
    from pairing.demo import make

    make(county)
