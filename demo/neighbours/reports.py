"""Branches that reported to one community, in every state, with lines of a quarter and a problem
raised by residents. A tiny county has two."""

from uuid import NAMESPACE_OID, uuid5

from demo import texts
from demo.told import Storyteller
from neighbours.actions import reports as actions
from neighbours.models import QuarterLine
from neighbours.models.reports import before, quarter_of
from outreach.actions import matters
from outreach.models.matters import Category, Confidentiality, RaiserKind, Source
from portal.models import PartyOrganization

COMMUNITY, HOST = "河西社区", "zhangweidong"
PHONE = "0990-6600{:03}"


def make(county):
    _farm(county)
    _water(county)
    if not county.is_tiny:
        _roads(county)
        _relief(county)
        _party(county)


class Reporting:
    """One report, in chronological order. `ago` is in days before the county's anchor."""

    def __init__(self, county, code, organ, contact, by="liming"):
        self.county, self.code, self.told = county, code, Storyteller(county)
        self.host, self.writer = self.told.user(HOST), self.told.user(by)
        self.organ, self.contact, self.report = self.told.organ(organ), contact, None
        rows = {row[0]: row[1:] for row in texts.rows("reports.txt", "reports")}
        self.resources, self.opinion = rows[code]

    def do(self, action, ago, by, **facts):
        return self.told.do(action, by, ago, **facts)

    def move(self, action, ago, by, **facts):
        self.report = self.do(action, ago, by, report=self.report, **facts)

    def draft(self, ago):
        parties = PartyOrganization.objects.filter(organ=self.organ, kind="branch")
        self.report = self.do(
            actions.draft_report,
            ago,
            self.writer,
            party=parties.select_related("organ__division").order_by("pk").first(),
            unit=self.county.places.unit(COMMUNITY),
            contact_name=self.contact,
            contact_phone=PHONE.format(self.organ.sort_order % 1000),
            resources=self.resources,
        )

    def hand_in(self, ago):
        self.draft(ago + 1)
        self.move(actions.hand_in, ago, self.writer)

    def confirm(self, handed_in, confirmed):
        self.hand_in(handed_in)
        self.move(actions.confirm_report, confirmed, self.host, opinion=self.opinion)

    def line(self, ago):
        """Write the line of the quarter before that day."""
        year, quarter = before(*quarter_of(self.told.day(ago)))
        rows = {row[0]: row[1:] for row in texts.rows("reports.txt", "lines")}
        words = dict(zip(("joined", "done", "advice"), rows[self.code], strict=True))
        facts = {"year": year, "quarter": quarter, **words}
        self.move(actions.write_line, ago, self.host, **facts)

    def hear(self, ago):
        rows = {row[0]: row[1:] for row in texts.rows("reports.txt", "raised")}
        title, text = rows[self.code]
        lines = QuarterLine.objects.select_related("report").filter(report=self.report)
        matter = self.do(
            actions.hear_problem,
            ago,
            self.host,
            line=lines.latest("pk"),
            unit=self.report.unit,
            source=Source.RESIDENTS,
            cadre=self.host.cadre,
            client_key=uuid5(NAMESPACE_OID, f"report {self.code}"),
            title=title,
            request_text=text,
            category=Category.ENVIRONMENT,
            urgency="normal",
            raiser_kind=RaiserKind.VILLAGER,
            confidentiality=Confidentiality.ANONYMOUS,
        )
        self.do(matters.move_matter, ago - 1, self.host, matter=matter, code="take_up")


def _farm(county):
    """A confirmed report with the line of the last quarter and a problem that became a matter."""
    one = Reporting(county, "farm", "县农业农村局", "陈静", by="chenjing")
    one.confirm(152, 150)
    one.line(6)
    one.hear(5)


def _water(county):
    """A report to be confirmed."""
    Reporting(county, "water", "县水利局", "刘洋").hand_in(2)


def _roads(county):
    one = Reporting(county, "roads", "县交通局", "郑凯")
    one.confirm(122, 120)
    one.line(7)


def _relief(county):
    """A report ended after some months; no reason is asked."""
    one = Reporting(county, "relief", "县民政局", "冯丽")
    one.confirm(202, 200)
    one.move(actions.end_report, 40, one.writer)


def _party(county):
    """A draft."""
    Reporting(county, "party", "县委组织部", "李明").draft(1)
