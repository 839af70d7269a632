"""The address of the list of pairings: the same for page, sheet and numbers."""

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.filters.common import LedgerFilter, PickedFilter
from pairing.models import Pairing
from pairing.models.pairings import ORGANIZATION_LEVELS, Level, PairingState
from portal import parameters
from portal.forms import DayInput

STATES = {
    "running": _("Running"),
    "ending": _("Ending soon"),
    "ended": pgettext_lazy("pairings", "Ended"),
    "all": _("All pairings"),
}
CONTACTS = {"overdue": _("No contact for too long")}
# The third of the three kinds of help, on both of its levels.
ORGANIZATIONS = ("organizations", _("Any grassroots organisation"))


class PairingFilter(LedgerFilter):
    q = None
    MORE = ("itself", "host", "started_from", "started_to", "ran_from", "ran_to")
    organ = PickedFilter("organ", label=_("Helping organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Helped by, without stations"), method="by_itself")
    level = django_filters.ChoiceFilter(
        label=_("Level"), choices=[*Level.choices, ORGANIZATIONS], method="by_level"
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=list(STATES.items()), method="by_state"
    )
    contact = django_filters.ChoiceFilter(
        label=_("Contact"), choices=list(CONTACTS.items()), method="by_contact"
    )
    started_from = django_filters.DateFilter(
        field_name="starts_on", lookup_expr="gte", label=_("Began from"), widget=DayInput()
    )
    started_to = django_filters.DateFilter(
        field_name="starts_on", lookup_expr="lte", label=_("Began to"), widget=DayInput()
    )
    ran_from = django_filters.DateFilter(
        label=_("Running from"), widget=DayInput(), method="by_days"
    )
    ran_to = django_filters.DateFilter(label=_("Running to"), widget=DayInput(), method="by_days")

    class Meta:
        model = Pairing
        fields = []

    def by_level(self, queryset, name, value):
        if value == ORGANIZATIONS[0]:
            return queryset.filter(level__in=ORGANIZATION_LEVELS)
        return queryset.filter(level=value)

    def by_state(self, queryset, name, value):
        return in_state(queryset, value)

    def by_contact(self, queryset, name, value):
        days = parameters.number("pairing.visit_interval_days")
        return queryset.without_contact(timezone.localdate(), days)

    def by_days(self, queryset, name, value):
        if name == "ran_from":
            return queryset.filter(Q(ended_on=None) | Q(ended_on__gte=value), ends_on__gte=value)
        return queryset.filter(starts_on__lte=value)


def in_state(rows, state, on=None):
    """What stands in one state; a pairing that was cancelled never stood."""
    on = on or timezone.localdate()
    if state == "running":
        return rows.running(on)
    if state == "ending":
        return rows.ending(on, parameters.number("pairing.ending_days"))
    if state == "ended":
        return rows.filter(state=PairingState.ENDED)
    return rows.standing()
