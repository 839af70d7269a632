"""Reports on conduct, for their recipients alone."""

from django.utils.translation import gettext_lazy as _

from outreach.models import ConductReport
from portal.pages.filters import Address
from portal.pages.listings import Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision


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
