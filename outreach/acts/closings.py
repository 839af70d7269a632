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
                "The statistics count what was open at the end of a year by themselves. Closing "
                "the year keeps the list of that day; the matters themselves stay as they are. You "
                "see first what would be noted."
            ),
            template="outreach/close_year.html",
            audit={"year.closed": _("Year closed, open matters carried over")},
        ),
    ),
)
