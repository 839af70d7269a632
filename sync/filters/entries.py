"""The address of the list of entries that were not carried out."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address, LedgerFilter, between, choice
from sync.filters.devices import of_person
from sync.kinds import KINDS
from sync.models import Entry
from sync.models.entries import TO_DECIDE, Cause, State

TABS = {
    "to_decide": pgettext_lazy("entry", "To be looked at"),
    "waiting": pgettext_lazy("entry", "Waits by itself"),
    "dropped": pgettext_lazy("entry", "Dropped"),
}


def _kinds():
    return [(one.code, one.label) for one in KINDS.values() if "." not in one.code]


class EntryFilter(LedgerFilter):
    """By person, kind and cause; not by place, and by day only."""

    MORE = ("received_from", "received_to")
    area = host = unit = organ = itself = alone = below = None
    kind = choice(pgettext_lazy("entry", "Kind"), _kinds)
    cause = choice(
        pgettext_lazy("entry", "Why"), [one for one in Cause.choices if one[0] != Cause.NONE]
    )
    received_from, received_to = between("received_at__date", _("Received from"), _("Received by"))

    def by_text(self, queryset, name, value):
        return of_person(queryset, value)


def _in_tab(rows, tab, *, on):
    if tab == "waiting":
        return rows.filter(state__in=(State.HELD, State.FAULT))
    if tab == "dropped":
        return rows.filter(state=State.DROPPED)
    return rows.filter(state__in=TO_DECIDE)


# Accepted entries are excluded: their list would trace a person's days.
ENTRIES_AT = Address(
    EntryFilter,
    lambda user: Entry.objects.visible_to(user).exclude(state=State.ACCEPTED),
    TABS,
    _in_tab,
)
