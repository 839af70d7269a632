"""Closing a year."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.actions import closings as actions
from outreach.forms.closings import CloseYearForm
from outreach.models import YearClosing
from outreach.rules import years as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_closing(user):
    return YearClosing.objects.visible_to(user).select_related("division", "organ")


CLOSINGS = Acts(
    "outreach",
    "closing",
    "year-closings/<int:pk>/",
    visible_closing,
    crumbs_under(_("Year-end closing"), "outreach:year_closings"),
    listing="outreach:year_closings",
    address=lambda closing: reverse("outreach:year_closings"),
    acts=(
        Act(
            "undo_closing",
            _("Take the closing back"),
            rules.may_undo_closing,
            actions.undo_closing,
            ReasonForm,
            "undo/",
            intro=lambda closing: (
                gettext(
                    "The list of the %(n)s matters noted as carried over out of %(year)s goes; the "
                    "matters stay as they are. The year can then be closed again."
                )
                % {"n": closing.count, "year": closing.year}
            ),
            said=lambda closing, _done: (
                gettext("The closing of %(year)s is taken back.") % {"year": closing.year}
            ),
            audit={"year.closing_undone": _("Closing of a year taken back")},
        ),
    ),
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
            said=lambda _none, closing: (
                gettext("%(year)s is closed: %(n)s open matters are noted as carried over.")
                % {"year": closing.year, "n": closing.count}
            ),
            undo="undo_closing",
            audit={"year.closed": _("Year closed, open matters carried over")},
        ),
    ),
)
