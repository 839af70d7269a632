"""The lists of who helps whom as a person can shape them."""

from django.utils.translation import gettext_lazy as _

from pairing.filters.pairings import PairingFilter
from portal import lists
from portal.lists import Column

PAIRINGS = "pairing:pairings"

lists.register(
    PAIRINGS,
    _("Pairings"),
    columns=[
        Column("days", _("From – to")),
        Column("contact", _("Last contact")),
        Column("document", _("Document"), shown=False),
    ],
    filters=PairingFilter.base_filters,
    state=("tab",),
)
