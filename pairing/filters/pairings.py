"""The address of the list of pairings: tabs and filters, the same for page, sheet and numbers."""

from datetime import timedelta

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.models import Pairing
from pairing.models.pairings import HELP_LEVELS, ORGANIZATION_LEVELS, HelpMode
from portal import parameters
from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice, of_kind
from portal.pages.forms import DayInput

TABS = {
    "running": _("Running"),
    "to_begin": pgettext_lazy("pairings", "To begin"),
    "ending": _("Ending soon"),
    "ended": pgettext_lazy("pairings", "Ended"),
    "all": _("All pairings"),
}
# The third kind of pairing (三帮扶), which covers two levels.
ORGANIZATIONS = ("organizations", _("Any grassroots organisation"))


class PairingFilter(LedgerFilter):
    MORE = ("itself", "host", "started_from", "started_to", "ran_from", "ran_to")
    level = choice(
        pgettext_lazy("pairings", "Level"),
        [*((one.value, one.label) for one in HELP_LEVELS), ORGANIZATIONS],
        method="by_level",
    )
    mode = choice(_("Mode"), HelpMode.choices)
    unit_kind = of_kind()
    organ = PickedFilter("organ", label=_("Helping organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Helping organ, without stations"), method="by_itself")
    cadre = PickedFilter("cadre", label=_("Cadre responsible"))
    contact = choice(
        pgettext_lazy("pairings", "Contact"),
        [("due", pgettext_lazy("pairings", "due")), ("overdue", _("overdue"))],
        method="by_contact",
    )
    started_from, started_to = between("starts_on", _("Began from"), _("Began to"))
    ran_from = django_filters.DateFilter(
        label=pgettext_lazy("pairings", "Running from"), widget=DayInput(), method="by_days"
    )
    ran_to = django_filters.DateFilter(
        label=pgettext_lazy("pairings", "Running to"), widget=DayInput(), method="by_days"
    )

    def by_level(self, queryset, name, value):
        if value == ORGANIZATIONS[0]:
            return queryset.filter(level__in=ORGANIZATION_LEVELS)
        return queryset.filter(level=value)

    def by_contact(self, queryset, name, value):
        today = self.user.today
        by = today - timedelta(days=1 if value == "overdue" else 0)
        interval = parameters.number("pairing.visit_interval_days", on=today)
        return queryset.contact_due(by, interval, on=today)

    def by_days(self, queryset, name, value):
        if name == "ran_from":
            return queryset.filter(Q(ended_on=None) | Q(ended_on__gte=value), ends_on__gte=value)
        return queryset.filter(starts_on__lte=value)


def _in_tab(rows, tab, *, on):
    """Return the rows of a tab; cancelled pairings are in the tab of ended ones."""
    if tab == "to_begin":
        return rows.to_begin(on)
    if tab == "ending":
        return rows.ending(on, parameters.number("pairing.ending_days", on=on))
    if tab == "ended":
        return rows.over(on)
    return rows.not_cancelled() if tab == "all" else rows.under_way(on)


PAIRINGS_AT = Address(
    PairingFilter,
    lambda user: Pairing.objects.visible_to(user).helping(),
    TABS,
    _in_tab,
    sheet_tab="all",
)
