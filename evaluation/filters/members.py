"""The address of the list of appraisals of Party members."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models import MemberAppraisal
from portal.filters import LedgerFilter, PickedFilter
from portal.web import Sort

NEWEST = Sort(_("newest first"), "year")
TABS = {"open": _("Under way"), "finished": _("Decided"), "all": _("All appraisals")}


class MemberAppraisalFilter(LedgerFilter):
    MORE = ("itself", "host", "unit")
    alone = None
    year = django_filters.NumberFilter(
        label=_("Year"), min_value=2000, max_value=2100, widget=forms.NumberInput
    )
    organ = PickedFilter("organ", label=_("Organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Organ alone"), method="by_itself")

    class Meta:
        model = MemberAppraisal
        fields = []

    def by_organ(self, queryset, name, value):
        return super(LedgerFilter, self).by_organ(queryset, name, value)


def appraisals_at(user, query):
    """(filter, tab) of an address."""
    tab = query.get("tab") if query.get("tab") in TABS else "open"
    rows = MemberAppraisal.objects.visible_to(user)
    return MemberAppraisalFilter(query, queryset=rows, user=user), tab


def in_tab(rows, tab):
    return rows if tab == "all" else rows.filter(state=tab)
