"""First figures for hosts of enterprises: proposals of the workers and talks with them."""

from django.utils.translation import gettext_lazy as _

from outreach.overview.first_figures import always, since
from outreach.overview.first_page import register
from portal.roles import Permission as P
from works.filters.proposals import PROPOSALS_AT
from works.filters.talks import TALKS_AT

register(
    "proposals",
    _("Proposals of the congress to be decided on"),
    "works:proposals",
    PROPOSALS_AT,
    always(tab="open"),
    P.READ_MATTERS,
    is_of_unit=False,
)
register(
    "talks",
    _("Heart-to-heart talks this quarter"),
    "works:talks",
    TALKS_AT,
    since("quarter", "from_day", tab="all"),
    P.HOST_MATTERS,
    of="organ",
    is_of_unit=False,
)
