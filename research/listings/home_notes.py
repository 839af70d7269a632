"""Home notes: one's own, and for the office those given to it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.listings import Button, Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from research.filters.home_notes import HOME_NOTES_AT
from research.rules import home_notes as rules
from research.rules.topics import may_see_research

VOLUNTARY = _(
    "What one sees at home may be written down, and need not be. It is its author's alone, until "
    "given to the office; nobody counts or reminds."
)


def _given(note, asked):
    return _("given to the office") if note.is_given else _("yours alone")


HOME_NOTE_LIST = Listing(
    "research:home_notes",
    "research/home-notes/",
    _("Home notes"),
    HOME_NOTES_AT,
    Sort(_("newest first"), "seen_on"),
    area=Area.GOING_DOWN,
    may_see=may_see_research,
    for_list=lambda rows, asked: rows.select_related("author__organ"),
    columns=(
        Col(_("Day"), "seen_on", number=True),
        Col(pgettext_lazy("research", "Where"), "place", link=True, bare=True),
        Col(_("Cadre"), "author.name", "author.organ.label"),
        Col(_("State"), _given),
    ),
    begin=Button(_("Write a home note"), "research:new_home_note", rules.may_write_home_note),
    empty=(Empty(_("No home notes"), VOLUNTARY, begins=True), Empty(_("No home notes"), VOLUNTARY)),
)
