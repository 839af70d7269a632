"""Polls whose paper is typed, with their batches."""

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from evaluation.filters.paper import PAPER_AT
from evaluation.models import PaperBatch
from evaluation.models.paper import PaperState
from evaluation.rules import paper as rules
from portal.pages import cells
from portal.pages.listings import Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort


def _count_heaps(page, asked):
    is_open = ~Q(state=PaperState.COMPLETE)
    heaps = PaperBatch.objects.filter(poll__in=[poll.pk for poll in page]).order_by()
    counted = heaps.values("poll").annotate(n=Count("pk"), open=Count("pk", filter=is_open))
    found = {pk: (n, still) for pk, n, still in counted.values_list("poll", "n", "open")}
    for poll in page:
        poll.heaps, poll.open_heaps = found.get(poll.pk, (None, 0))


NOT_COMPLETE = cells.said(_("%(n)s not complete"), str, n="open_heaps")

PAPER_LIST = Listing(
    "evaluation:paper_polls",
    "paper/",
    _("Paper ballots"),
    PAPER_AT,
    Sort(_("newest first"), "id"),
    area=Area.EVALUATION,
    may_see=rules.may_open_paper,
    keeps_filters=True,
    intro=_(
        "Each batch is typed twice, by two people. Where they differ, the paper decides. When "
        "the poll closes, the entries become ballots and are then erased."
    ),
    load=_count_heaps,
    columns=(
        Col(_("Place"), "unit.name", cells.above(), link="evaluation:paper_of_poll"),
        Col(_("Cycle"), "cycle.title", cells.after(_("ballots until"), "cycle.ballots_until")),
        Col(_("Batches"), "heaps", NOT_COMPLETE),
    ),
    empty=(
        Empty(
            _("No polls here"),
            _("Nothing under these filters; take one of them away."),
            filtered=True,
        ),
        Empty(
            _("No polls here"),
            _("A poll stands here once it is opened; then its paper can be typed."),
        ),
    ),
)
