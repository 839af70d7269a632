"""Labels of audit events and nouns of neighbours."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import describe, name_nouns

describe(
    {
        "ticket.taken": _("Hotline ticket taken in"),
        "ticket.reduced": _("Hotline ticket reduced to its number: it went to a channel by law"),
    }
)

name_nouns(
    {
        "branchreport": pgettext_lazy("noun", "Report of a branch"),
        "branchreportstep": pgettext_lazy("noun", "Step of a report of a branch"),
        "categorycode": pgettext_lazy("noun", "Code of the hotline's classification"),
        "hotlineticket": pgettext_lazy("noun", "Hotline ticket"),
        "hotlineverdict": pgettext_lazy("noun", "What the hotline says of a ticket"),
        "quarterline": pgettext_lazy("noun", "Line of a quarter"),
        "summonedorgan": pgettext_lazy("noun", "Summoned organ"),
        "summons": pgettext_lazy("noun", "Summons of organs"),
        "summonsstep": pgettext_lazy("noun", "Step of a summons"),
    }
)
