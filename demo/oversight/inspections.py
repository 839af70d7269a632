"""Inspections of the invented county in most of their states: one of closed matters with the three
figures and an upheld objection, one of places with findings in every state, and a re-visit without
a mandate.

A tiny county has only the first.
"""

from datetime import date, timedelta
from itertools import cycle

from demo.oversight.words import rows, words
from demo.told import Storyteller
from outreach.models.matters import Category, Closure
from oversight.actions import findings, inspections
from oversight.closures.bounds import LEAST
from oversight.inspections import frames, planner
from oversight.models import InspectedRow, InspectionNote, Objection
from oversight.models.inspections import DrawnFrom, Mandate, Said, Seen, Way
from oversight.models.plans import end_of_quarter, last_quarter
from oversight.rules import inspections as rules
from portal.days import workdays
from portal.records import audit
from portal.sampling.seed import LEAST_THROWS, SeedKind
from portal.tools.saving import put

TOWNSHIPS = ("石桥镇", "青山乡")
# {organ: user who checks the facts about it and answers its notices}.
ANSWERS = {
    "县水利局": "liuyang",
    "县交通局": "zhengkai",
    "县民政局": "fengli",
    "县农业农村局": "chenjing",
    "石桥镇": "zhangweidong",
    "青山乡": "zhoudayong",
}
# Categories whose result can be seen on site.
TO_BE_SEEN = {Category.INFRASTRUCTURE, Category.ENVIRONMENT, Category.SAFETY, Category.CULTURE}
# A quarter must have ended this many days ago for its inspection to be completed.
LONG = 60
# Intolerable rate of untrue closures, and the risk of overlooking it, in per cent.
TOLERABLE, RISK = 5, 5
DISCIPLINE = (
    "轻车简从，不要求陪同，不要求准备汇报材料；群众反映的与本次督查无关的事项，按民情台账登记。"
)
HOW_TO_REPORT = "书面报督查室，附整改情况报告单"


def make(county):
    _closures(county)
    if not county.is_tiny:
        _services(county)
        _signing(county)
        _policy(county)
        _in_other_states(county)


class Inspecting:
    """One inspection of an organ of supervision, in chronological order. `ago` is in days before
    the county's anchor, negative in the future."""

    def __init__(self, county, code, organs):
        self.county, self.code, self.told = county, code, Storyteller(county)
        self.leads, self.head, self.approves = map(
            self.told.user, ("qinshaohua", "sunzhiyuan", "hezhiqiang")
        )
        self.organs = [self.told.organ(name) for name in organs]
        self.members = _members(county)
        self.found, self.made = {}, None

    def do(self, action, ago, *, by=None, **facts):
        return self.told.do(action, by or self.leads, ago, **facts)

    def move(self, action, ago, *, by=None, **facts):
        self.made = self.do(action, ago, by=by, inspection=self.made, **facts)

    def day(self, ago):
        return self.told.day(ago) if ago > 0 else self.county.anchor - timedelta(days=ago)

    # --- The plan and the draw -------------------------------------------------------------

    def plan(self, ago, first, last, *, mandate=Mandate.PLAN, before="", **plan):
        title, scope, content = rows(f"inspection {self.code}")[0]
        day = self.told.day(ago)
        if mandate:
            number = self.county.document("云督", day)
            plan["mandate_number"] = f"{number}第三项" if mandate == Mandate.PLAN else number
        facts = {"ways": [Way.RANDOM, Way.ON_SITE], "discipline": DISCIPLINE, **plan}
        self.made = self.do(
            inspections.plan_inspection,
            ago,
            organ=self.leads.organ,
            inspected=self.organs,
            title=before + title,
            mandate=mandate,
            scope=scope,
            content=content,
            starts_on=self.day(first),
            ends_on=self.day(last),
            head=self.head.cadre,
            members=self.members,
            approver=self.approves.cadre,
            **facts,
        )

    def approve(self, submitted, approved):
        self.move(inspections.submit_inspection, submitted)
        self.move(inspections.approve_inspection, approved, by=self.approves)

    def freeze(self, ago):
        self.move(inspections.freeze_frame, ago)

    def draw(self, ago):
        thrown = "".join(self.county.rng.choices("123456", k=LEAST_THROWS + 5))
        facts = {"kind": SeedKind.DICE, "digits": thrown, "how": "督查室会议室当场掷骰子二十五次"}
        facts |= {"witness": "杨振华", "witness_of": "县人大常委会办公室"}
        self.move(inspections.enter_seed, ago, **facts)

    def begin(self, ago):
        self.move(inspections.begin_inspection, ago, by=self.head)

    # --- On site ---------------------------------------------------------------------------

    def look(self, first, last, *, share=1.0):
        """Inspect a share of the drawn rows in these days, by members outside their chain.

        Stored at once, with the result of calling record_look for each row.
        """
        related = ("matter__organ", "matter__host_organ", "matter__lead_organ", "unit__host_organ")
        rows = self.made.rows.select_related(*related)
        drawn = list(rows.prefetch_related("matter__assignments__organ").order_by("position"))
        drawn = drawn[: max(int(len(drawn) * share), 1)]
        looked, names = [], set()
        for n, row in enumerate(drawn):
            ago = first - (first - last) * n // len(drawn)
            if member := self._outside(row):
                facts = self._seen(row) | {"looked_on": self.told.day(ago)}
                put(row, facts | {"recorded_by": member})
                looked.append(row)
                names |= facts.keys()
                values = {"row": row.pk, **facts}
                audit.record("inspection.looked", member, self.made, sorted(facts), values)
        InspectedRow.objects.bulk_update(looked, [*names, "recorded_by"])

    def _outside(self, row):
        if matter := row.matter:
            chain = [matter.organ, matter.host_organ, matter.lead_organ]
            chain += [given.organ for given in matter.assignments.all()]
        else:
            chain = [row.unit.host_organ]
        for cadre in (self.head.cadre, *self.members):
            if not any(rules.are_of_one_chain(cadre.organ, one) for one in chain if one):
                return self.county.user(cadre.user_id)
        return None

    def _seen(self, row):
        rng, matter = self.county.rng, row.matter
        if matter is None:
            return {"way": Way.ON_SITE}
        good, seen = matter.closure != Closure.UNSATISFIED and rng.random() < 0.9, ""
        said = Said.SOLVED if good else Said.UNSOLVED
        if not matter.has_somebody_to_ask:
            said = Said.NOT_ASKED
        elif (lot := rng.random()) < 0.22:
            said = Said.DECLINED if lot < 0.05 else Said.UNREACHED
        way = Way.PHONE
        if matter.category in TO_BE_SEEN and rng.random() < 0.8 or said == Said.NOT_ASKED:
            way, seen = Way.ON_SITE, Seen.SOLVED if good else Seen.UNSOLVED
            if matter.category not in TO_BE_SEEN:
                seen = Seen.UNCLEAR
        return {"way": way, "seen": seen, "said": said, "note": _note(seen, said)}

    def find(self, ago, n):
        """Record the finding on that line of the texts; return its number."""
        organ, title, fact, basis, kind, demand, measures, recheck = rows(f"findings {self.code}")[
            n
        ]
        members = [self.head, *(self.county.user(one.user_id) for one in self.members)]
        finding = self.do(
            findings.record_finding,
            ago,
            by=members[n % len(members)],
            inspection=self.made,
            organ=self.told.organ(organ),
            title=title,
            fact=fact,
            basis=basis,
            kind=kind,
            demand=demand,
        )
        self.found[n] = (finding, self.told.user(ANSWERS[organ]), measures, recheck)
        return n

    def note(self, ago):
        for kind, organ, text in rows(f"notes {self.code}"):
            facts = {"organ": self.told.organ(organ), "kind": InspectionNote.Kind(kind)}
            self.do(
                inspections.add_note, ago, by=self.head, inspection=self.made, text=text, **facts
            )

    # --- Facts, conclusion, feedback -------------------------------------------------------

    def send_facts(self, ago):
        self.move(inspections.send_facts, ago, by=self.head)

    def answer(self, ago, organs):
        said = cycle(line for (line,) in rows("answers"))
        for asked in self.made.inspected.select_related("organ").order_by("pk"):
            if asked.organ.short_name in organs:
                by = self.told.user(ANSWERS[asked.organ.short_name])
                self.do(inspections.answer_facts, ago, by=by, asked=asked, text=next(said))

    def confirm(self, ago, *numbers):
        for n in numbers:
            self.on(findings.confirm_finding, ago, n, by=self.head)

    def refuse(self, ago, n, reason):
        self.on(findings.refuse_finding, ago, n, by=self.head, reason=reason)

    def give_feedback(self, concluded, fed_back):
        text = words("conclusions")[self.code]
        self.move(inspections.conclude_inspection, concluded, by=self.approves, text=text)
        self.move(inspections.give_feedback, fed_back, by=self.head)

    # --- Rectification ---------------------------------------------------------------------

    def on(self, action, ago, n, *, by=None, **facts):
        finding, answers, *said = self.found[n]
        finding = self.do(action, ago, by=by or answers, finding=finding, **facts)
        self.found[n] = (finding, answers, *said)

    def at_once(self, ago, n):
        due = workdays.add_working_days(self.told.day(ago), 3)
        self.on(findings.put_right_at_once, ago, n, by=self.head, due_on=due)

    def issue(self, ago, organ, *, signed=None):
        """Issue and number a notice to an organ with all its confirmed findings; `signed` is the
        day of signing, None if not signed."""
        notice = self.do(
            findings.issue_notice,
            ago,
            by=self.approves,
            inspection=self.made,
            organ=self.told.organ(organ),
            due_on=workdays.add_working_days(self.told.day(ago), 15),
            how_to_report=HOW_TO_REPORT,
        )
        number = self.county.document("云督改", self.told.day(ago))
        by = self.told.acting(self.leads, self.told.at(ago))
        findings.number_notice(notice=notice, by=by, number=number)
        if signed is not None:
            by = self.told.user(ANSWERS[organ])
            self.do(findings.sign_for_notice, signed, by=by, notice=notice)

    def report(self, ago, n):
        _finding, answers, measures, _recheck = self.found[n]
        named = {"official": None, "person": answers.cadre}
        self.on(findings.report_rectification, ago, n, measures=measures, **named)

    def recheck(self, ago, n, action=findings.settle_finding, **more):
        """Check a finding again, by the leader of the inspection, who found nothing themselves."""
        facts = {"way": Way.ON_SITE, "checked_on": self.told.day(ago), "text": self.found[n][3]}
        self.on(action, ago, n, by=self.leads, **facts | more)

    def object(self, ago, n, text):
        self.on(findings.object_to_finding, ago, n, text=text)


def _members(county):
    """Return members from organs that are seldom inspected and not of one chain."""
    users, chosen = county.people.users, []
    for name in ("县审计局", "县统计局"):
        own = county.colleagues.get(getattr(county.places.organs.get(name), "pk", None), ())
        chosen += [one for one in own if one.user_id][-1:]
    return [users["wuxiaomei"].cadre, *(chosen or [users["zhaomin"].cadre])]


def _note(seen, said):
    notes = {}
    for code, text in rows("looks"):
        notes.setdefault(code, []).append(text)
    if seen in {Seen.SOLVED, Seen.UNSOLVED}:
        return notes[seen][0]
    if said in {Said.SOLVED, Said.UNSOLVED}:
        return notes[said][1]
    return notes["unclear" if seen else said][0]


def _quarter(county, after):
    """Return (year, quarter) of the latest quarter that ended at least `after` days ago."""
    return last_quarter(county.anchor - timedelta(days=after - 1))


def _township(county, name):
    """Return the township; a small county uses one with villages only, as the works are in the
    other."""
    return county.places.divisions["青山乡" if county.is_small else name]


# --- The inspections --------------------------------------------------------------------------


def _closures(county):
    """Completed, with the three figures. An objection was upheld, which cancelled its finding."""
    organs = county.few(["县水利局", "石桥镇", "青山乡", "县交通局"], 2)
    one = Inspecting(county, "closures", organs)
    year, quarter = _quarter(county, LONG)
    ended = end_of_quarter(year, quarter)
    first, before = date(year, quarter * 3 - 2, 1), f"{year}年第{'一二三四'[quarter - 1]}季度"
    if county.is_small:
        # A quarter has too few closures.
        ended = county.anchor - timedelta(days=LONG)
        first, before = county.anchor - timedelta(days=360), "年度"
    there = frames.closed_in(first, ended, county.places.county).count()
    drawn = {"drawn_from": DrawnFrom.UNITS, "number": 2}
    if there:
        # If there are too few for a meaningful sample, take all.
        number = max(planner.size_for(there, TOLERABLE, RISK), min(there, LEAST))
        drawn = {"drawn_from": DrawnFrom.CLOSURES, "closed_from": first, "closed_to": ended}
        drawn["number"] = number
    gap = (county.anchor - ended).days

    one.plan(gap - 8, gap - 15, gap - 28, before=before, **drawn)
    one.approve(gap - 9, gap - 11)
    one.freeze(gap - 13)
    one.draw(gap - 14)
    one.begin(gap - 15)
    one.look(gap - 16, gap - 26)
    numbers = [one.find(gap - 26, n) for n in range(county.few([5], 0) and 5 or 2)]
    one.note(gap - 27)
    one.send_facts(gap - 28)
    one.answer(gap - 31, organs)
    one.confirm(gap - 35, *numbers[:4])
    if not county.is_tiny:
        one.refuse(gap - 35, 4, "经核实，逾期由系统停机维护造成，不属于单位责任。")
    one.give_feedback(gap - 37, gap - 38)
    one.issue(gap - 39, "县水利局", signed=gap - 40)
    ((asked, answer),) = rows("objection upheld")
    one.object(gap - 43, 1, asked)
    one.on(
        findings.decide_objection,
        gap - 50,
        1,
        by=one.told.user("liming"),
        decision=Objection.Decision.UPHELD,
        reason=answer,
    )
    one.report(gap - 51, 0)
    one.recheck(gap - 55, 0)
    if not county.is_tiny:
        one.at_once(gap - 52, 2)
        one.report(gap - 53, 2)
        one.recheck(gap - 56, 2)
        one.issue(gap - 52, "县交通局", signed=gap - 53)
        one.report(gap - 54, 3)
        one.recheck(gap - 57, 3, findings.take_long)
    one.move(inspections.complete_inspection, gap - 58)


def _services(county):
    """Under rectification: findings in each state, a notice not signed for yet, and an objection to
    decide."""
    one = Inspecting(county, "services", TOWNSHIPS)
    drawn = {"drawn_from": DrawnFrom.UNITS, "number": 6, "area": _township(county, "石桥镇")}
    ways = [Way.RANDOM, Way.ON_SITE, Way.PHONE]
    one.plan(46, 36, 29, mandate=Mandate.APPROVAL, ways=ways, **drawn)
    one.approve(44, 42)
    one.freeze(40)
    one.draw(39)
    one.begin(36)
    one.look(35, 30)
    numbers = [one.find(30, n) for n in range(5)]
    one.note(29)
    one.send_facts(28)
    one.answer(25, TOWNSHIPS)
    one.confirm(23, *numbers)
    one.give_feedback(21, 20)
    one.at_once(19, 3)
    one.report(16, 3)
    new_day = {"due_on": county.anchor + timedelta(days=9)}
    one.recheck(13, 3, findings.fail_finding, **new_day)
    one.issue(14, "石桥镇", signed=12)
    one.report(5, 2)
    one.at_once(2, 1)
    one.issue(2, "青山乡")
    ((asked,),) = rows("objection open")
    one.object(1, 4, asked)


def _signing(county):
    """The facts are with the organs: one has answered, one has not."""
    organs = ("县水利局", "县民政局")
    one = Inspecting(county, "signing", organs)
    one.plan(20, 14, 5, ways=[Way.PAPERS])
    one.approve(18, 16)
    one.begin(14)
    one.find(7, 0)
    one.find(6, 1)
    one.send_facts(4)
    one.answer(2, organs[:1])
    one.confirm(1, 0)


def _policy(county):
    """工作回访: without a mandate, so no notice follows; archived."""
    one = Inspecting(county, "policy", ["县农业农村局"])
    one.plan(150, 144, 138, mandate="", ways=[Way.ON_SITE, Way.PHONE])
    one.approve(148, 146)
    one.begin(144)
    one.find(139, 0)
    one.note(138)
    one.send_facts(137)
    one.answer(133, ["县农业农村局"])
    one.confirm(130, 0)
    one.give_feedback(128, 127)
    one.move(inspections.complete_inspection, 110)
    one.move(inspections.archive_inspection, 100)


def _in_other_states(county):
    """Under way, drawn from a frozen frame, to be approved, a draft, and given up."""
    one = Inspecting(county, "water", ["县水利局"])
    area = _township(county, "清水镇")
    one.plan(21, 7, -8, drawn_from=DrawnFrom.UNITS, number=6, area=area)
    one.approve(19, 16)
    one.freeze(12)
    one.draw(10)
    one.begin(7)
    one.look(6, 1, share=0.5)

    one = Inspecting(county, "roads", ["县交通局"])
    first, last = (county.anchor - timedelta(days=ago) for ago in (180, 10))
    if frames.closed_in(first, last, county.places.county).exists():
        drawn = {"closed_from": first, "closed_to": last, "number": 30}
        one.plan(9, -4, -12, drawn_from=DrawnFrom.CLOSURES, **drawn)
        one.approve(7, 5)
        one.freeze(1)

    one = Inspecting(county, "burden", [*TOWNSHIPS, "县民政局"])
    one.plan(3, -10, -20, mandate=Mandate.APPROVAL, ways=[Way.ON_SITE, Way.PHONE])
    one.move(inspections.submit_inspection, 2)

    one = Inspecting(county, "cards", TOWNSHIPS)
    one.plan(1, -20, -30, drawn_from=DrawnFrom.UNITS, number=10)

    one = Inspecting(county, "stays", TOWNSHIPS)
    one.plan(75, 60, 50, drawn_from=DrawnFrom.UNITS, number=6)
    one.approve(72, 70)
    reason = "与驻村干部集中述职时间重合，为避免重复进村，取消本次督查，有关情况从系统取用。"
    one.move(inspections.cancel_inspection, 66, reason=reason)
