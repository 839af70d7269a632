"""The addresses of the lists of requests for data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import DataRequest, UnadmittedRequest
from oversight.models.data_requests import RequestKind, RequestState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, Search, between, choice
from portal.roles import Permission as P

TABS = {
    "in_force": pgettext_lazy("data requests", "In force"),
    "to_decide": pgettext_lazy("data requests", "To be decided"),
    "ours": pgettext_lazy("data requests", "Ours"),
    "all": _("All requests"),
}


class DataRequestFilter(LedgerFilter):
    MORE = ("from_day", "to_day")
    area = host = unit = itself = alone = None
    state = choice(_("State"), RequestState)
    kind = choice(pgettext_lazy("data requests", "Kind"), RequestKind)
    organ = PickedFilter(
        "organ", label=pgettext_lazy("data requests", "Asked by"), method="by_organ"
    )
    from_day, to_day = between(
        "starts_on",
        pgettext_lazy("oversight", "Begins from"),
        pgettext_lazy("oversight", "Begins by"),
    )

    def by_organ(self, queryset, name, value):
        return queryset.filter(organ__path__startswith=value.path)


def tabs_for(user):
    left_out = set()
    if not user.holds(P.REQUEST_DATA):
        left_out.add("ours")
    if not user.holds(P.ADMIT_REQUESTS):
        left_out.add("to_decide")
    return {code: label for code, label in TABS.items() if code not in left_out}


def _tab_for(rows, tab, user):
    if tab == "in_force":
        return rows.in_force(user.today)
    if tab == "to_decide":
        return rows.to_decide()
    return rows.of(user) if tab == "ours" else rows


REQUESTS_AT = Address(
    DataRequestFilter,
    DataRequest.objects.visible_to,
    tabs_for,
    tab_for=_tab_for,
    otherwise="all",
    sheet_tab="all",
)

UNADMITTED_TABS = {
    "open": pgettext_lazy("data requests", "Open"),
    "all": pgettext_lazy("data requests", "All"),
}


def _in_tab(rows, tab, on):
    return rows.open() if tab == "open" else rows


UNADMITTED_AT = Address(
    Search(_("Words or organ"), lambda rows, text: rows.containing(text)),
    UnadmittedRequest.objects.visible_to,
    UNADMITTED_TABS,
    in_tab=_in_tab,
    otherwise="all",
)
