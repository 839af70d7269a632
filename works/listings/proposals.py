"""Proposals of the workers' congress."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from works.filters.proposals import PROPOSALS_AT
from works.ledgers.proposals import PROPOSAL_LEDGER
from works.rules import proposals as rules

PROPOSAL_LIST = Listing(
    "works:proposals",
    "works/proposals/",
    _("Proposals of the workers' congress"),
    PROPOSALS_AT,
    Sort(pgettext_lazy("proposals", "newest first"), "created_at"),
    area=Area.GOING_DOWN,
    may_see=rules.may_see_proposals,
    intro=_(
        "Collected, filed or not, then given to be handled as a matter. From then on handling, "
        "answer and the proposer's word are those of the matter."
    ),
    columns=(
        Col(
            pgettext_lazy("proposals", "Proposal"),
            "title",
            "number_label",
            "get_category_display",
            link=True,
            bare=True,
        ),
        Col(pgettext_lazy("proposals", "Session"), "session"),
        Col(_("Delegation"), "delegation", cells.said(_("%(n)s second it"), n="seconders")),
        Col(_("Handled by"), "matter.lead_organ.label"),
        state(words="stage_label", field="stage"),
    ),
    begin=Button(_("Collect a proposal"), "works:collect_proposal", rules.may_collect),
    export=Export(
        PROPOSAL_LEDGER, pgettext_lazy("proposals", "Export the register"), name="export_proposals"
    ),
    empty=(
        Empty(
            _("No proposals here"),
            _("Write down what the delegates hand in, one proposal each; nobody is named."),
            begins=True,
        ),
        Empty(_("No proposals here"), _("The host of an enterprise collects them.")),
    ),
)
