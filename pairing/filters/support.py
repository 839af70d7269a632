"""The address of the list of items, the same for page, sheet and numbers."""

from django.utils.translation import gettext_lazy as _

from outreach.models.matters import SPOKEN, Word
from pairing.models import SupportItem
from pairing.models.support import SupportKind, SupportState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice

# State of an item today, from its stored state and its due day.
STATES = {
    "promised": _("Promised"),
    "overdue": _("Overdue, not done"),
    "done": _("Done"),
    "dropped": _("Dropped"),
    "all": _("All items"),
}
# Tabs act as a filter, so that numbers can link to them.
TABS = {"": _("All")} | {code: label for code, label in STATES.items() if code != "all"}
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
    kind = choice(_("Kind of help"), SupportKind.choices)
    state = choice(_("State"), [*STATES.items()], method="by_state")
    promised_from, promised_to = between("promised_on", _("Promised from"), _("Promised to"))
    due_from, due_to = between("promised_for", _("Promised for, from"), _("Promised for, to"))
    done_from, done_to = between("done_on", _("Done from"), _("Done to"))
    money = choice(
        _("Money"), [("yes", _("with money")), ("no", _("without money"))], method="by_money"
    )
    word = choice(_("The people's word"), WORDS, method="by_word")

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
    """Filters of promised against delivered, which counts items of all states."""

    MORE = ("itself", "host", "unit")
    q = state = done_from = done_to = money = word = None


ITEMS_AT = Address(SupportFilter, SupportItem.objects.visible_to, TABS, tab_name="state")
