"""双报到单位: Party organisations of organs that report to communities."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbours.filters.reports import LINES_AT, REPORTS_AT
from neighbours.ledgers.reports import BRANCH_REPORT_LEDGER, QUARTER_LINE_LEDGER
from neighbours.models import QuarterLine
from neighbours.rules import reports as rules
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P
from portal.trust import wall

NEWEST = Sort(pgettext_lazy("reports", "newest first"), "created_at")


REPORT_LIST = Listing(
    "neighbours:branch_reports",
    "branch-reports/",
    _("Branches that reported"),
    REPORTS_AT,
    NEWEST,
    area=Area.STAYS,
    may_see=rules.may_see_reports,
    intro=_(
        "Party organisations of organs that report to communities. Voluntary: no hours, no heads, "
        "no ranking. What residents raise there becomes a matter."
    ),
    columns=(
        Col(_("Party organisation"), "party.name", "organ.label", link=True),
        Col(pgettext_lazy("reports", "Community"), "unit.name", "township.name"),
        Col(_("What it can offer"), "resources"),
        Col(pgettext_lazy("reports", "Reported on"), "reported_on", number=True),
        state(),
    ),
    begin=Button(_("Write a report"), "neighbours:draft_branch_report", P.OFFER_HELP),
    buttons=(Button(_("Lines of the quarters"), "neighbours:quarter_lines"),),
    export=Export(BRANCH_REPORT_LEDGER, _("Export the sheet of reports")),
    empty=(
        Empty(
            _("No reports here"),
            _("The liaison of an organ writes the report of its Party organisation."),
            begins=True,
        ),
        Empty(
            _("No reports here"),
            _("When the Party organisation of an organ reports to a community, it stands here."),
        ),
    ),
)


def _with_matters(page, asked):
    numbers = {}
    lines = QuarterLine.objects.filter(pk__in=[line.pk for line in page])
    with wall.as_system("the matters that a report names"):
        lines = list(lines.prefetch_related("matters"))
    for line in lines:
        numbers[line.pk] = [one.number_label for one in line.matters.all()]
    for line in page:
        line.numbers = numbers[line.pk]


def _numbers(line, asked):
    return _(", ").join(line.numbers)


LINE_LIST = Listing(
    "neighbours:quarter_lines",
    "branch-reports/quarters/",
    _("Lines of the quarters"),
    LINES_AT,
    Sort(pgettext_lazy("reports", "newest first"), "written_at"),
    area=Area.STAYS,
    way=((_("Branches that reported"), "neighbours:branch_reports"),),
    may_see=rules.may_see_reports,
    for_list=lambda rows, asked: rows.select_related("report__party", "report__unit"),
    load=_with_matters,
    columns=(
        Col(_("Party organisation"), "report.party.name", "label", link=True),
        Col(pgettext_lazy("reports", "Community"), "report.unit.name"),
        Col(_("What it took part in"), "joined"),
        Col(_("How it was done"), "done"),
        Col(_("Raised by residents"), _numbers),
        Col(pgettext_lazy("reports", "Suggestions"), "advice"),
    ),
    export=Export(QUARTER_LINE_LEDGER, _("Export the lines of the quarters")),
    empty=(
        Empty(
            _("No lines here"),
            _("The host of a community writes one line a quarter about each report."),
        ),
    ),
)
