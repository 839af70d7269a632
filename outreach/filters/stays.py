"""The list query of stays: tabs and filters, the same for page, sheet and numbers."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Leave, Stay, StayReport
from outreach.models.stay_reports import ReportState
from outreach.models.stays import StayKind
from portal import parameters
from portal.pages.filters import Address, LedgerFilter, PickedFilter, choice, day_by, of_kind

TABS = {
    "running": _("Running"),
    "to_begin": _("To begin"),
    "ending": _("Ending soon"),
    "ended": pgettext_lazy("stays", "Ended"),
    "all": _("All stays"),
}
REPORT_TABS = {
    "all": _("All reports"),
    "review": _("To be reviewed"),
    "accepted": pgettext_lazy("reports", "Accepted"),
}
LEAVE_TABS = {"waiting": _("To be decided"), "away": _("On leave today"), "all": _("All leave")}


class StayFilter(LedgerFilter):
    MORE = ("itself", "host", "ran_from", "ran_to", "whole")
    organ = PickedFilter("organ", label=_("Sending organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Sent by, without stations"), method="by_itself")
    cadre = PickedFilter("cadre", label=_("Cadre"))
    kind = choice(_("Kind"), StayKind)
    unit_kind = of_kind()
    programme = django_filters.CharFilter(
        label=_("Programme"), lookup_expr="contains", max_length=60
    )
    # Set by links from the numbers of programmes, which match one name exactly.
    whole = django_filters.CharFilter(
        label=_("Programme of that name"), field_name="programme", widget=forms.HiddenInput()
    )
    ran_from = day_by(_("Running from"), "by_days")
    ran_to = day_by(_("Running to"), "by_days")

    def by_days(self, queryset, name, value):
        if name == "ran_from":
            return queryset.exclude(ended_on__lt=value).filter(ends_on__gte=value)
        return queryset.filter(starts_on__lte=value)


def _in_tab(rows, tab, *, on):
    if tab == "all":
        return rows
    if tab == "to_begin":
        return rows.to_begin(on)
    if tab == "ending":
        return rows.ending(on, parameters.number("posting.ending_days", on=on))
    return rows.over(on) if tab == "ended" else rows.running(on)


STAYS_AT = Address(StayFilter, Stay.objects.visible_to, TABS, _in_tab, sheet_tab="all")


class ReportFilter(LedgerFilter):
    """Filters reports by their stay."""

    via = "stay__"
    MORE = ("itself", "host")
    organ = PickedFilter("organ", label=_("Sending organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Sent by, without stations"), method="by_itself")
    unit = PickedFilter("unit", label=_("Place"), field_name="stay__unit")
    alone = None

    def by_text(self, queryset, name, value):
        return queryset.filter(title__contains=value)


def _reports_in_tab(rows, tab, *, on):
    if tab == "review":
        return rows.filter(state=ReportState.HANDED_IN)
    return rows.filter(state=ReportState.ACCEPTED) if tab == "accepted" else rows


REPORTS_AT = Address(ReportFilter, StayReport.objects.visible_to, REPORT_TABS, _reports_in_tab)


def _leaves_in_tab(rows, tab, *, on):
    if tab == "away":
        return rows.away_on(on)
    return rows.waiting() if tab == "waiting" else rows


LEAVES_AT = Address(None, Leave.objects.visible_to, LEAVE_TABS, _leaves_in_tab)
