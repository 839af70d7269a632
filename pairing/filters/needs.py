"""The address of the list of needs for help: the same for page, sheet and numbers."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.filters.common import PlacedFilter
from pairing.models import HelpNeed
from pairing.models.needs import HelpKind, NeedState
from portal.forms import DayInput

STATES = {
    "open": _("Open"),
    "met": _("Met"),
    "withdrawn": _("No longer needed"),
    "over": _("Run out without an answer"),
    "all": _("All needs"),
}
SIDES = {"unit": _("Units"), "household": _("Households")}
# Whether somebody is paired with the very side that needs it, today.
HELPED = {"somebody": _("somebody is paired"), "nobody": _("nobody is paired")}


class HelpNeedFilter(PlacedFilter):
    MORE = ("organ", "itself", "host", "noted_from", "noted_to")
    kind = django_filters.ChoiceFilter(label=_("Kind of help"), choices=HelpKind.choices)
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=list(STATES.items()), method="by_state"
    )
    side = django_filters.ChoiceFilter(
        label=_("Who needs it"), choices=list(SIDES.items()), method="by_side"
    )
    helped = django_filters.ChoiceFilter(
        label=_("Paired today"), choices=list(HELPED.items()), method="by_helped"
    )
    noted_from = django_filters.DateFilter(
        field_name="noted_on", lookup_expr="gte", label=_("Noted from"), widget=DayInput()
    )
    noted_to = django_filters.DateFilter(
        field_name="noted_on", lookup_expr="lte", label=_("Noted to"), widget=DayInput()
    )

    class Meta:
        model = HelpNeed
        fields = []

    def by_state(self, queryset, name, value):
        return in_state(queryset, value)

    def by_side(self, queryset, name, value):
        return queryset.of_units() if value == "unit" else queryset.of_households()

    def by_helped(self, queryset, name, value):
        rows = queryset.with_pairing(timezone.localdate())
        return rows.filter(is_helped=value == "somebody")


def in_state(rows, state, on=None):
    on = on or timezone.localdate()
    if state == "all":
        return rows
    if state == "open":
        return rows.open(on)
    if state == "over":
        return rows.filter(state=NeedState.OPEN, until__lt=on)
    return rows.filter(state=NeedState(state))
