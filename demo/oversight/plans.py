"""A three-year plan and the main points of a year, with tasks that are counted and tasks on which
the lead organ writes a sentence a quarter; one is overdue."""

from dataclasses import dataclass
from datetime import date, timedelta

from demo.oversight.words import lines, rows
from demo.told import Storyteller
from oversight import measures
from oversight.actions import plans
from oversight.models import QuarterNote, WorkPlan
from oversight.models.plans import QUARTERS, PlanKind, end_of_quarter, last_quarter
from portal.roles import Role

# Before this day (month, day) last year's points are in force, since no quarter of this year has
# been counted.
FIRST_QUARTER_COUNTED = (4, 10)
# Days after the end of a quarter when it is counted, reported on and reviewed.
COUNTED, SAID, REVIEWED = 3, 4, 7
# In the last quarter, nobody has written on the first task, and the sentence on the second waits
# for review.
UNSAID, UNREVIEWED = "农村公路日常养护包段到人", "制定末级渠系管护办法"
LATE, DONE, CANCELLED = (
    "困难群众救助一次申请、联合办理",
    "农技人员分片联系种养大户",
    "集中修缮驻村干部周转房",
)
IN_A_TINY_COUNTY = {"in_time", "forms_cut", LATE, UNREVIEWED, CANCELLED}


def make(county):
    """Make the plans, and return the points in force."""
    anchor = county.anchor
    year = anchor.year - (anchor < date(anchor.year, *FIRST_QUARTER_COUNTED))
    above = _Telling(county, PlanKind.LONG, year, None)
    above.issue(28)
    points = _Telling(county, PlanKind.YEAR, year, above.plan)
    points.issue(0)
    points.carry_out()
    if (anchor.year > year or anchor.month > 10) and not county.is_tiny:
        _Telling(county, PlanKind.YEAR, year + 1, above.plan).hear()
    return points.plan


def count(county):
    """Count the tasks as the nightly job does: at the end of each quarter, as far as the records
    show it afterwards, and now."""
    for plan in WorkPlan.objects.in_force().select_related("organ__division").order_by("pk"):
        items = list(plan.items.counted().order_by("position"))
        for n in QUARTERS:
            over = end_of_quarter(plan.first_year, n)
            day = over + timedelta(days=COUNTED)
            if plan.issued_on < over and day < county.anchor:
                _count_quarter(county, plan, items, n, over, day)
    plans.count_plans(at=county.midnight)


@dataclass(frozen=True)
class _UpTo:
    """Stands for a plan, to count only its days up to the end of a quarter."""

    organ: object
    days: tuple


def _count_quarter(county, plan, items, n, over, day):
    then = _UpTo(plan.organ, (plan.days[0], over))
    found, at = measures.counted(then, items, on=day), county.moment(day, 1, 1)
    QuarterNote.objects.bulk_create(
        QuarterNote(item=one, year=over.year, quarter=n, done=done, whole=whole, at=at)
        for one in items
        for done, whole in [found[one.pk]]
    )


class _Telling:
    """One plan of the office, in chronological order. `ago` is in days before the county's
    anchor."""

    def __init__(self, county, kind, year, above):
        self.county, self.kind, self.year, self.above = county, kind, year, above
        self.told, self.items, self.plan = Storyteller(county), {}, None
        self.office, self.second = map(self.told.user, ("huangwenjuan", "liming"))
        # Late January, but not before the county's first year.
        self.issued = max(date(year, 1, 26), county.anchor - timedelta(days=345))

    def do(self, action, ago, *, by=None, **facts):
        return self.told.do(action, by or self.office, ago, **facts)

    def move(self, action, ago, **facts):
        self.plan = self.do(action, ago, plan=self.plan, **facts)

    def before(self, days):
        return (self.county.anchor - self.issued).days + days

    # --- Up to the issue -------------------------------------------------------------------

    def draft(self, ago, *, without=frozenset()):
        is_long = self.kind == PlanKind.LONG
        title, goals = rows(f"plan {self.kind}")[0]
        users = self.county.people.users
        self.plan = self.do(
            plans.draft_plan,
            ago,
            organ=self.office.organ,
            kind=self.kind,
            title=f"{title}（{self.year}—{self.year + 2}年）" if is_long else f"{self.year}{title}",
            first_year=self.year,
            last_year=self.year + 2 if is_long else self.year,
            above=self.above,
            goals=goals,
            first_in_charge=_secretary(self.county),
            in_charge=users["luoguoqiang"].cadre,
        )
        for line in rows(f"items {self.kind}"):
            if line[1] in without:
                continue
            if not self.county.is_tiny or is_long or {line[1], line[4]} & IN_A_TINY_COUNTY:
                self._add(*line)

    def _add(self, point, task, steps, goal, measure, target, counted_of, organ, due):
        lead = self.county.places.organs.get(organ)
        if lead is None:
            return
        by = self.told.acting(self.office, self.told.now)
        users = self.county.people.users
        self.items[task] = plans.add_item(
            plan=self.plan,
            by=by,
            point=point,
            task=task,
            steps_taken=steps,
            goal=goal,
            measure=measure,
            target=int(target) if target else None,
            counted_of=counted_of,
            official=users["hezhiqiang" if organ == "县督查室" else "luoguoqiang"].cadre,
            lead_organ=lead,
            due_on=self._due(due),
        )

    def _due(self, due):
        if due == "末":
            return self.plan.days[1]
        if due in {"迟", "成", "取消"}:
            # Overdue since last week, if that is within the year.
            day = self.county.anchor - timedelta(days=8 if due == "迟" else -40)
            return min(day, date(self.year, 12, 20))
        return date(self.year, *map(int, due.split("-")))

    def be_heard(self, ago):
        self.move(plans.hear_plan, ago)
        for organ, text in rows("opinions"):
            if any(one.lead_organ.short_name == organ for one in self.items.values()):
                by = _reporter(self.county, self.told.organ(organ))
                self.do(plans.say_opinion, ago - 4, by=by, plan=self.plan, text=text)

    def issue(self, ahead):
        """Take the plan to its issue, `ahead` days before the points of the year."""
        self.draft(self.before(ahead + 24))
        self.be_heard(self.before(ahead + 20))
        day = self.told.day(self.before(ahead + 12))
        text = "部务会讨论通过，报县委审定。"
        self.move(plans.deliberate_plan, self.before(ahead + 12), deliberated_on=day, text=text)
        ago = self.before(ahead + 5)
        decided = {"decided_on": self.told.day(ago), "decided_in": "县委常委会会议"}
        self.move(plans.decide_plan, ago, **decided)
        day = self.told.day(self.before(ahead))
        document = self.county.document("云发", day)
        self.move(plans.issue_plan, self.before(ahead), document=document, issued_on=day)

    def hear(self):
        """Leave next year's points with the organs for their opinions."""
        self.draft(9, without={LATE, DONE, CANCELLED})
        self.be_heard(5)

    # --- In force --------------------------------------------------------------------------

    def carry_out(self):
        anchor, issued = self.county.anchor, self.plan.issued_on
        done = min(anchor - timedelta(days=25), date(self.year, 10, 20))
        cancelled = min(anchor - timedelta(days=18), issued + timedelta(days=160))
        ends = {DONE: done, CANCELLED: cancelled}
        acts = [
            (self._end_day(ends[task]), self._ends(task)) for task in ends if task in self.items
        ]
        if UNSAID in self.items:
            acts.append((self._end_day(issued + timedelta(days=140)), self._adjust))
        for n in QUARTERS:
            acts += self._of_quarter(n, ends)
        for day, act in sorted(acts, key=lambda one: one[0]):
            if day < anchor:
                act((anchor - day).days)

    def _end_day(self, day):
        return self.county.working_day(day)

    def _ends(self, task):
        return self._note_done if task == DONE else self._cancel

    def _note_done(self, ago):
        facts = {
            "done_on": self.told.day(ago),
            "text": "各乡镇联系人名单和电话已公布，现场抽查属实。",
        }
        self._of(DONE, plans.note_item_done, ago, **facts)

    def _cancel(self, ago):
        (reason,) = lines("cancelled")
        document = self.county.document("云常", self.told.day(ago))
        self._of(CANCELLED, plans.cancel_item, ago, reason=reason, document=document)

    def _adjust(self, ago):
        ((reason, goal),) = rows("adjusted")
        document = self.county.document("云常", self.told.day(ago))
        self._of(UNSAID, plans.adjust_item, ago, reason=reason, document=document, goal=goal)

    def _of(self, task, action, ago, **facts):
        self.items[task] = self.do(action, ago, item=self.items[task], **facts)

    def _of_quarter(self, n, ends):
        """Return [(day, act)] for the sentences on a past quarter."""
        over = end_of_quarter(self.year, n)
        said, reviewed = (
            self.county.working_day(over + timedelta(days=days)) for days in (SAID, REVIEWED)
        )
        reviewed = max(reviewed, self.county.working_day(said + timedelta(days=1)))
        if self.plan.issued_on > over or (self.county.anchor - over).days <= SAID or said <= over:
            return []
        is_last = (self.year, n) == last_quarter(self.county.anchor)
        acts = []
        for task, item in self.items.items():
            if item.measure or ends.get(task, said) < said or is_last and task == UNSAID:
                continue
            by = _reporter(self.county, item.lead_organ)
            if by is None:
                continue
            text = lines(f"sentences {task}")[n - 1]
            acts.append((said, self._says(task, by, text, is_first=task == LATE and n == 1)))
            if not (is_last and task == UNREVIEWED) and reviewed > said:
                acts.append((reviewed, self._reviews(task, n)))
        return acts

    def _says(self, task, by, text, *, is_first):
        def act(ago):
            say = {"by": by, "item": self.items[task], "text": text}
            self.do(plans.say_quarter, ago, **say)
            if is_first:
                (reason,) = lines("sent back")
                note = QuarterNote.objects.get(item=self.items[task])
                self.do(plans.send_note_back, ago, by=self.second, note=note, reason=reason)
                self.do(plans.say_quarter, ago, **say)

        return act

    def _reviews(self, task, n):
        def act(ago):
            note = QuarterNote.objects.get(item=self.items[task], quarter=n)
            self.do(plans.review_note, ago, by=self.second, note=note)

        return act


def _secretary(county):
    """第一责任人: the secretary of the county; in a small county, the deputy."""
    found = (one for one in county.people.cadres if one.post == "县委书记")
    return next(found, county.people.users["hezhiqiang"].cadre)


def _reporter(county, organ):
    for role in (Role.HANDLER, Role.LIAISON):
        if people := county.people.holding(role, organ.pk):
            return people[0]
    return None
