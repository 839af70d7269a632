"""A year of an invented county: visits and matters, simulated in chronological order."""

import heapq
import random
import uuid
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cached_property, partial
from importlib import import_module

from django.db import transaction
from django.utils import timezone

from demo import MORE_OF_A_COUNTY, careers
from demo import places as demo
from demo.outreach import batches, cards, condolence, gatherings, notices, stays
from demo.outreach.held import HeldYear
from demo.outreach.stories import PLANS, TINY_PLANS, Story
from demo.outreach.words import MODES, Words, issues
from outreach import papers
from outreach.actions import areas, call_back_keys, conduct
from outreach.models import CallBackKey, ContactArea, Household, Matter, Visit, VisitDraft
from outreach.models.matters import Confidentiality, RaiserKind, Source
from outreach.models.visits import MODES_OF_WORKS, Purpose, VisitMode
from outreach.rules import matters as rules
from portal import parameters
from portal.days import workdays
from portal.kinds import KINDS
from portal.models import StandIn, User
from portal.models.places import UnitKind
from portal.records import audit
from portal.roles import Role
from portal.sheets import figures

# Number of visits by scale, including those on which matters are raised. A small county has one
# matter for each plan.
SIZES = {"tiny": 6, "small": 40, "county": 3000}
MONTHS = 12
# When the nightly draw of call-backs makes missing keys.
KEYS_AT = time(2, 30)
# Maximum age of a cadre sent to a village for two years.
OLDEST = 50
UNIT_WEIGHTS = {
    UnitKind.RURAL: 10,
    UnitKind.COMMUNITY: 9,
    UnitKind.STATE_ENTERPRISE: 3,
    UnitKind.NON_PUBLIC: 4,
    UnitKind.SOCIAL_ORG: 3,
}
# Gives each handler in the cast something to do, also in the small county.
WAITING_IN_SMALL = {
    "assigned": "县水利局",
    "due_tomorrow": "县水利局",
    "assigned_late": "县交通局",
    "at_an_organ": "县交通局",
    "organ_late": "县民政局",
    "order_open": "县民政局",
}
CAST_UNITS = {person.unit: person.username for person in demo.CAST if person.unit}
HEARD_BY = {Source.CALL: "电话", Source.RECEPTION: "接待", Source.FORWARDED: "不详"}
NATURES = ("help", "help", "help", "complaint", "suggestion")


@dataclass
class County:
    """State of the simulation, shared by all stories; `now` is the simulated time."""

    scale: str
    anchor: object
    rng: random.Random
    places: demo.Places
    people: demo.People
    words: Words
    days: list
    now: datetime = None
    authors: dict = field(default_factory=dict)
    households: dict = field(default_factory=dict)
    results: list = field(default_factory=list)
    open_twins: list = field(default_factory=list)
    # Holds visits and matters in memory until the year is complete.
    year: HeldYear = field(default_factory=HeldYear)
    names: list = field(default_factory=list)
    stand_in: StandIn = None
    # {(issuer, year): document numbers in use}.
    documents: dict = field(default_factory=dict)
    _queue: list = field(default_factory=list)
    _sequence: int = 0

    @property
    def is_small(self):
        return self.scale in {"small", "tiny"}

    @property
    def is_tiny(self):
        return self.scale == "tiny"

    def few(self, rows, count):
        """Return all rows, or the first `count` in a tiny county, where one of each noun is
        enough."""
        return rows[:count] if self.is_tiny else rows

    def document(self, issuer, day):
        """Return a 文号 of that day, correctly formed and marked as invented. Numbers increase
        over a year."""
        taken = self.documents.setdefault((issuer, day.year), set())
        number = day.timetuple().tm_yday * 2 // 5 + 1
        while number in taken:
            number += 1
        taken.add(number)
        return f"{issuer}〔{day.year}〕{number}号（示例）"

    def working_day(self, day):
        """Return that day or the next working day, at most the last working day before today."""
        while day < self.days[-1] and not workdays.is_working_day(day):
            day += timedelta(days=1)
        return min(day, self.days[-1])

    @property
    def season(self):
        return ("冬季", "春季", "夏季", "秋季")[self.anchor.month % 12 // 3]

    # --- Time --------------------------------------------------------------------------

    def moment(self, day, first=9, last=17):
        clock = time(
            self.rng.randint(first, last), self.rng.randint(0, 59), self.rng.randint(0, 59)
        )
        return timezone.make_aware(datetime.combine(day, clock))

    @property
    def midnight(self):
        """The first moment of today, so that what is done today precedes any login."""
        return timezone.make_aware(datetime.combine(self.anchor, time()))

    def later(self, working_days):
        """Return the current moment plus this many working days, always before today."""
        today = timezone.localdate(self.now)
        if working_days <= 0 and timezone.localtime(self.now).hour < 18:
            return self.now + timedelta(minutes=self.rng.randint(5, 50))
        place = bisect_left(self.days, today + timedelta(days=1)) + max(working_days, 1) - 1
        if place >= len(self.days):
            # The story is longer than the year: do the rest on the last evening.
            return max(self.now, self.moment(self.days[-1], 18, 18)) + timedelta(minutes=2)
        return self.moment(self.days[place])

    def put(self, at, act):
        """Schedule `act` for a moment; it returns the working days until it runs again, or None."""
        self._sequence += 1
        heapq.heappush(self._queue, (at, self._sequence, act))

    def tell(self, say):
        """Run all scheduled acts in chronological order."""
        month = None
        while self._queue:
            self.now, _number, act = heapq.heappop(self._queue)
            if month != (month := f"{timezone.localtime(self.now):%Y-%m}"):
                say(f"  {month}")
            self._do(act)
        self.year.store()

    def start(self, story):
        """Start a story now; it acts for the first time after its first wait."""
        self._do(partial(next, story, None))

    def _do(self, act):
        working_days = act()
        if working_days is not None:
            self.put(self.later(working_days), act)

    # --- People ------------------------------------------------------------------------

    def user(self, user_id):
        return self._users_by_id[user_id]

    @cached_property
    def _users_by_id(self):
        return {user.pk: user for user in self.people.users.values()}

    @cached_property
    def colleagues(self):
        """Cadres by organ id."""
        found = {}
        for cadre in self.people.cadres:
            found.setdefault(cadre.organ_id, []).append(cadre)
        return found

    def user_of(self, cadre):
        return self._users_by_id.get(cadre.user_id) if cadre else None

    def hosts(self, matter):
        return self.people.holding(Role.HOST, matter.host_organ_id)

    def host(self, matter):
        own = self.hosts(matter)
        present = [self._standing_in_for(user) for user in own]
        acting = [user for user in present if user not in own]
        # In a small county the stand-in acts whenever there is one, so that such cases occur.
        return self.rng.choice(acting if acting and self.is_small else present)

    def _standing_in_for(self, user):
        """Return the stand-in while one acts for the user, otherwise the user."""
        if (
            self.stand_in
            and self.stand_in.principal_id == user.pk
            and self.stand_in.runs_on(timezone.localdate(self.now))
        ):
            return self.stand_in.stand_in
        return user

    def handler(self, organ):
        return next(iter(self.people.holding(Role.HANDLER, organ.pk)), None)

    def desk(self):
        return self.rng.choice(self.people.holding(Role.DESK))

    def office(self):
        return self.people.holding(Role.OFFICE)[0]

    def can_be_sent(self, cadre, *, besides=(Role.CADRE,)):
        """Whether the cadre is not leading, at most OLDEST years old, and without roles other than
        `besides`."""
        roles = {grant.role for grant in cadre.user.grants_today()} if cadre.user else set()
        return (
            not roles - set(besides)
            and not careers.level_of(cadre.organ, cadre.post).is_leading
            and int(cadre.birth_month[:4]) >= self.anchor.year - OLDEST
        )

    def official(self):
        """Return a lead official: a leader of the county, an organ or a township."""
        return self.rng.choice(self.leading)

    @cached_property
    def leading(self):
        return [c for c in self.people.cadres if careers.level_of(c.organ, c.post).is_leading]

    def outsiders(self):
        """Users who may make sample call-backs: the office, and cadres of organs that handle
        nothing."""
        asking = {"县机关工委", "县委党校", "县统计局"}
        return self.people.holding(Role.OFFICE) + [
            c.user for c in self.people.cadres if c.user and c.organ.short_name in asking
        ]

    def may_call(self, user, follow_up):
        return bool(rules.may_be_called_by(user, follow_up))

    def reviewer(self, matter):
        """Return a user of the assigning side who did not report the result."""
        step = papers.of(matter).last_report()
        own = self.people.holding(Role.DESK) if matter.assigned_by_desk else self.hosts(matter)
        fit = [self._standing_in_for(u) for u in own]
        fit = [u for u in fit if u.pk != step.by_id] or self.people.holding(Role.DESK)
        return self.rng.choice(fit)

    def confirmer(self, matter):
        """Return a second person to confirm a request: the host first, else the desk."""
        asked = papers.of(matter).open_request()
        askers = {asked.asked_by_id, asked.on_behalf_of_id}
        fit = [u for u in self.hosts(matter) if u.pk not in askers]
        fit = [u for u in map(self._standing_in_for, fit) if u.pk not in askers]
        if matter.assigned_by_desk or not fit:
            fit = [u for u in self.people.holding(Role.DESK) if u.pk not in askers]
        return self.rng.choice(fit)

    # --- Organs and matters ------------------------------------------------------------

    def organ_for(self, plan, issue):
        return self.places.organs[plan.organ or issue.organ]

    def other_organs(self, lead):
        able = [
            organ
            for organ in self.places.organs.values()
            if organ.pk != lead.pk and self.people.holding(Role.HANDLER, organ.pk)
        ]
        return self.rng.sample(able, k=min(len(able), self.rng.randint(1, 2)))

    def twin_of(self, matter):
        """Return an open matter to merge into, of the same unit if possible."""
        fit = self.year.in_progress(self.open_twins)
        same = [m for m in fit if m.unit_id == matter.unit_id]
        return self.rng.choice(same or fit)

    def note_result(self, story):
        """Put one in five results into the sample that is drawn at the end of the week.

        The real draw depends on a key outside the database, which the demo must not use. Results
        within the period of the first key are left to the nightly draw.
        """
        if self.now >= self.first_key_at - CallBackKey.RHYTHM:
            return
        is_first = self.is_small and not self.results and not self.year.has_samples()
        if story.matter.has_somebody_to_ask and (self.rng.random() < 0.2 or is_first):
            self.results.append((story, story.matter.reopen_count))

    def draw_sample(self):
        """Do the draw of Friday evening, with the same rows as actions.follow_ups.draw_sample."""
        on = timezone.localdate(self.now)
        due_on = workdays.add_working_days(on, parameters.number("matter.callback_wd", on=on))
        drawn = []
        for story, round in self.results:
            if follow_up := self.year.draw(story.matter, round=round, starts_on=on, due_on=due_on):
                drawn.append((story, follow_up))
        self.results = []
        if drawn:
            audit.record("follow_up.sample_drawn", by="seed", values={"n": len(drawn), "on": on})
        for story, follow_up in drawn:
            is_recent = on > self.anchor - timedelta(days=45)
            self.start(story.sample(follow_up, is_left_open=is_recent and self.rng.random() < 0.6))

    @property
    def first_key_at(self):
        """When the keys of the sample call-backs begin: the night before the anchor's."""
        return timezone.make_aware(datetime.combine(self.anchor - timedelta(days=1), KEYS_AT))

    def week_ends(self):
        """Yield the evening of the last working day of each week."""
        for day, after in zip(self.days, [*self.days[1:], None], strict=True):
            if after is None or after.isocalendar()[1] != day.isocalendar()[1]:
                yield self.moment(day, 18, 18)


def make(scale, seed, anchor, settle=lambda: None, say=lambda line: None):
    """Fill an empty database with a county and its year up to the anchor, and return the county.

    The year of visits and matters is stored at once; in the other chapters each action is a
    transaction. `settle` is called when tables have grown: without fresh statistics PostgreSQL
    joins them as if they were empty, a hundred times slower. It is skipped for a tiny county, whose
    tables are nearly empty. `say` receives a line when a chapter begins.
    """
    chapters = (
        ("visits and matters", partial(_tell, say=say)),
        ("notices", notices.make),
        ("stays", stays.make),
        ("campaigns, receptions, needs", gatherings.make),
        ("festival visits", condolence.make),
        ("batches of stays", batches.make),
        ("contact cards", cards.make),
        *((part.CHAPTER, part.make) for part in map(import_module, MORE_OF_A_COUNTY)),
    )

    begin = partial(_begun, scale, seed, anchor)
    return tell_chapters("county", begin, chapters, settle=settle, say=say)


def tell_chapters(what, begin, chapters, *, settle, say):
    """Make the places, then each chapter, then the figures."""

    def entitle(number, title):
        say(f"Making the demo {what}: {title} ({number} of {len(chapters) + 2}) …")

    entitle(1, "places and people")
    with demo.made_at_once():
        county = begin()
        if not county.is_tiny:
            settle()
        for number, (title, tell) in enumerate(chapters, start=2):
            entitle(number, title)
            tell(county)
            if number == 2 and not county.is_tiny:
                settle()
    entitle(len(chapters) + 2, "figures and reminders")
    while figures.roll_up():
        pass
    settle()
    return county


def _begun(scale, seed, anchor):
    """Make places and people, and arrange contact areas."""
    rng = random.Random(f"{scale}-{seed}")
    with transaction.atomic():
        places = demo.make_places(scale, anchor)
        people = demo.make_people(scale, anchor, places, rng)
    words = Words(rng, tries=1 if scale == "county" else 12)
    county = County(scale, anchor, rng, places, people, words, working_days_before(anchor))
    county.names = [c.name for c in people.cadres]
    _arrange(county)
    return county


def _tell(county, say):
    """Make the year day by day, then the records outside the ledger."""
    _plan_visits(county)
    for at in county.week_ends():
        county.put(at, county.draw_sample)
    county.tell(say)
    _add_apart(county)


def working_days_before(anchor):
    """The year's working days before today."""
    first = anchor - timedelta(days=MONTHS * 365 // 12)
    return workdays.working_days(first, anchor - timedelta(days=1))


# --- Contact areas -----------------------------------------------------------------------


def _arrange(county):
    """Make contact areas, the villages' lists of households, and the stand-ins."""
    rng, places, people = county.rng, county.places, county.people
    _make_households(county)
    office = county.office()
    cast_units = {people.users[name].cadre: unit for unit, name in CAST_UNITS.items()}
    since = county.anchor - timedelta(days=380)
    writers = [c for c in people.cadres if c.user and _writes(c, people)]
    queue = []
    for cadre in writers:
        if cadre in cast_units:
            unit = places.unit(cast_units[cadre])
        else:
            own = [u for u in places.units if u.host_organ_id == cadre.organ_id]
            if own:
                unit = rng.choice(own)
            else:
                queue = queue or rng.sample(places.units, k=len(places.units))
                unit = queue.pop()
        kind, group, kept = ContactArea.Kind.VILLAGE, "", ()
        if cadre not in cast_units and unit.kind == UnitKind.RURAL and rng.random() < 0.4:
            kind, group = ContactArea.Kind.PART, rng.choice(("一组", "二组", "三组", "四组"))
        elif unit.kind == UnitKind.RURAL and (rng.random() < 0.25 or county.is_tiny):
            kind = ContactArea.Kind.HOUSEHOLDS
            kept = rng.sample(county.households[unit.pk], k=3)
        areas.arrange_area(
            cadre=cadre,
            unit=unit,
            by=office,
            starts_on=since,
            kind=kind,
            group=group,
            households=kept,
        )
        county.authors.setdefault(unit.pk, []).append(cadre)
    for unit in places.units:
        # Units without a contact area get the host's own writers and one other.
        if unit.pk not in county.authors:
            own = [c for c in writers if c.organ_id == unit.host_organ_id]
            county.authors[unit.pk] = [*own, rng.choice(writers)]
    _name_stand_ins(county)


def _writes(cadre, people):
    return any(
        cadre.user in users
        for (role, _organ), users in people.by_role.items()
        if role in {Role.CADRE, Role.HOST}
    )


def _make_households(county):
    rows = []
    for unit in county.places.units:
        if unit.kind not in {UnitKind.RURAL, UnitKind.COMMUNITY}:
            continue
        count = 8 if county.is_small else county.rng.randint(12, 24)
        groups = ("一组", "二组", "三组", "四组", "五组")
        if unit.kind == UnitKind.COMMUNITY:
            groups = ("1号楼", "2号楼", "3号楼", "5号楼")
        made = [
            Household(
                unit=unit,
                serial=f"{number:03d}",
                group=county.rng.choice(groups),
                display_name=f"{county.rng.choice(careers.SURNAMES)}××户",
                do_not_disturb=county.rng.random() < 0.04,
            )
            for number in range(1, count + 1)
        ]
        county.households[unit.pk] = made
        rows += made
    Household.objects.bulk_create(rows)
    for unit in county.places.units:
        if unit.pk in county.households:
            host = county.people.holding(Role.HOST, unit.host_organ_id)[0]
            audit.record("household.kept", on=unit, by=host, fields=["display_name", "serial"])


def _name_stand_ins(county):
    """Make a running stand-in for 李秀英 by a colleague, and another that has ended."""
    users, anchor = county.people.users, county.anchor
    principal = users["lixiuying"]
    colleague = next(
        c.user
        for c in county.people.cadres
        if c.organ_id == principal.organ_id
        and c.user
        and c.user in county.people.holding(Role.CADRE, principal.organ_id)
    )
    county.stand_in = StandIn.objects.create(
        principal=principal,
        stand_in=colleague,
        starts_on=anchor - timedelta(days=9),
        ends_on=anchor + timedelta(days=12),
        reason="参加市委党校学习",
        named_by=users["liming"],
    )
    StandIn.objects.create(
        principal=users["zhaomin"],
        stand_in=users["wangjianguo"],
        starts_on=anchor - timedelta(days=60),
        ends_on=anchor - timedelta(days=46),
        reason="住院休养",
        named_by=users["liming"],
    )


# --- Visits --------------------------------------------------------------------------


def _plan_visits(county):
    """Give each matter a day, then fill the year with visits without matters."""
    rng, days = county.rng, county.days
    by_day = {}
    for plan in PLANS if not county.is_tiny else TINY_PLANS:
        if county.is_small and plan.code in WAITING_IN_SMALL:
            plan = replace(plan, organ=WAITING_IN_SMALL[plan.code])
        for _number in range(1 if county.is_small else plan.count):
            by_day.setdefault(days[-1 - plan.drawn(rng)], []).append(plan)
    visit_count = 0
    for day, plans in sorted(by_day.items()):
        rng.shuffle(plans)
        while plans:
            if plans[-1].outcome == "" and plans[-1].route != "merge" and rng.random() < 0.07:
                county.put(county.moment(day), partial(_call, county, plans.pop()))
                continue
            taken = [plans.pop() for _n in range(min(len(plans), rng.choice((1, 1, 1, 2, 2, 3))))]
            county.put(county.moment(day, 16, 17), partial(_visit, county, day, taken))
            visit_count += 1
    for _number in range(max(SIZES[county.scale] - visit_count, 0)):
        place = int(len(days) * rng.random() ** 0.8)
        day = days[min(place, len(days) - 1)]
        weekend = day + timedelta(days=(5 - day.weekday()) % 7)
        if rng.random() < 0.06 and weekend < county.anchor:
            day = weekend
        entered = min(
            county.moment(day + timedelta(days=rng.choice((0, 0, 0, 1, 1, 2, 4, 9))), 17, 21),
            county.moment(county.anchor - timedelta(days=1), 21, 22),
        )
        county.put(entered, partial(_visit, county, day, []))


def _unit_for(county, plans):
    """Choose a unit that fits the plans; for a matter to be merged, the unit of an open twin."""
    rng, units = county.rng, county.places.units
    if any(p.route == "merge" for p in plans):
        still_open = county.year.in_progress(county.open_twins)
        if still_open:
            twin = rng.choice(still_open)
            return next(u for u in units if u.pk == twin.unit_id)
    if any(p.category == "12" or p.organ for p in plans):
        units = [u for u in units if u.kind == UnitKind.RURAL]
    units = [u for u in units if u.kind != UnitKind.STATE_ENTERPRISE or u.parent_id]
    # Give the cast's cadres something to show, also in a small county.
    if county.is_small and rng.random() < 0.3:
        units = [u for u in units if u.name in CAST_UNITS]
    return rng.choices(units, [UNIT_WEIGHTS[u.kind] for u in units])[0]


def _issue_for(county, unit, plan, day):
    """Choose an issue that fits the unit and the plan; one assigned by the desk needs an organ with
    a handler."""
    wanted = [
        issue
        for issue in issues()
        if unit.kind in issue.kinds
        and day.month in issue.months
        and not (plan.may_take_long and issue.urgency == "urgent")
        and issue.on_the_spot == (plan.outcome == "on_the_spot")
        and (plan.category or "12") in (issue.category, "12")
    ]
    if plan.category:
        wanted = [i for i in wanted if i.category == plan.category]
    else:
        wanted = [i for i in wanted if i.category != "12"]
    if plan.route == "desk" and not plan.organ:
        wanted = [
            i
            for i in wanted
            if i.organ in county.places.organs
            and county.people.holding(Role.HANDLER, county.places.organs[i.organ].pk)
        ]
    if plan.organ:
        wanted = [i for i in wanted if i.organ == plan.organ] or wanted
    if "explain" in plan.happens:
        wanted = [i for i in wanted if i.explained]
    if plan.remedy:
        wanted = [i for i in wanted if i.remedy == plan.remedy]
    return county.rng.choice(wanted) if wanted else None


def _visit(county, day, plans):
    """Make one visit and start the stories of its matters."""
    rng, people = county.rng, county.people
    unit, stories = _unit_for(county, plans), []
    for _attempt in range(20):
        found = [_issue_for(county, unit, plan, day) for plan in plans]
        if all(found):
            break
        unit = _unit_for(county, plans)
    author = rng.choice(county.authors[unit.pk])
    if unit.name in CAST_UNITS and rng.random() < 0.7:
        author = people.users[CAST_UNITS[unit.name]].cadre
    surname = rng.choice(careers.SURNAMES)
    mode = _mode(county, unit, day, plans)
    is_home = mode == VisitMode.HOME
    count = rng.choice((2, 3, 3, 4, 4, 5, 6, 8)) if is_home else None
    scene = county.words.scene(
        unit,
        day,
        MODES[mode],
        "有事" if plans else "无事",
        "夜里" if _was_evening(county, day) else "白天",
        household_count=count,
    )
    given = []
    for plan, issue in zip(plans, found, strict=True):
        matter_scene = _matter_scene(county, unit, day, plan, MODES[mode], group=scene.group)
        given.append(_reported(county, plan, issue, matter_scene, surname))
        stories.append((plan, issue, matter_scene))
    by = author.user
    if rng.random() < 0.04:
        by = next(iter(people.holding(Role.LIAISON, author.organ_id)), by)
    fields = {
        "client_key": new_key(rng),
        "author": author,
        "unit": unit,
        "visited_on": day,
        "summary": county.words.diary(scene, seen=rng.choice((2, 2, 3, 3, 4))),
        "heard": county.words.diary_part(scene, "heard") if rng.random() < 0.6 else "",
        "next_steps": county.words.diary_part(scene, "next") if rng.random() < 0.5 else "",
        "group": scene.group if rng.random() < 0.6 else "",
        **stated(rng) | {"mode": mode},
        "purposes": _purposes(county, author, unit, day, mode),
        "household_count": count,
    }
    companions = [] if mode == VisitMode.PHONE else _companions(county, author)
    households = _visited(county, unit, count) if is_home else []
    reflection = (
        county.words.diary_part(scene, "thought") if rng.random() < 0.12 or county.is_tiny else ""
    )
    registered = county.year.record_visit(
        **fields,
        by=by,
        at=county.now,
        companions=companions,
        households=households,
        reflection=reflection,
        reported_matters=given,
    )
    for matter, (plan, issue, matter_scene) in zip(registered, stories, strict=True):
        _begin(county, matter, plan, issue, matter_scene)


def stated(rng):
    """Return the fields that each visit states besides place, day and texts."""
    modes = [str(one) for one in VisitMode if one not in MODES_OF_WORKS]
    return {"mode": rng.choices([*modes, ""], (46, 12, 24, 5, 6, 7))[0]}


def _mode(county, unit, day, plans):
    """Choose the mode: homes only where there are any, and neither phone nor reception for matters
    settled or found on the spot."""
    homes = unit.kind in {UnitKind.RURAL, UnitKind.COMMUNITY}
    modes = {
        VisitMode.HOME: 52 if homes else 0,
        VisitMode.MEETING: 12 if homes else 26,
        VisitMode.FIELD: 22 if homes else 58,
        VisitMode.PHONE: 0 if county.is_tiny else 5,
        VisitMode.RECEPTION: 5 if workdays.is_working_day(day) else 0,
        "": 4,
    }
    if any(plan.outcome == "on_the_spot" or "found" in plan.happens for plan in plans):
        modes[VisitMode.PHONE] = modes[VisitMode.RECEPTION] = 0
    return county.rng.choices([*map(str, modes)], [*modes.values()])[0]


def _was_evening(county, day):
    """Whether the visit was in the evening, which the time of entry must allow."""
    now = timezone.localtime(county.now)
    is_possible = now.hour >= 21 or now.date() > day
    return is_possible and county.rng.random() < 0.25


def _matter_scene(county, unit, day, plan, mode, group=""):
    """Return the scene of a matter; free text never names the raiser."""
    is_nameless = bool({"anonymous", "found"} & plan.happens)
    return county.words.scene(
        unit,
        day,
        mode,
        "匿名" if is_nameless else "有名",
        "乡办",
        group=group,
        person="群众" if is_nameless else "反映人",
    )


def _call(county, plan):
    """Register a matter without a visit: a call, a forwarded one or a reception, typed by host or
    desk."""
    rng = county.rng
    unit, day = _unit_for(county, [plan]), timezone.localdate(county.now)
    while (issue := _issue_for(county, unit, plan, day)) is None:
        unit = _unit_for(county, [plan])
    surname = rng.choice(careers.SURNAMES)
    source = rng.choice((Source.CALL, Source.CALL, Source.RECEPTION, Source.FORWARDED))
    scene = _matter_scene(county, unit, day, plan, HEARD_BY[source])
    by = rng.choice([*county.people.holding(Role.HOST, unit.host_organ_id), county.desk()])
    matter = county.year.register_matter(
        unit=unit,
        by=by,
        at=county.now,
        on=day,
        group=scene.group,
        source=source,
        **_reported(county, plan, issue, scene, surname),
    )
    _begin(county, matter, plan, issue, scene)


def _begin(county, matter, plan, issue, scene):
    if plan.until == "in_progress" and not plan.happens & {"return"}:
        county.open_twins.append(matter)
    county.start(Story(county, matter, plan, issue, scene).run())


def _reported(county, plan, issue, scene, surname):
    """Return the form fields of one matter."""
    rng = county.rng
    title, details = county.words.request(issue, scene)
    given = {
        "client_key": new_key(rng),
        "title": title,
        "request_text": details,
        "category": issue.category,
        "urgency": issue.urgency,
        "nature": rng.choice(NATURES),
        "raiser_kind": RaiserKind(KINDS[scene.kind].raiser),
        "outcome": plan.outcome,
        "raiser_name": (name := surname + rng.choice(careers.VILLAGERS.split())),
        "raiser_phone": f"100-{rng.randint(0, 9999):04d}-{rng.randint(0, 9999):04d}",
    }
    if rng.random() < 0.03:
        given["raiser_kind"] = RaiserKind.PARTY_ORGANIZATION
    if "anonymous" in plan.happens:
        given |= {
            "confidentiality": Confidentiality.ANONYMOUS,
            "raiser_name": "",
            "raiser_phone": "",
        }
    elif "organisation" in plan.happens:
        given["confidentiality"] = Confidentiality.ORGANISATION_ONLY
    elif "found" in plan.happens:
        given |= {"raiser_kind": RaiserKind.CADRE_FOUND, "raiser_name": "", "raiser_phone": ""}
    if plan.outcome == "on_the_spot":
        given |= {
            "nature": "consultation",
            "result_text": county.words.settled(issue, scene),
            "resolution": rng.choice(("solved", "solved", "explained")),
        }
    if plan.outcome == "referred":
        given["referred_to"] = county.words.draw("referred", scene)[0]
    if issue.category == "12":
        other = rng.choice([s for s in careers.SURNAMES if s != surname])
        given |= {"side_a": name, "side_b": other + rng.choice(careers.VILLAGERS.split())}
    return given


def _purposes(county, author, unit, day, mode):
    rng, usual = county.rng, [Purpose.CONTACT_POINT, Purpose.RESEARCH, Purpose.PAIRING]
    if mode in {VisitMode.PHONE, VisitMode.RECEPTION}:
        return []
    if author.user and CAST_UNITS.get(unit.name) == author.user.username:
        usual.append(Purpose.STATIONED)
    if day.month in {1, 2, 7, 9}:
        usual.append(Purpose.CONDOLENCE)
    chosen = rng.choices([[], [rng.choice(usual)], rng.sample(usual, k=2)], (55, 38, 7))[0]
    return [str(purpose) for purpose in chosen]


def _companions(county, author):
    colleagues = [c for c in county.colleagues[author.organ_id] if c is not author]
    count = max(county.rng.choices((0, 1, 2), (55, 33, 12))[0], int(county.is_tiny))
    return county.rng.sample(colleagues, k=min(count, len(colleagues)))


def _visited(county, unit, count):
    """Choose the listed households that are named, at most as many as were visited."""
    listed = [h for h in county.households.get(unit.pk, []) if not h.do_not_disturb]
    if not listed or county.rng.random() < 0.2:
        return []
    return county.rng.sample(listed, k=min(county.rng.randint(1, 4), count, len(listed)))


def new_key(rng):
    return uuid.UUID(int=rng.getrandbits(128), version=4)


# --- Records outside the ledger -------------------------------------------------------


def _add_apart(county):
    """Make sealed conduct reports, the keys of call-backs, and drafts of yesterday evening."""
    users, places, rng = county.people.users, county.places, county.rng
    call_back_keys.publish_keys(on=county.anchor, at=county.first_key_at)
    for text, by, organ in (
        ("反映某村干部在低保评议中优亲厚友，没有按程序开会，希望上级核实。", "zhaomin", "青山乡"),
        ("反映窗口工作人员态度生硬，多次推诿，办事要找熟人。", "zhangweidong", "县民政局"),
    ):
        conduct.register_report(
            by=users[by],
            client_key=new_key(rng),
            on=county.anchor,
            subject="某工作人员",
            text=text,
            reporter="",
            subject_organ=places.organs[organ],
        )
    for username, unit_name in (("wangjianguo", "柳湾村"), ("zhaomin", "上坪村")):
        unit = places.unit(unit_name)
        scene = county.words.scene(unit, county.days[-1], "现场", "无事", "白天")
        VisitDraft.objects.create(
            key=new_key(rng),
            owner=users[username],
            updated_at=county.moment(county.anchor - timedelta(days=1), 20, 21),
            content=VisitDraft.sealed(
                {
                    "unit": [str(unit.pk)],
                    "visited_on": [str(county.days[-1])],
                    "summary": [county.words.diary(scene)[:120]],
                }
            ),
        )


def summary(county):
    """Return one line about the numbers of records."""
    by_status = Counter(Matter.objects.order_by().values_list("status", flat=True))
    return (
        f"{len(county.places.organs)} organs, {len(county.places.units)} units,"
        f" {len(county.people.cadres)} cadres, {User.objects.count()} accounts,"
        f" {Visit.objects.count()} visits, {sum(by_status.values())} matters"
        f" ({by_status['closed']} closed)"
    )
