"""The lists of who helps whom as a person can shape them."""

from django.utils.translation import gettext_lazy as _

from pairing.filters.joint_activities import JointActivityFilter
from pairing.filters.pairings import PairingFilter
from pairing.filters.partnerships import PartnershipFilter
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
lists.register(
    "pairing:partnerships", _("Co-building"), filters=PartnershipFilter.base_filters,
    state=("tab", "sort"),
)  # fmt: skip
lists.register(
    "pairing:joint_activities", _("Joint activities"), filters=JointActivityFilter.base_filters,
    state=("tab", "sort"),
)  # fmt: skip
