"""The addresses of the list of rounds and of the lines of a proposal."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pairing.models import MatchChange, MatchingRound
from pairing.models.rounds import ROUND_LEVELS, RoundState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, choice

ROUND_TABS = {
    "running": _("Under way"),
    "confirmed": _("Pairings confirmed"),
    "given_up": _("Given up"),
}
LINE_TABS = {"all": _("All"), "unmet": _("Nobody yet"), "by_hand": _("Changed by hand")}


class RoundFilter(LedgerFilter):
    MORE = ()
    area = organ = itself = host = unit = alone = q = None
    level = choice(_("Who is helped"), ROUND_LEVELS)
    year = django_filters.NumberFilter(
        field_name="starts_on__year", label=_("Year"), min_value=2000, max_value=2999
    )


class LineFilter(LedgerFilter):
    MORE = ()
    area = itself = alone = None
    organ = PickedFilter("organ", label=_("Helping organ"), method="by_organ")
    host = PickedFilter("organ", label=_("Host organ"), field_name="unit__host_organ")
    unit = PickedFilter("unit", label=_("Place"))

    def by_organ(self, queryset, name, value):
        """Lines with this organ as the helper, proposed or set by hand."""
        by_hand = MatchChange.objects.filter(organ=value).values("match")
        return queryset.filter(Q(organ=value) | Q(pk__in=by_hand))

    def by_text(self, queryset, name, value):
        return queryset.filter(
            Q(unit__name__contains=value)
            | Q(organ__name__contains=value)
            | Q(cadre__name__contains=value)
        )


def _rounds_in(rows, tab, *, on):
    if tab == "running":
        return rows.filter(state__in=[RoundState.COLLECTING, RoundState.PROPOSING])
    return rows.filter(state=tab)


def lines_in(tab, rows):
    if tab == "unmet":
        return rows.unmet()
    if tab == "by_hand":
        return rows.filter(pk__in=MatchChange.objects.values("match"))
    return rows


ROUNDS_AT = Address(RoundFilter, MatchingRound.objects.visible_to, ROUND_TABS, _rounds_in)
