"""The list query of campaigns, and the campaign picker."""

from django.utils.translation import gettext_lazy as _

from outreach.models import Campaign, CampaignUnit
from outreach.models.campaigns import CampaignKind, Standing
from portal.pages.filters import Address, LedgerFilter, PickedFilter, choice, day_from, day_to
from portal.places.pickers import PICKERS, Picker
from portal.roles import Permission
from portal.sheets.figures import Scope


def _pickable(user):
    rows = Campaign.objects.visible_to(user) if user else Campaign.objects.none()
    return rows.select_related("organizer").order_by("-starts_on", "-pk")


PICKERS["campaign"] = Picker(
    _pickable, lambda one: one.title, lambda one: f"{one.organizer.label} {one.starts_on:%Y-%m}"
)


class CampaignFilter(LedgerFilter):
    MORE = ("area", "host", "unit", "from_day", "to_day")
    itself = alone = None
    kind = choice(_("Kind"), CampaignKind)
    standing = choice(_("State"), Standing, method="by_standing")
    organ = PickedFilter("organ", label=_("Organised by"), method="by_organ")
    area = PickedFilter("division", label=_("Goes into the area"), method="by_area")
    host = PickedFilter("organ", label=_("Goes to units of"), method="by_host")
    unit = PickedFilter("unit", label=_("Goes to the unit"), method="by_unit")
    from_day = day_from(_("Not over before"), "ends_on")
    to_day = day_to(_("Begun by"), "starts_on")

    def by_standing(self, queryset, name, value):
        return queryset.standing(value, self.user.today)

    def by_organ(self, queryset, name, value):
        return queryset.filter(organizer__path__startswith=value.path)

    def by_area(self, queryset, name, value):
        return _going(queryset, Scope(self.user, division=value).limit())

    def by_host(self, queryset, name, value):
        # One unit must satisfy both area and host.
        area = self.form.cleaned_data.get("area")
        return _going(queryset, Scope(self.user, division=area, host=value).limit())

    def by_unit(self, queryset, name, value):
        return queryset.filter(pk__in=CampaignUnit.objects.filter(unit=value).values("campaign"))


def _going(queryset, limit):
    return queryset.filter(pk__in=CampaignUnit.objects.filter(limit).values("campaign"))


TABS = {
    "running": _("Under way"),
    "ahead": _("Not begun"),
    "closed": _("Over or closed"),
    "drafts": _("Drafts"),
    "all": _("All campaigns"),
}


def _tabs(user):
    """Only planners have the drafts tab."""
    may_plan = user.holds(Permission.MANAGE_CAMPAIGNS)
    return {code: label for code, label in TABS.items() if code != "drafts" or may_plan}


def _in_tab(rows, tab, *, on):
    if tab == "running":
        return rows.running(on)
    if tab == "ahead":
        return rows.standing(Standing.ANNOUNCED, on)
    if tab == "closed":
        return rows.standing(Standing.OVER, on) | rows.standing(Standing.CLOSED, on)
    return rows.standing(Standing.DRAFT, on) if tab == "drafts" else rows


CAMPAIGNS_AT = Address(
    CampaignFilter, Campaign.objects.visible_to, _tabs, _in_tab, otherwise="all", sheet_tab="all"
)
