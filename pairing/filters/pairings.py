"""The address of the list of pairings: tabs and filters, the same for page, sheet and numbers."""

from datetime import timedelta

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.filters.common import LedgerFilter, PickedFilter
from pairing.models import Pairing
from pairing.models.pairings import HelpMode, Level
from portal import parameters

TABS = {
    "running": _("Running"),
    "to_begin": pgettext_lazy("pairings", "To begin"),
    "ending": _("Ending soon"),
    "ended": pgettext_lazy("pairings", "Ended"),
    "all": _("All pairings"),
}


class PairingFilter(LedgerFilter):
    MORE = ("itself",)
    level = django_filters.ChoiceFilter(label=_("Level"), choices=Level.choices)
    mode = django_filters.ChoiceFilter(label=_("Mode"), choices=HelpMode.choices)
    organ = PickedFilter("organ", label=_("Helping organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Helping organ, without stations"), method="by_itself")
    cadre = PickedFilter("cadre", label=_("Cadre responsible"))
    contact = django_filters.ChoiceFilter(
        label=_("Contact"), method="by_contact",
        choices=[("due", _("due")), ("overdue", _("overdue"))],
    )  # fmt: skip

    class Meta:
        model = Pairing
        fields = []

    def by_contact(self, queryset, name, value):
        by = timezone.localdate() - timedelta(days=1 if value == "overdue" else 0)
        return queryset.contact_due(by, parameters.number("pairing.visit_interval_days"))


def in_tab(rows, tab, on=None):
    on = on or timezone.localdate()
    if tab == "to_begin":
        return rows.to_begin(on)
    if tab == "ending":
        return rows.ending(on, parameters.number("pairing.ending_days"))
    if tab == "ended":
        return rows.over(on)
    return rows if tab == "all" else rows.going_on(on).filter(starts_on__lte=on)
