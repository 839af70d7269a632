"""The address of the list of partnerships: tabs and filters, the same for page and sheet."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pairing.models import Pairing
from pairing.models.pairings import Level, PairingState
from portal.models import PartyOrganization
from portal.pages.filters import Address, PickedFilter, PlacedFilter
from portal.pages.forms import DayInput

TABS = {
    "running": _("Running"),
    "coming": _("Still to begin"),
    "over": _("Over"),
    "all": _("All partnerships"),
}


class PartnershipFilter(PlacedFilter):
    MORE = ("itself", "host", "branch")
    q = django_filters.CharFilter(
        label=_("Name of a Party organisation"), method="by_name", min_length=2, max_length=60
    )
    organ = PickedFilter("organ", label=_("Helping organ"), method="by_organ")
    itself = None
    branch = PickedFilter("party_organizations", label=_("Party organisation"), method="by_branch")
    ends_by = django_filters.DateFilter(
        field_name="ends_on", lookup_expr="lte", label=_("Ends up to"), widget=DayInput()
    )

    def by_name(self, queryset, name, value):
        named = PartyOrganization.objects.named_like(value).values("pk")
        return queryset.filter(Q(helper_branch__in=named) | Q(helped_branch__in=named))

    def by_branch(self, queryset, name, value):
        return queryset.filter(Q(helper_branch=value) | Q(helped_branch=value))


def _in_tab(rows, tab, *, on):
    if tab == "running":
        return rows.running(on)
    if tab == "coming":
        return rows.filter(state=PairingState.AGREED, starts_on__gt=on)
    if tab == "over":
        return rows.exclude(pk__in=rows.running(on).order_by().values("pk")).exclude(
            state=PairingState.AGREED, starts_on__gt=on
        )
    return rows


PARTNERSHIPS_AT = Address(
    PartnershipFilter,
    lambda user: Pairing.objects.visible_to(user).filter(level=Level.BRANCH),
    TABS,
    _in_tab,
)
