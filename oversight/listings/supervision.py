"""The register of supervision."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.filters.supervision import ENTRIES_AT
from oversight.ledgers.supervision import SUPERVISION_LEDGER
from oversight.rules import supervision as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort, counted

NEWEST = Sort(pgettext_lazy("oversight", "newest first"), "created_at")
BY_DAY = Sort(_("by deadline"), "due_on", descending=False)


def _sorts(asked):
    if asked.tab in ("open", "late"):
        return {"due": BY_DAY, "newest": NEWEST}
    return {"newest": NEWEST, "due": BY_DAY}


def _due(entry, asked):
    return cells.until(entry.due_on, asked.today) if entry.is_open else ""


ENTRY_LIST = Listing(
    "oversight:supervision",
    "oversight/supervision/",
    _("Register of supervision"),
    ENTRIES_AT,
    _sorts,
    area=Area.EVALUATION,
    may_see=rules.may_see_supervision,
    counts={"late": lambda asked: counted(asked.rows_in("late"), up_to=999)[0]},
    columns=(
        Col(
            pgettext_lazy("supervision", "Matter"),
            "title",
            "number_label",
            "get_source_display",
            link=True,
            bare=True,
        ),
        Col(pgettext_lazy("supervision", "Lead organ"), "lead_organ.label"),
        Col(_("Instructing leader"), "leader.name"),
        Col(pgettext_lazy("supervision", "Until"), "due_on", _due, number=True, sort="due"),
        Col(_("Last report"), "last_report_on", number=True),
        state(),
    ),
    begin=Button(_("Propose supervision"), "oversight:propose_entry", rules.may_propose),
    below=(Button(_("Not under supervision yet"), "oversight:unsupervised", rules.may_propose),),
    export=Export(SUPERVISION_LEDGER, _("Export the ledger")),
    empty=(
        Empty(
            _("Nothing is under supervision here"),
            _("The desk proposes what leaders instructed and meetings decided; one matter once."),
            begins=True,
        ),
        Empty(
            _("Nothing is under supervision here"),
            _("What is given to your organ, or carries your name, stands here."),
        ),
    ),
)
