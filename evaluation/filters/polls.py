"""The address of the list of polls."""

import django_filters
from django.utils.translation import gettext_lazy as _

from evaluation.models import Cycle, Poll
from portal.pages.filters import Address, LedgerFilter, in_state

TABS = {
    "open": _("Ballots are taken"),
    "listed": _("To be counted"),
    "prepared": _("To be prepared"),
    "closed": _("Closed and counted"),
    "all": _("All polls"),
}


class PollFilter(LedgerFilter):
    MORE = ("organ", "itself")
    alone = None
    cycle = django_filters.ModelChoiceFilter(queryset=Cycle.objects.none(), label=_("Cycle"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        mine = Poll.objects.visible_to(user).values("cycle")
        self.form.fields["cycle"].queryset = Cycle.objects.filter(pk__in=mine).order_by(
            "-starts_on", "-pk"
        )


POLLS_AT = Address(PollFilter, Poll.objects.visible_to, TABS, in_state)
