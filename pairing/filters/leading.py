"""The address of the list of contact points; the same for page and sheet."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.models import ContactPoint
from portal.pages.filters import Address, LedgerFilter, PickedFilter
from portal.pages.web import Sort
from portal.tools.asked import whole_number

# The only order: leaders are never sorted by a figure.
OFFICIAL = Sort(
    _("official order"),
    ("organ__sort_order", "organ_id", "leader__sort_order", "leader_id"),
    descending=False,
)

TABS = {"running": _("Arranged"), "all": _("Also those that ended")}


class ContactPointFilter(LedgerFilter):
    MORE = ("itself", "host", "unit")
    alone = None
    year = django_filters.NumberFilter(
        label=_("Year"), min_value=2000, max_value=2100, widget=forms.NumberInput
    )
    organ = PickedFilter("organ", label=_("Organ of the leader"), method="by_organ")
    itself = PickedFilter("organ", label=_("Organ alone"), method="by_itself")
    leader = PickedFilter("cadre", label=pgettext_lazy("contact points", "Leader"))

    @property
    def shown_year(self):
        value = self.form.cleaned_data.get("year") if self.form.is_valid() else None
        return int(value) if value else self.user.today.year


def _with_year(user, query):
    """Return the query, with this year as the default."""
    if query.get("year"):
        return query
    query = query.copy()
    query["year"] = str(user.today.year)
    return query


POINTS_AT = Address(
    ContactPointFilter,
    ContactPoint.objects.visible_to,
    TABS,
    lambda rows, tab, on: rows.running() if tab == "running" else rows,
    completed=_with_year,
)


def year_to_arrange(user, query):
    """This year, or the next if the address says so."""
    this = user.today.year
    return this + 1 if whole_number(query.get("year", "")) == this + 1 else this
