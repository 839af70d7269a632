"""The address of the list of polls whose paper is typed."""

import django_filters
from django.utils.translation import gettext_lazy as _

from evaluation.models import Poll
from evaluation.models.ballots import PollState
from portal.pages.filters import Address, PlacedFilter, in_state

PAPER_TABS = {
    PollState.OPEN: _("Ballots are taken"),
    PollState.LISTED: _("To be counted"),
    PollState.CLOSED: _("Closed and counted"),
}


class PaperFilter(PlacedFilter):
    q = django_filters.CharFilter(label=_("Keyword"), method="by_text", min_length=2, max_length=60)
    organ = itself = None

    def by_text(self, queryset, name, value):
        return queryset.containing(value)


def _without_state(user, query):
    return {name: value for name, value in query.items() if name != "state"}


PAPER_AT = Address(
    PaperFilter,
    Poll.objects.visible_to,
    PAPER_TABS,
    in_state,
    tab_name="state",
    completed=_without_state,
)
