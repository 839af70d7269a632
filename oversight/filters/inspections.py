"""The addresses of the lists of inspections and of their findings."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import Finding, Inspection
from oversight.models.findings import FindingKind, FindingState
from oversight.models.inspections import InspectionState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice
from portal.pages.web import Sort

NEWEST = Sort(pgettext_lazy("oversight", "newest first"), "starts_on")
NEWEST_FOUND = Sort(pgettext_lazy("oversight", "newest first"), "found_on")

INSPECTION_TABS = {
    "mine": pgettext_lazy("inspections", "Mine"),
    "running": pgettext_lazy("inspections", "Running"),
    "all": _("All inspections"),
}
FINDING_TABS = {
    "open": pgettext_lazy("findings", "Open"),
    "recheck": _("To be re-checked"),
    "all": _("All findings"),
}


class InspectionFilter(LedgerFilter):
    MORE = ("from_day", "to_day")
    area = host = unit = itself = alone = None
    state = choice(_("State"), InspectionState)
    organ = PickedFilter("organ", label=_("Inspected organ"), method="by_organ")
    from_day, to_day = between(
        "starts_on",
        pgettext_lazy("oversight", "Begins from"),
        pgettext_lazy("oversight", "Begins by"),
    )

    def by_organ(self, queryset, name, value):
        return queryset.filter(inspected__organ=value)


class FindingFilter(LedgerFilter):
    MORE = ("found_from", "found_to")
    area = host = unit = itself = alone = None
    state = choice(_("State"), FindingState)
    kind = choice(pgettext_lazy("findings", "Kind"), FindingKind)
    organ = PickedFilter(
        "organ", label=pgettext_lazy("oversight", "Responsible organ"), method="by_organ"
    )
    found_from, found_to = between(
        "found_on", pgettext_lazy("oversight", "Found from"), pgettext_lazy("oversight", "Found to")
    )

    def by_organ(self, queryset, name, value):
        return queryset.filter(organ__path__startswith=value.path)


def _inspections_for(rows, tab, user):
    if tab == "mine":
        return rows.of(user)
    return rows.running() if tab == "running" else rows


def _findings_in(rows, tab, *, on):
    if tab == "recheck":
        return rows.to_recheck(on)
    return rows.open() if tab == "open" else rows


INSPECTIONS_AT = Address(
    InspectionFilter,
    Inspection.objects.visible_to,
    INSPECTION_TABS,
    tab_for=_inspections_for,
    otherwise="all",
)
FINDINGS_AT = Address(
    FindingFilter, Finding.objects.visible_to, FINDING_TABS, _findings_in, sheet_tab="all"
)
