"""Research topics."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from research.filters.topics import TOPICS_AT
from research.rules import topics as rules

NEWEST = Sort(_("newest first"), "starts_on")

TOPIC_LIST = Listing(
    "research:topics",
    "research/topics/",
    _("Research topics"),
    TOPICS_AT,
    NEWEST,
    area=Area.GOING_DOWN,
    may_see=rules.may_see_research,
    counts={"running": lambda asked: asked.number_in("running")},
    columns=(
        Col(_("From and to"), cells.days("starts_on", "ends_on"), number=True),
        Col(
            pgettext_lazy("research", "Topic"), "title", "get_source_display", link=True, bare=True
        ),
        Col(pgettext_lazy("research", "Lead organ"), "lead_organ.label"),
        Col(_("Head of the group"), "leader.name"),
        state(),
    ),
    begin=Button(_("Draft a topic"), "research:new_topic", rules.may_draft_topics),
    empty=(
        Empty(
            _("No topics here"),
            _("A topic is drafted by its lead organ and decided by its leader or Party group."),
            begins=True,
        ),
        Empty(
            _("No topics here"),
            _("Topics of your organ, and those that you lead or are a member of, stand here."),
        ),
    ),
)
