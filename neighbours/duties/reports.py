"""Duties: reports of branches to confirm, lines of a quarter to write. Nobody is reminded of a
line, and none is ever late."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbours.models import BranchReport
from portal.duties.duty import Duty, Reach, Told, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P

HOST = Reach(P.PUBLISH_NEEDS)


def _load(rows):
    return rows.for_list()


register(
    Area.STAYS,
    Noun("branch_report", names_of(BranchReport, "party__name"), "neighbours:branch_report"),
    Duty(
        code="report_to_confirm",
        title=_("Reports of branches to confirm"),
        act=pgettext_lazy("reports", "Confirm it"),
        records=lambda on: BranchReport.objects.to_confirm(),
        whose=HOST,
        load=_load,
        item=item("party.name", "unit.name", "neighbours:confirm_branch_report"),
        sort=oldest("reported_on", "pk"),
        told=Told(_("The Party organisation of an organ has reported"), "branch_report"),
    ),
    Duty(
        code="quarter_line",
        title=_("Lines of the quarter, one for each branch that reported"),
        act=pgettext_lazy("reports", "Write it"),
        records=BranchReport.objects.without_line,
        whose=HOST,
        load=_load,
        item=item("party.name", "unit.name", "neighbours:write_quarter_line"),
        sort=oldest("confirmed_on", "pk"),
    ),
    use="needs",
)
