"""Reports on conduct, for their recipients alone."""

from django.utils.translation import gettext_lazy as _

from outreach.models import ConductReport
from portal.access import ALLOWED, Decision
from portal.filters import Address
from portal.listings import Col, Empty, Listing
from portal.roles import Permission as P
from portal.side_list import Area
from portal.web import Sort


def _reads(user):
    if user.holds(P.READ_CONDUCT):
        return ALLOWED
    return Decision(_("Conduct reports are read by their recipients alone."))


CONDUCT_LIST = Listing(
    "outreach:conduct_reports",
    "conduct/",
    _("Conduct reports"),
    Address(None, ConductReport.objects.visible_to),
    Sort(_("newest first"), "received_on"),
    area=Area.GOING_DOWN,
    may_see=_reads,
    intro=_(
        "Sealed. Opening one is noted in the audit. What belongs to discipline inspection is "
        "handed over against a receipt, and its text erased here."
    ),
    columns=(
        Col(_("Received on"), "received_on", link=True, number=True),
        Col(_("State"), "get_state_display", bare=True),
        Col(_("Handed to"), "handed_to", bare=True),
    ),
    empty=(Empty(_("No reports"), _("Reports that you may read appear here.")),),
)
