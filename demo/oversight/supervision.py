"""Supervised matters of the invented county from every source, in most of their states: one with a
second source, one extended, one sent back, one long-term, one revoked."""

from datetime import timedelta

from demo.oversight.words import rows, words
from demo.told import Storyteller
from oversight.actions import supervision
from pairing.models import ProminentProblem
from pairing.models.problems import ProblemState

REPORTS = {"县水利局": "liuyang", "县交通局": "zhengkai", "县民政局": "fengli"}
MONTHLY, HALF_MONTHLY = 30, 15


def make(county, plan):
    """Make the entries, in the order of their numbers."""
    if not county.is_tiny:
        _archived(county)
        _long_term(county)
        _closed(county)
        _revoked(county)
    _to_end(county)
    if not county.is_tiny:
        _reported(county)
    _under_way(county)
    if not county.is_tiny:
        _of_the_plan(county, plan)
        _being_set_up(county)


class Supervised:
    """One entry, in chronological order. `ago` is in days before the county's anchor."""

    def __init__(self, county, n, ago, *, days, due, about=None, title="", lead=None):
        self.county, self.told, self.entry = county, Storyteller(county), None
        self.desk, self.second, self.head, self.leader = map(
            self.told.user, ("wuxiaomei", "sunzhiyuan", "shenwenbin", "hezhiqiang")
        )
        source, named, content, occasion, organ = rows("entries")[n]
        self.lead = lead or self.told.organ(organ)
        self.entry = self.do(
            supervision.propose,
            ago,
            organ=self.desk.organ,
            source=source,
            given_on=self.told.day(ago + 2),
            occasion=occasion,
            about=about,
            title=title or named,
            content=content,
            lead_organ=self.lead,
            leader=self.leader.cadre if source == "leader" else None,
            official=None,
            due_on=county.anchor - timedelta(days=due),
            report_days=days,
        )

    def do(self, action, ago, *, by=None, **facts):
        return self.told.do(action, by or self.desk, ago, **facts)

    def move(self, action, ago, *, by=None, **facts):
        self.entry = self.do(action, ago, by=by, entry=self.entry, **facts)

    def submit(self, ago):
        self.move(supervision.submit_entry, ago)

    def establish(self, ago):
        self.submit(ago)
        self.move(supervision.establish, ago, by=self.head)

    def give(self, ago):
        self.establish(ago + 1)
        self.move(supervision.assign_entry, ago)

    def sign(self, given, signed):
        self.give(given)
        self.move(supervision.sign_entry, signed, by=self.reporter)

    @property
    def reporter(self):
        return self.told.user(REPORTS[self.lead.short_name])

    def tell(self, *days):
        """Report progress on these days (ago), with the sentences of the texts."""
        for ago, (text,) in zip(days, rows("progress"), strict=False):
            self.move(supervision.report_progress, ago, by=self.reporter, text=text)

    def report(self, ago, code):
        text = words("results")[code]
        self.move(supervision.report_result, ago, by=self.reporter, text=text)

    def review(self, ago):
        opinion = words("supervision words")["opinion"]
        self.move(supervision.review_entry, ago, by=self.second, opinion=opinion)

    def end(self, ago, by):
        self.move(supervision.end_entry, ago, by=by)


def _said(code):
    return words("supervision words")[code]


def _under_way(county):
    """A prominent problem of the county with a second source; its next report is due."""
    problems = ProminentProblem.objects.exclude(state=ProblemState.SOLVED)
    problem = problems.select_related("organ").order_by("pk").first()
    known = {}
    if problem and problem.organ.short_name in REPORTS:
        lead = county.places.organs[problem.organ.short_name]
        known = {"about": {"problem": problem}, "title": str(problem.title), "lead": lead}
    one = Supervised(county, 0, 32, days=HALF_MONTHLY, due=-25, **known)
    one.sign(30, 30)
    one.tell(15)
    ground = {"source": "leader", "given_on": one.told.day(12), "occasion": _said("joined")}
    one.move(supervision.join_ground, 11, **ground)


def _to_end(county):
    """Waits to be ended by the leader who gave the instruction."""
    one = Supervised(county, 1, 48, days=MONTHLY, due=-10)
    one.sign(46, 45)
    one.tell(20)
    one.report(5, "leader")
    one.review(2)


def _reported(county):
    one = Supervised(county, 2, 40, days=HALF_MONTHLY, due=-6)
    one.sign(38, 37)
    one.tell(24)
    one.report(3, "meeting")


def _of_the_plan(county, plan):
    """An overdue task of the plan, assigned to its organ, which has not signed yet."""
    item = plan.items.filter(task__startswith="困难群众救助").select_related("lead_organ").first()
    one = Supervised(county, 3, 4, days=HALF_MONTHLY, due=-40, about={"item": item})
    one.give(2)


def _archived(county):
    one = Supervised(county, 4, 170, days=MONTHLY, due=90)
    one.sign(168, 167)
    one.tell(140, 112)
    one.report(98, "upper")
    one.review(95)
    one.end(94, one.head)
    one.move(supervision.archive_entry, 80)


def _closed(county):
    """Urged, extended once, sent back once, then written off."""
    one = Supervised(county, 5, 110, days=HALF_MONTHLY, due=50)
    one.sign(108, 107)
    one.tell(93, 79)
    one.move(supervision.urge_entry, 62, text=_said("urged"))
    new_day = {"due_on": county.anchor - timedelta(days=25), "reason": _said("extended")}
    one.move(supervision.extend_entry, 58, **new_day)
    one.report(40, "done")
    one.move(supervision.return_entry, 37, by=one.second, reason=_said("returned"))
    one.report(32, "done")
    one.review(30)
    one.end(29, one.head)


def _being_set_up(county):
    """One to be decided by the head of the desk, and one to be assigned to its organ."""
    Supervised(county, 7, 3, days=HALF_MONTHLY, due=-45).establish(2)
    Supervised(county, 6, 2, days=MONTHLY, due=-60).submit(1)


def _long_term(county):
    one = Supervised(county, 8, 130, days=MONTHLY, due=20)
    one.sign(128, 127)
    one.tell(100, 72)
    later = {"due_on": county.anchor + timedelta(days=160), "reason": _said("long")}
    one.move(supervision.take_long_term, 45, by=one.head, **later)
    one.tell(44, 16)


def _revoked(county):
    one = Supervised(county, 9, 60, days=MONTHLY, due=-20)
    one.sign(58, 57)
    one.move(supervision.revoke_entry, 50, by=one.head, reason=_said("revoked"))
