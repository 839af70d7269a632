"""The list query of recipients: tabs and filters, the same for page and sheets.

Search covers units; recipients cannot be searched by name.
"""

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from outreach.models import CondolenceCampaign, CondolenceRecipient, CondolenceVisit
from outreach.models.condolence import CampaignState, RecipientCategory, Source
from portal.pages.filters import Address, LedgerFilter, PickedFilter, choice, day_by, of_kind

TABS = {
    "standing": _("On the list"),
    "waiting": _("To be visited"),
    "visited": _("Visited"),
    "removed": _("Removed"),
}
FESTIVAL_TABS = {"running": _("Running"), "closed": _("Closed")}


class RecipientFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "visited_from", "visited_to")
    campaign = django_filters.ModelChoiceFilter(
        label=_("Festival"), queryset=CondolenceCampaign.objects.none()
    )
    q = django_filters.CharFilter(
        label=_("Name of the unit"), method="by_unit_name", min_length=2, max_length=60
    )
    unit = PickedFilter("unit", label=_("Place"), method="by_unit")
    category = choice(_("Category of recipient"), RecipientCategory)
    source = choice(_("Source of funds"), Source)
    unit_kind = of_kind()
    visited_from = day_by(_("Visited from"), "by_day")
    visited_to = day_by(_("Visited to"), "by_day")
    organ = PickedFilter("organ", label=_("Put forward by"), method="by_organ")
    itself = PickedFilter("organ", label=_("Put forward by, without stations"), method="by_itself")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        field = self.form.fields["campaign"]
        field.queryset = CondolenceCampaign.objects.visible_to(user).order_by("-festival_on", "-pk")
        field.label_from_instance = lambda campaign: campaign.label

    def by_unit_name(self, queryset, name, value):
        return queryset.filter(unit__name__contains=value)

    def by_day(self, queryset, name, value):
        compared = "visited_on__gte" if name == "visited_from" else "visited_on__lte"
        made = CondolenceVisit.objects.standing().filter(recipient=OuterRef("pk"))
        return queryset.filter(Exists(made.filter(**{compared: value})))

    def chips(self):
        return [
            (label, self.form.cleaned_data["campaign"].label if name == "campaign" else words, name)
            for label, words, name in super().chips()
        ]


def with_visit(rows):
    """Recipients on the list with a visit that was not voided."""
    made = CondolenceVisit.objects.standing().filter(recipient=OuterRef("pk"))
    return rows.standing().filter(Exists(made))


def _in_tab(rows, tab, *, on):
    if tab == "removed":
        return rows.exclude(removed_at=None)
    if tab == "waiting":
        return rows.waiting_for_visit()
    return with_visit(rows) if tab == "visited" else rows.standing()


def _festivals_in_tab(rows, tab, *, on):
    closed = Q(state=CampaignState.CLOSED)
    return rows.filter(closed if tab == "closed" else ~closed)


RECIPIENTS_AT = Address(RecipientFilter, CondolenceRecipient.objects.visible_to, TABS, _in_tab)
FESTIVALS_AT = Address(
    None, CondolenceCampaign.objects.visible_to, FESTIVAL_TABS, _festivals_in_tab
)
