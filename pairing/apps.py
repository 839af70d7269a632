"""Who helps whom, as a Django app; its lines of the side list stand after going down."""

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _


class PairingConfig(AppConfig):
    name = "pairing"

    def ready(self):
        # They register themselves.
        from outreach.models import areas
        from pairing import (  # noqa: F401
            events,
            handbook,
            imports,
            ledgers,
            lists,
            reminders,
            todo,
        )
        from pairing import succession as passing
        from pairing.demo import pairings as demo_pairings
        from pairing.models.households import opened_to
        from portal import demo, succession
        from portal.access import Permission as P
        from portal.context_processors import Entry, add_to_side_list
        from portal.views import frame

        add_to_side_list(
            _("Who helps whom"),
            Entry(_("Pairings"), "pairing:pairings", (P.READ_PAIRINGS,)),
            Entry(_("My pairings"), "pairing:my_pairings", (P.RECORD_VISITS,)),
        )
        frame.SEARCHERS.append(find_pairings)
        # Whoever helps a household names it in a visit, while the pairing runs.
        areas.OPENED_BY_RELATION.append(opened_to)

        succession.name_titles(passing.TITLES)
        succession.ORGAN_ENDED.append(passing.pass_on_organ)
        succession.HOST_CHANGED.append(passing.pass_on_host)
        succession.UNIT_ENDED.append(passing.pass_on_unit)
        succession.CADRE_TRANSFERRED.append(passing.pass_on_cadre)
        succession.STILL_HELD.append(passing.still_held)
        succession.HELD_BY_CADRE.append(passing.held_by_cadre)
        demo.CHAPTERS.append(demo_pairings.make)


def find_pairings(user, text):
    """Pairings by the name of the unit, organ or cadre; of a household nothing is searched."""
    from pairing.models import Pairing

    rows = Pairing.objects.visible_to(user).containing(text).for_list()
    return [
        {
            "title": gettext("Pairings"),
            "rows": [
                (f"{one.helper_label} · {one.helped_label}", one.place_label,
                 one.get_absolute_url())
                for one in rows.order_by("-starts_on", "-pk")[:10]
            ],
        },
    ]  # fmt: skip
