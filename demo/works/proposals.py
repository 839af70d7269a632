"""Proposals of the factory's workers' congress, in each state."""

from uuid import NAMESPACE_OID, uuid5

from demo import texts
from demo.told import Storyteller
from outreach.actions import matters
from outreach.models import Matter
from portal.models import GrassrootsUnit
from portal.models.text import plain
from works.actions import proposals

FILE = "works.txt"
# Number of proposals in a tiny county: one handled, one filed, one to be filed.
TINY = 3


def make(county):
    told = Storyteller(county)
    hosts = [told.user(name) for name in ("hanlixin", "jianghongmei")]
    tell(told, told.organ("机械厂党委"), hosts, 70, TINY if county.is_tiny else None)


def tell(told, organ, hosts, first, most=None):
    """Make the proposals of one congress, collected `first` days ago and decided on by the organ's
    hosts, who also handle the matters that arise."""
    story = _Story(told, organ, hosts)
    rows = texts.rows(FILE, "proposals")[:most]
    for row in rows:
        if row[-1] != "collected":
            story.collect(first, *row)
    story.decide(first)
    story.take_up(first - 15)
    for row in rows:
        if row[-1] == "collected":
            story.collect(2, *row)


class _Story:
    def __init__(self, told, organ, hosts):
        self.told, self.organ = told, organ
        self.by, self.other = hosts
        (self.session,) = texts.sections(FILE)["sessions"]
        self.words = dict(texts.rows(FILE, "words"))
        units = GrassrootsUnit.objects.filter(host_organ=organ, kind="soe", parent__isnull=False)
        self.units = list(units.select_related("division").order_by("sort_order", "pk"))
        # {fate: proposals}
        self.made = {}

    def of(self, *fates):
        return [one for fate in fates for one in self.made.get(fate, [])]

    def collect(self, ago, category, title, text, delegation, seconders, fate):
        proposal = self.told.do(
            proposals.collect,
            self.by,
            ago,
            organ=self.organ,
            session=self.session,
            category=category,
            title=title,
            text=text,
            delegation=delegation,
            seconders=int(seconders),
        )
        self.made.setdefault(fate, []).append(proposal)

    def decide(self, first):
        def do(action, proposal, **facts):
            self.told.do(action, self.other, first - 10, proposal=proposal, **facts)

        for proposal in self.of("handled", "answered", "filed", "merges"):
            do(proposals.file, proposal)
        for proposal, target in zip(self.of("merged"), self.of("merges"), strict=True):
            do(proposals.merge, proposal, target=target)
        for proposal in self.of("refused"):
            do(proposals.refuse_to_file, proposal, reason=self.words["refused"])
        for proposal in self.of("withdrawn"):
            do(proposals.withdraw, proposal, reason=self.words["withdrawn"])

    def take_up(self, ago):
        for n, proposal in enumerate(self.of("handled", "answered")):
            unit = self.units[n % len(self.units)]
            taken = self.told.do(
                proposals.take_up,
                self.by,
                ago,
                proposal=proposal,
                unit=unit,
                group="",
                title=plain(proposal.title),
                category=proposal.category,
                request_text=plain(proposal.text),
                urgency="complex",
                client_key=uuid5(NAMESPACE_OID, f"proposal {proposal.title}"),
            )
            if proposal in self.of("answered"):
                self._answer(ago, taken.matter)

    def _answer(self, ago, matter):
        def move(code, by, days, **facts):
            facts |= {"matter": Matter.objects.get(pk=matter.pk), "code": code}
            self.told.do(matters.move_matter, by, ago - days, **facts)

        text = self.words["answered"]
        move("take_up", self.by, 1, organ=self.organ, officer="")
        move("report", self.by, 20, resolution="solved", text=text, method="person")
        move("pass_review", self.other, 22)
