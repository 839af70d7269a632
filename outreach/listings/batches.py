"""Batches of stays."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from outreach.filters.batches import BATCHES_AT
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import by_day
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision

WANTED = ngettext_lazy("%(n)s cadre wanted", "%(n)s cadres wanted", "n")


def _reads(user):
    if user.holds(P.MANAGE_STAYS) or user.holds(P.NOMINATE):
        return ALLOWED
    return Decision(_("Batches are kept by the programme office; organs nominate for them."))


def _nominated(batch, asked):
    """The number of nominations, only for those who keep batches."""
    return batch.nomination_count if asked.user.holds(P.MANAGE_STAYS) else ""


def _until(batch, asked):
    left = cells.until(batch.nominate_by) if batch.state == "nominating" else ""
    return cells.under(left, cells.day(batch.nominate_by))


BATCH_LIST = Listing(
    "outreach:batches",
    "batches/",
    _("Batches of stays"),
    BATCHES_AT,
    by_day("starts_on"),
    area=Area.STAYS,
    may_see=_reads,
    for_list=lambda rows, asked: rows.with_counts(),
    columns=(
        Col(_("Batch"), "title", "get_kind_display", "programme", link=True),
        Col(
            _("Term of the stays"),
            cells.days("starts_on", "ends_on"),
            number=True,
            sort="newest oldest",
        ),
        Col(_("Places"), "place_count", cells.said(WANTED, n="seat_count")),
        Col(_("Nominated"), _nominated),
        Col(_("Nominations until"), _until, number=True),
        state(),
    ),
    begin=Button(_("Begin a batch"), "outreach:new_batch", P.MANAGE_STAYS),
    empty=(
        Empty(
            _("No batch is under way"),
            _(
                "Begin one with its term; then add the places that need somebody and open it for "
                "nomination."
            ),
            tab="running",
            begins=True,
        ),
        Empty(
            _("No batch is under way"),
            _("When the programme office opens one for nomination, it stands here."),
            tab="running",
        ),
        Empty(_("No batches here"), _("Batches that are over stay here with all their steps.")),
    ),
)
