"""The list query of needs: tabs and filters, the same for page and sheet."""

from django.utils.translation import gettext_lazy as _

from outreach.models import CommunityActivity, CommunityNeed, NeedPledge
from outreach.models.needs import Job
from portal.pages.filters import (
    Address,
    PickedFilter,
    PlacedFilter,
    choice,
    day_from,
    day_to,
    of_kind,
)
from portal.roles import Permission

TABS = {
    "open": _("Can be taken up"),
    "mine": _("Taken up by me"),
    "confirm": _("To be confirmed"),
    "past": _("Past needs"),
}


class NeedFilter(PlacedFilter):
    MORE = ("organ", "itself", "host", "area")
    unit = PickedFilter("unit", label=_("Community"))
    job = choice(_("Kind of work"), Job)
    unit_kind = of_kind()


class PledgeFilter(PlacedFilter):
    """The filter of the sheet: pledges, by their need."""

    via = "need__"
    itself = None
    unit = PickedFilter("unit", label=_("Community"), field_name="need__unit")
    pledged_from = day_from(_("From"), "pledged_at__date")
    pledged_to = day_to(_("To"), "pledged_at__date")


class ActivityFilter(NeedFilter):
    held_from = day_from(_("From"), "held_on")
    held_to = day_to(_("To"), "held_on")


def _tabs(user):
    shown = ["open"]
    if user.holds(Permission.RECORD_VISITS) and getattr(user, "cadre", None):
        shown.append("mine")
    if user.holds(Permission.PUBLISH_NEEDS):
        shown.append("confirm")
    return {code: TABS[code] for code in (*shown, "past")}


def _in_tab(needs, tab, user):
    if tab == "mine":
        own = NeedPledge.objects.not_given_back().filter(cadre__user=user)
        return needs.filter(pk__in=own.values("need"))
    if tab == "confirm":
        due = NeedPledge.objects.to_confirm_by(user, user.today)
        return needs.filter(pk__in=due.values("need"))
    if tab == "past":
        return needs.exclude(pk__in=needs.open(user.today).values("pk"))
    return needs.open(user.today)


NEEDS_AT = Address(NeedFilter, CommunityNeed.objects.visible_to, _tabs, tab_for=_in_tab)
PLEDGES_AT = Address(
    PledgeFilter, lambda user: NeedPledge.objects.visible_to(user).not_given_back()
)
ACTIVITIES_AT = Address(ActivityFilter, CommunityActivity.objects.visible_to)
