"""Nation as a Django app: what a cell publishes, and the pages of a nation."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_noop as _


class NationConfig(AppConfig):
    name = "nation"

    def ready(self):
        # Importing these modules registers them.
        from nation import events, first_day, folding  # noqa: F401
        from nation.rules import withheld
        from portal import roles
        from portal.pages.side_list import Entry, add_daily
        from portal.roles import Permission as P
        from portal.sheets import figures

        roles.WITHHELD.append(withheld)
        add_daily(Entry(_("Provinces"), "nation:overview", (P.READ_NATION,)))
        if settings.CELL:
            figures.WITH_ROLL_UP.append(folding.NOTE_MONTHS)
            figures.AFTER_REBUILD.append(folding.note_figure)
