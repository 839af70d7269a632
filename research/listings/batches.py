"""Batches of research."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages import cells
from portal.pages.listings import Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from research.filters.batches import BATCHES_AT
from research.rules import topics as rules


def _title(batch, asked):
    return f"{batch.topic.title} · {batch.label}"


BATCH_LIST = Listing(
    "research:batches",
    "research/batches/",
    _("Research batches"),
    BATCHES_AT,
    Sort(_("newest first"), "starts_on"),
    area=Area.GOING_DOWN,
    may_see=rules.may_see_research,
    counts={"running": lambda asked: asked.number_in("running")},
    columns=(
        Col(_("From and to"), cells.days("starts_on", "ends_on"), number=True),
        Col(pgettext_lazy("research", "Topic"), _title, link=True, bare=True),
        Col(pgettext_lazy("research", "Lead organ"), "topic.lead_organ.label"),
        Col(_("State"), cells.stands, bare=True),
    ),
    empty=(
        Empty(
            _("No batches here"),
            _("A batch is planned on the page of its topic, once the topic is decided."),
        ),
    ),
)
