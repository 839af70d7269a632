"""Entries that were not carried out: one's own, and for the office those of its people."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import by_day
from portal.roles import Permission as P
from sync.filters.entries import ENTRIES_AT
from sync.rules import entries as rules


def _sees_others(asked):
    return asked.user.holds(P.MANAGE_PEOPLE)


def _received(entry, asked):
    return cells.day(entry.received_on, asked.today)


def _kept(entry, asked):
    return entry.expires_on and cells.until(entry.expires_on, asked.today)


ENTRY_LIST = Listing(
    "sync:entries",
    "phones/entries/",
    _("Entries that were not carried out"),
    ENTRIES_AT,
    by_day("received_at"),
    area=Area.GOING_DOWN,
    may_see=rules.may_see_entries,
    intro=_(
        "What a phone brought and the portal could not carry out. Its author corrects it or drops "
        "it with a reason; the office sees neither reflections nor contacts."
    ),
    for_list=lambda rows, asked: rows.select_related("owner__organ"),
    counts={"to_decide": lambda asked: asked.number_in("to_decide")},
    columns=(
        Col(pgettext_lazy("entry", "What it is"), "kind_label", link=True),
        Col(
            pgettext_lazy("entry", "Written by"),
            "owner.name",
            "owner.organ.label",
            when=_sees_others,
        ),
        Col(_("Received"), _received, number=True, sort="newest oldest"),
        Col(pgettext_lazy("entry", "Why"), "get_cause_display"),
        Col(pgettext_lazy("entry", "Kept until"), "expires_on", _kept, number=True),
        state(),
    ),
    below=(Button(_("Failures of phones"), "sync:failures", rules.may_see_failures),),
    empty=(
        Empty(
            _("Nothing waits here"),
            _("What a phone sends is carried out at once; what could not be stands here."),
        ),
    ),
)
