"""The years that were closed (结转)."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.models import YearClosing
from outreach.rules.years import may_close_year, may_close_years
from portal.pages import cells
from portal.pages.filters import Address
from portal.pages.listings import Button, Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.rules import may_read_statistics
from portal.sheets.statistics import Subject


def _name(page, asked):
    """Add the name of each closing's subject and the link to its matters in the ledger."""
    for closing in page:
        subject = Subject.of_record(closing)
        closing.name = subject.name
        query = {"tab": "all", **subject.where, "noted": closing.year}
        closing.link = f"{reverse('outreach:matters')}?{urlencode(query)}"


def _state(closing, asked):
    if closing.undone_at:
        facts = {"name": closing.undone_by.name, "reason": closing.reason}
        return gettext("taken back by %(name)s: %(reason)s") % facts
    # The page of the act checks whether the year was reported since.
    if not may_close_year(asked.user, Subject.of_record(closing)):
        return ""
    address = reverse("outreach:undo_closing", args=[closing.pk])
    return format_html('<a href="{}">{}</a>', address, gettext("Take the closing back"))


def _carried(closing, asked):
    if closing.undone_at:
        return closing.count
    return format_html('<a href="{}">{}</a>', closing.link, closing.count)


CLOSING_LIST = Listing(
    "outreach:year_closings",
    "year-closings/",
    _("Year-end closing"),
    Address(None, YearClosing.objects.visible_to),
    Sort(_("newest first"), "closed_at"),
    area=Area.GOING_DOWN,
    may_see=may_read_statistics,
    for_list=lambda rows, asked: rows.select_related("division", "organ", "closed_by", "undone_by"),
    load=_name,
    columns=(
        Col(_("Year"), "year", number=True),
        Col(_("Area"), "name", bare=True),
        Col(_("Carried over"), _carried),
        Col(_("Closed over by"), "closed_by.name", cells.at("closed_at"), bare=True),
        Col(_("State"), _state),
    ),
    begin=Button(_("Close a year"), "outreach:close_year", may_close_years),
    empty=(
        Empty(
            _("No year is closed yet"),
            _(
                "When a year is over, the office may keep the list of the matters that were open. "
                "The next year's statistics count them without it."
            ),
        ),
    ),
)
