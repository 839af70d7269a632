"""Notices; those that await an answer come first."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.filters.notices import NOTICES_AT
from outreach.ledgers.notices import NOTICE_LEDGER
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.web import Sort, by_day
from portal.roles import Permission as P
from portal.rules import may_see_people

PUBLISHED, WRITTEN = by_day("published_on"), by_day("created_at")
BY_DEADLINE = {"due": Sort(_("by deadline"), "reply_due_on", descending=False)}
# Organs named in a row; the total is shown as well.
NAMED = 3


def _sorts(asked):
    """Drafts have no publication date; notices awaiting an answer have a deadline."""
    if asked.tab == "drafts":
        return WRITTEN
    return BY_DEADLINE | PUBLISHED if asked.tab == "waiting" else PUBLISHED


def _drafts(asked):
    return asked.tab == "drafts"


def _to_whom(notice, asked):
    organs = [organ.label for organ in notice.organs.all()][:NAMED]
    return gettext(", ").join(organs) or gettext("whole area")


def _roles(notice, asked):
    return cells.joined(" · ", notice.role_labels)


def _organs(notice, asked):
    if not notice.published_on:
        return ""
    n = notice.asked_count
    return ngettext("%(n)s organ", "%(n)s organs", n) % {"n": n}


def _reply(notice, asked):
    if not notice.asks_anything:
        return ""
    due, answered = notice.reply_due_on, ""
    if notice.published_on:
        numbers = {"answered": notice.answered_count, "asked": notice.asked_count}
        answered = gettext("%(answered)s of %(asked)s answered") % numbers
    left = cells.until(due) if notice.state == "published" else ""
    return cells.under(left, cells.day(due), answered)


NOTICE_LIST = Listing(
    "outreach:notices",
    "notices/",
    _("Notices"),
    NOTICES_AT,
    _sorts,
    may_see=may_see_people,
    counts={"waiting": lambda asked: asked.number_in("waiting")},
    columns=(
        Col(_("Written"), "created_at", number=True, when=_drafts, sort="newest oldest"),
        Col(
            _("Published on"),
            "published_on",
            number=True,
            when=lambda asked: not _drafts(asked),
            sort="newest oldest",
        ),
        Col(_("Notice"), "title", "organ.label", link=True, bare=True),
        Col(_("To whom"), _to_whom, _roles, _organs),
        Col(_("Reply slip"), _reply, sort="due"),
        state(),
    ),
    begin=Button(_("Write a notice"), "outreach:new_notice", P.PUBLISH_NOTICES),
    export=Export(
        NOTICE_LEDGER,
        _("Export the register of notices"),
        tabs=("waiting", "to_us", "by_us", "all"),
    ),
    empty=(
        Empty(
            _("No answer of yours is due"),
            _(
                "When a notice asks your organ for an answer, it stands here until one of you has "
                "answered."
            ),
            tab="waiting",
            button=Button(
                _("All notices to us"), "outreach:notices", query=lambda asked: "?tab=to_us"
            ),
        ),
        Empty(
            _("No drafts"),
            _("A notice is a draft until you publish it; only you see it."),
            tab="drafts",
        ),
        Empty(
            _("No notices here"),
            _("Published notices stay here, also when they were replaced or withdrawn."),
        ),
    ),
)
