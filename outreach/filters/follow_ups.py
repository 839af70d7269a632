"""The list query of call-backs: tabs."""

from django.utils.translation import gettext_lazy as _

from outreach.models import FollowUp
from portal.pages.filters import Address

TABS = {
    "mine": _("For me to ask"),
    "open": _("All open"),
    "unarranged": _("Nobody asked yet"),
    "done": _("Word recorded"),
}


def _in_tab(rows, tab, user):
    if tab == "done":
        return rows.exclude(answered_at=None)
    rows = rows.open_on(user.today)
    if tab == "mine":
        return rows.filter(caller__in=user.identity_ids)
    return rows.given_to_nobody() if tab == "unarranged" else rows


FOLLOW_UPS_AT = Address(None, FollowUp.objects.visible_to, TABS, tab_for=_in_tab)
