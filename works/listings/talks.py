"""Heart-to-heart talks."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from works.filters.talks import TALKS_AT
from works.ledgers.talks import TALK_LEDGER
from works.rules import talks as rules


def _with_whom(talk, asked):
    if talk.other_id or rules.may_read_worker(asked.user, talk):
        return talk.other.name if talk.other_id else talk.other_name
    return talk.with_whom


def _void(talk, asked):
    if talk.is_void:
        return talk.get_void_reason_display()
    if rules.may_void(asked.user, talk):
        return cells.link(reverse("works:void_talk", args=[talk.pk]), pgettext("talks", "Void it"))
    return ""


TALK_LIST = Listing(
    "works:talks",
    "works/talks/",
    _("Heart-to-heart talks"),
    TALKS_AT,
    Sort(pgettext_lazy("talks", "newest first"), "talked_on"),
    area=Area.GOING_DOWN,
    may_see=rules.may_see_talks,
    intro=_(
        "When, who with whom, and of what class. What was said is written down nowhere; nobody is "
        "reminded or compared."
    ),
    columns=(
        Col(_("Date"), "talked_on", number=True),
        Col(pgettext_lazy("talks", "Who talked"), "cadre.name", "organ.label", bare=True),
        Col(pgettext_lazy("talks", "With whom"), _with_whom, "unit.name", bare=True),
        Col(pgettext_lazy("talks", "Class"), "get_topic_display"),
        Col(_("What you can do"), _void, silent=True),
    ),
    begin=Button(_("Enter a talk"), "works:enter_talk", rules.may_enter),
    export=Export(
        TALK_LEDGER, pgettext_lazy("talks", "Export the register"), may=rules.may_export_talks
    ),
    empty=(
        Empty(
            _("No talks here"),
            _("Enter the day, the other person and the class; a talk is entered once."),
            begins=True,
        ),
        Empty(_("No talks here"), _("Talks stand here for those who talked.")),
    ),
)
