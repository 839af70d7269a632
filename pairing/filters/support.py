"""The address of the list of support items: the same for page, sheet and numbers."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.filters.common import LedgerFilter, PickedFilter
from pairing.models import SupportItem
from pairing.models.support import SupportKind, SupportState
from portal.forms import DayInput

STATES = {
    "promised": _("Promised"),
    "overdue": _("Past the day promised"),
    "done": _("Done"),
    "dropped": _("Dropped"),
    "all": _("All items"),
}


class SupportFilter(LedgerFilter):
    q = None
    MORE = ("itself", "host", "promised_from", "promised_to", "done_from", "done_to", "money")
    organ = PickedFilter("organ", label=_("Helping organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Helped by, without stations"), method="by_itself")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=SupportKind.choices)
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=list(STATES.items()), method="by_state"
    )
    promised_from = django_filters.DateFilter(
        field_name="promised_on", lookup_expr="gte", label=_("Promised from"), widget=DayInput()
    )
    promised_to = django_filters.DateFilter(
        field_name="promised_on", lookup_expr="lte", label=_("Promised to"), widget=DayInput()
    )
    done_from = django_filters.DateFilter(
        field_name="done_on", lookup_expr="gte", label=_("Done from"), widget=DayInput()
    )
    done_to = django_filters.DateFilter(
        field_name="done_on", lookup_expr="lte", label=_("Done to"), widget=DayInput()
    )
    money = django_filters.ChoiceFilter(
        label=_("Money"), choices=[("yes", _("with an amount"))], method="by_money"
    )

    class Meta:
        model = SupportItem
        fields = []

    def by_state(self, queryset, name, value):
        return in_state(queryset, value)

    def by_money(self, queryset, name, value):
        return queryset.with_money()


def in_state(rows, state, on=None):
    if state == "all":
        return rows
    if state == "overdue":
        return rows.overdue(on or timezone.localdate())
    return rows.filter(state=SupportState(state))
