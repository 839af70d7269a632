"""What enterprises made public to their workers."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from works.filters.disclosures import DISCLOSURES_AT
from works.ledgers.disclosures import DISCLOSURE_LEDGER
from works.rules import disclosures as rules


def _withdraw(disclosure, asked):
    if disclosure.is_withdrawn:
        return disclosure.withdrawn_why
    if rules.may_withdraw(asked.user, disclosure):
        to = reverse("works:withdraw_disclosure", args=[disclosure.pk])
        return cells.link(to, pgettext("disclosures", "Withdraw"))
    return ""


DISCLOSURE_LIST = Listing(
    "works:disclosures",
    "works/disclosures/",
    _("Openness of the enterprise"),
    DISCLOSURES_AT,
    Sort(pgettext_lazy("disclosures", "newest first"), "published_on"),
    area=Area.GOING_DOWN,
    may_see=rules.may_see_disclosures,
    intro=_(
        "What was made public to the workers, where and when. Suggestions of workers are matters "
        "of the ledger."
    ),
    columns=(
        Col(pgettext_lazy("disclosures", "Made public on"), "published_on", number=True),
        Col(
            pgettext_lazy("disclosures", "Content"),
            "title",
            "get_item_display",
            "document",
            bare=True,
        ),
        Col(pgettext_lazy("disclosures", "By"), "organ.label", "unit.name"),
        Col(pgettext_lazy("disclosures", "Way"), "get_way_display"),
        Col(_("What you can do"), _withdraw, silent=True),
    ),
    begin=Button(_("Enter a disclosure"), "works:disclose", rules.may_disclose),
    export=Export(DISCLOSURE_LEDGER, pgettext_lazy("disclosures", "Export the register")),
    empty=(
        Empty(
            _("Nothing was made public here"),
            _("Enter each item once it is on the board, on the intranet or told at a meeting."),
            begins=True,
        ),
        Empty(
            _("Nothing was made public here"),
            _("The host of an enterprise enters what was made public."),
        ),
    ),
)
