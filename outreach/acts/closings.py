"""Closing a year."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions import closings as actions
from outreach.forms.closings import CloseYearForm
from outreach.rules import years as rules
from portal.pages.acts import Act, Acts, crumbs_under

CLOSINGS = Acts(
    "outreach",
    "closing",
    "",
    None,
    crumbs_under(_("Year-end closing"), "outreach:year_closings"),
    listing="outreach:year_closings",
    address=lambda closing: reverse("outreach:year_closings"),
    acts=(),
    starts=(
        Act(
            "close_year",
            _("Close a year"),
            rules.may_close_years,
            actions.close_year,
            CloseYearForm,
            "year-closings/new/",
            initial=lambda user, _none: {"year": user.today.year - 1},
            submit=_("Close the year"),
            intro=_(
                "The matters that were open at the end of the year are noted as carried over; they "
                "stand in next year's statistics. The matters themselves stay as they are."
            ),
            audit={"year.closed": _("Year closed, open matters carried over")},
        ),
    ),
)
