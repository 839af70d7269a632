"""Items of help: the list, and those of one pairing within its page."""

from django.db.models import Sum
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext_lazy as _

from pairing.acts.support import reads_list
from pairing.filters.support import ITEMS_AT, STATES
from pairing.ledgers.support import SUPPORT_LEDGER
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.trust.access import ALLOWED, Decision

RECENT = Sort(_("promised last first"), "promised_on")
# Further sort orders only in tabs where their column is never empty and an index serves them.
DUE = Sort(_("due soonest first"), "promised_for", descending=False)
DONE = Sort(_("done last first"), "done_on")
FURTHER = {"promised": {"due": DUE}, "overdue": {"due": DUE}, "done": {"done": DONE}}


def may_read(user):
    if reads_list(user):
        return ALLOWED
    return Decision(_("Items of help are open to those who help, host or keep pairings."))


def with_states(items, today):
    """Set the state of each item today, “overdue” included, and its label."""
    for item in items:
        item.state_today = "overdue" if item.is_overdue(today) else item.state
        item.state_label = STATES[item.state_today]


HELPER = cells.together("organ.label", "pairing.cadre.name")


def _due(item, asked):
    is_open = item.state_today in {"promised", "overdue"}
    return cells.under(
        cells.until(item.promised_for) if is_open else "", cells.day(item.promised_for)
    )


def _amount(item, asked):
    if not item.amount:
        return cells.NONE
    amount = floatformat(item.amount, "2g")
    return cells.under(amount, item.get_source_display())


HELPED = Col(_("Who is helped"), "pairing.helped_label", cells.together(cells.above(), "unit.name"))
COLUMNS = (
    Col(_("What is promised"), "what", "get_kind_display", HELPER, link=True),
    HELPED,
    Col(_("Promised for"), _due, sort="due"),
    Col(_("Amount (yuan)"), _amount, number=True),
    state("state_today", "done_on", words="state_label", sort="done"),
    state("word", label=_("The people's word")),
)


def _yuan(asked):
    return cells.yuan(asked.rows.order_by().aggregate(yuan=Sum("amount"))["yuan"])


SUPPORT_ITEMS = Listing(
    "pairing:support_items",
    "support/",
    _("Items of help"),
    ITEMS_AT,
    lambda asked: {"recent": RECENT} | FURTHER.get(asked.tab, {}),
    area=Area.PAIRING,
    may_see=may_read,
    load=lambda page, asked: with_states(page, asked.today),
    sums=_yuan,
    columns=COLUMNS,
    buttons=(Button(_("Promised and delivered"), "pairing:support_delivery"),),
    export=Export(SUPPORT_LEDGER, _("Export the list of items"), "export_support"),
    empty=(
        Empty(
            _("No items here"),
            _("Nothing under these filters; take one of them away."),
            filtered=True,
        ),
        Empty(
            _("No items here"),
            _(
                "What is promised to a unit or a household is written on the page of its pairing, "
                "and stands here."
            ),
        ),
    ),
)
