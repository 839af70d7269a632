"""The address of the list of talks: tabs and filters, the same for page and sheet."""

from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address, LedgerFilter, between, choice
from portal.roles import Permission
from works.models import Talk
from works.models.talks import TalkTopic

MINE, ALL = pgettext_lazy("talks", "My talks"), pgettext_lazy("talks", "All that I may see")
VOID = pgettext_lazy("talks", "Void")


class TalkFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "area")
    alone = None
    topic = choice(pgettext_lazy("talks", "Class"), TalkTopic)
    from_day, to_day = between(
        "talked_on", pgettext_lazy("talks", "Talked from"), pgettext_lazy("talks", "Talked to")
    )


def _tabs(user):
    reads_more = user.holds(Permission.RECORD_FOR_OTHERS)
    return {"all": ALL, "mine": MINE, "void": VOID} if reads_more else {"mine": MINE, "void": VOID}


def _in_tab(rows, tab, user):
    if tab == "void":
        return rows.exclude(voided_at=None)
    return (rows.of(user) if tab == "mine" else rows).standing()


TALKS_AT = Address(TalkFilter, Talk.objects.visible_to, _tabs, tab_for=_in_tab)
