"""The address of the list of items, the same for page, sheet and numbers."""

import django_filters
from django.utils.translation import gettext_lazy as _

from outreach.models.matters import SPOKEN, Word
from pairing.models import SupportItem
from pairing.models.support import SupportKind, SupportState
from portal.pages.filters import Address, LedgerFilter, PickedFilter
from portal.pages.forms import DayInput

# How an item stands today: its state and its day together.
STANDINGS = {
    "promised": _("Promised"),
    "overdue": _("Overdue, not done"),
    "done": _("Done"),
    "dropped": _("Dropped"),
    "all": _("All items"),
}
# Its tabs are a filter, which numbers lead to as well.
TABS = {"": _("All")} | {code: label for code, label in STANDINGS.items() if code != "all"}
WORDS = [("none", _("nobody has asked yet")), ("said", _("has been said")), *Word.choices]


class SupportFilter(LedgerFilter):
    MORE = (
        "itself",
        "host",
        "unit",
        "due_from",
        "due_to",
        "done_from",
        "done_to",
        "money",
        "word",
        "promised_from",
        "promised_to",
    )
    organ = PickedFilter("organ", label=_("Helping organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Helped by, without stations"), method="by_itself")
    kind = django_filters.ChoiceFilter(label=_("Kind of help"), choices=SupportKind.choices)
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[*STANDINGS.items()], method="by_state"
    )
    promised_from = django_filters.DateFilter(
        field_name="promised_on", lookup_expr="gte", label=_("Promised from"), widget=DayInput()
    )
    promised_to = django_filters.DateFilter(
        field_name="promised_on", lookup_expr="lte", label=_("Promised to"), widget=DayInput()
    )
    due_from = django_filters.DateFilter(
        field_name="promised_for",
        lookup_expr="gte",
        label=_("Promised for, from"),
        widget=DayInput(),
    )
    due_to = django_filters.DateFilter(
        field_name="promised_for", lookup_expr="lte", label=_("Promised for, to"), widget=DayInput()
    )
    done_from = django_filters.DateFilter(
        field_name="done_on", lookup_expr="gte", label=_("Done from"), widget=DayInput()
    )
    done_to = django_filters.DateFilter(
        field_name="done_on", lookup_expr="lte", label=_("Done to"), widget=DayInput()
    )
    money = django_filters.ChoiceFilter(
        label=_("Money"),
        choices=[("yes", _("with money")), ("no", _("without money"))],
        method="by_money",
    )
    word = django_filters.ChoiceFilter(
        label=_("The people's word"), choices=WORDS, method="by_word"
    )

    class Meta:
        model = SupportItem
        fields = []

    def by_state(self, queryset, name, value):
        if value == "all":
            return queryset
        if value == "overdue":
            return queryset.overdue(self.user.today)
        return queryset.filter(state=value)

    def by_money(self, queryset, name, value):
        return queryset.filter(amount__isnull=value == "no")

    def by_word(self, queryset, name, value):
        if value == "none":
            return queryset.filter(state=SupportState.DONE, word="")
        if value == "said":
            return queryset.filter(word__in=SPOKEN)
        return queryset.filter(word=value)


class DeliveryFilter(SupportFilter):
    """What promised against delivered is narrowed to; its lines are all states of an item."""

    MORE = ("itself", "host", "unit")
    q = state = done_from = done_to = money = word = None


ITEMS_AT = Address(SupportFilter, SupportItem.objects.visible_to, TABS, tab_name="state")
