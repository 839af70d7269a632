"""The address of the list of polls."""

import django_filters
from django.utils.translation import gettext_lazy as _

from evaluation.models import Cycle, Poll
from evaluation.models.ballots import PollState
from portal.filters import LedgerFilter
from portal.web import Sort

BY_PLACE = Sort(_("official order"), "unit__sort_order", descending=False)
NEWEST = Sort(_("newest first"), "cycle__starts_on")

TABS = {
    "prepared": _("To be prepared"),
    "open": _("Ballots are taken"),
    "closed": _("Closed and counted"),
    "all": _("All polls"),
}


class PollFilter(LedgerFilter):
    MORE = ("organ", "itself")
    alone = None
    cycle = django_filters.ModelChoiceFilter(queryset=Cycle.objects.none(), label=_("Cycle"))

    class Meta:
        model = Poll
        fields = []

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        mine = Poll.objects.visible_to(user).values("cycle")
        self.form.fields["cycle"].queryset = Cycle.objects.filter(pk__in=mine).order_by(
            "-starts_on", "-pk"
        )


def polls_at(user, query):
    """(filter, tab) of an address."""
    tab = query.get("tab") if query.get("tab") in TABS else None
    return PollFilter(query, queryset=Poll.objects.visible_to(user), user=user), tab


def in_tab(rows, tab):
    return rows.filter(state=tab) if tab in PollState.values else rows
