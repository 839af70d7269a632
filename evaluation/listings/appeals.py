"""Objections to scores."""

from django.utils.translation import gettext_lazy as _

from evaluation.acts.appeals import LIST
from evaluation.filters.appeals import APPEALS_AT
from portal.pages import cells
from portal.pages.listings import Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.rules import may_see_people

NEWEST = Sort(_("newest first"), "filed_at")
OLDEST = Sort(_("longest waiting first"), "filed_at", descending=False)


def _sorts(asked):
    """Open objections by default show the longest waiting first."""
    if asked.tab == "filed":
        return {"oldest": OLDEST, "newest": NEWEST}
    return {"newest": NEWEST, "oldest": OLDEST}


def _decided(appeal, asked):
    return cells.moment(appeal.decided_at) if appeal.decided_at else ""


APPEAL_LIST = Listing(
    "evaluation:appeals",
    "objections/",
    LIST,
    APPEALS_AT,
    _sorts,
    area=Area.EVALUATION,
    may_see=may_see_people,
    keeps_filters=True,
    columns=(
        Col(_("Who objects"), "appraised.name", "appraised.organ_name", link=True),
        Col(_("Cycle"), "appraised.cycle.title"),
        Col(_("Filed"), cells.at("filed_at"), "filed_by.name", sort="newest oldest"),
        state("state", _decided),
    ),
    empty=(
        Empty(
            _("No objections here"),
            _("Nothing under these filters; take one of them away."),
            filtered=True,
        ),
        Empty(
            _("No objections here"),
            _(
                "While scores are published, whoever is appraised objects from the page of their "
                "score."
            ),
        ),
    ),
)
