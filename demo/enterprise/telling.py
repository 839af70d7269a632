"""A year of the invented group: visits to workshops and teams, and the matters raised by
workers."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, partial

from django.db import transaction
from django.utils import timezone

from demo import careers
from demo.enterprise.cast import CAST
from demo.enterprise.people import LEADERS, level_of, make_people
from demo.enterprise.places import Places
from demo.outreach import county as going_down
from demo.outreach.county import County, new_key
from demo.outreach.stories import PLANS, Story
from demo.outreach.words import MODES, Texts, Words, issues
from outreach.actions import areas, call_back_keys
from outreach.models import ContactArea
from outreach.models.matters import Confidentiality, RaiserKind, Source
from outreach.models.visits import Purpose, VisitMode
from portal.actions.norms import set_norm
from portal.days import workdays
from portal.roles import Role

TEXTS = Texts("enterprise_matters.txt", ("enterprise.txt",), lambda organ: organ)
VISITS = {"enterprise": 300, "enterprise-tiny": 8}
# {plan: number of matters}, 120 in all.
WAYS = {
    "spot": 10,
    "host": 17,
    "desk": 16,
    "support": 4,
    "returned": 2,
    "extended": 3,
    "not_extended": 1,
    "dispute": 2,
    "ordered": 2,
    "urged": 2,
    "suspended_then_done": 1,
    "reopened": 3,
    "reopened_by_host": 1,
    "explained": 3,
    "sent_back": 1,
    "transferred": 2,
    "anonymous": 3,
    "organisation_only": 2,
    "found": 3,
    "declined": 2,
    "unreachable": 1,
    "unsatisfied": 1,
    "referred": 3,
    "referred_later": 1,
    "withdrawn": 2,
    "merged": 1,
    "registered": 2,
    "registered_late": 1,
    "escalated": 1,
    "assigned": 2,
    "assigned_late": 1,
    "half_signed": 1,
    "at_the_host": 2,
    "host_late": 1,
    "at_an_organ": 3,
    "organ_late": 1,
    "due_tomorrow": 1,
    "reopened_open": 1,
    "final": 1,
    "extension_asked": 1,
    "order_open": 1,
    "order_answered": 1,
    "asked_on_the_spot": 1,
    "asked_explained": 1,
    "asked_referred": 1,
    "suspended": 1,
    "reported": 1,
    "reported_by_host": 1,
    "awaiting_word": 3,
    "tried_twice": 1,
}
TINY_WAYS = ("desk", "order_open", "tried_twice", "asked_on_the_spot", "registered", "assigned")
# Gives each handler in the cast something to do.
WAITING = {
    "assigned": "人力资源部",
    "due_tomorrow": "后勤服务部",
    "assigned_late": "安全环保部",
    "order_open": "后勤服务部",
    "dragging": "后勤服务部",
}
# Sources of 100 matters: visits, talks with a team, proposals, reception days.
SOURCES = {Source.VISIT: 45, Source.TEAM: 25, Source.PROPOSAL: 15, Source.RECEPTION: 15}
HEARD_BY = {Source.PROPOSAL: "不详", Source.RECEPTION: "接待"}
MODES_OF_VISITS = {
    VisitMode.FIELD: 34,
    VisitMode.SHIFT: 26,
    VisitMode.MEETING: 12,
    VisitMode.TEAM: 20,
    VisitMode.PHONE: 3,
    VisitMode.RECEPTION: 5,
}
# (least, most) number of workers met, by mode of visit.
SPOKEN_WITH = {
    VisitMode.FIELD: (2, 6),
    VisitMode.SHIFT: (2, 5),
    VisitMode.MEETING: (6, 15),
    VisitMode.TEAM: (5, 14),
    VisitMode.PHONE: (1, 1),
    VisitMode.RECEPTION: (2, 6),
}
# Norms that the group sets before the first visit.
NORMS = {
    "programme.words": "group",
    "programme.office_name": "中国华岳装备集团有限公司党群工作部",
    "portal.name": "华岳联系服务职工平台",
    "requests.approver": "集团整治形式主义为基层减负工作专班",
}
SHIFTS = ("早班", "中班", "夜班", "检修组")
CAST_UNITS = {person.unit: person.username for person in CAST if person.unit}


@dataclass
class Group(County):
    """The group as state of the stories (see `County`)."""

    @property
    def is_small(self):
        return self.is_tiny

    @property
    def is_tiny(self):
        return self.scale == "enterprise-tiny"

    @cached_property
    def leading(self):
        return [c for c in self.people.cadres if level_of(c.organ, c.post).is_leading]

    def official(self):
        """Return a leader of the group to lead a matter."""
        return self.rng.choice([c for c in self.leading if level_of(c.organ, c.post) is LEADERS])

    def outsiders(self):
        """Users who may make sample call-backs: the office, and departments that handle nothing."""
        asking = {"审计部", "培训中心"}
        return self.people.holding(Role.OFFICE) + [
            c.user for c in self.people.cadres if c.user and c.organ.short_name in asking
        ]


def begin(scale, seed, anchor):
    """Make places and people, and arrange contact areas."""
    rng = random.Random(f"{scale}-{seed}")
    is_tiny = scale == "enterprise-tiny"
    with transaction.atomic():
        places = Places(is_tiny, anchor)
        people = make_people(is_tiny, anchor, places, rng)
    words = Words(rng, tries=12, texts=TEXTS)
    days = going_down.working_days_before(anchor)
    group = Group(scale, anchor, rng, places, people, words, days)
    group.names = [cadre.name for cadre in people.cadres]
    _set_norms(group)
    _arrange(group)
    return group


def _set_norms(group):
    day = group.anchor - timedelta(days=390)
    for code, value in NORMS.items():
        basis = group.document("华岳党", day)
        set_norm(code=code, value=value, basis=basis, valid_from=day, by=group.office())


def tell(group, say):
    """Make the year, day by day."""
    _plan(group)
    for at in group.week_ends():
        group.put(at, group.draw_sample)
    group.tell(say)
    call_back_keys.publish_keys(on=group.anchor, at=group.first_key_at)


# --- Contact areas -----------------------------------------------------------------------


def _arrange(group):
    """包联: give everybody with an account a workshop or a team; leaders of a workshop get that
    workshop or one of its teams."""
    rng, office = group.rng, group.office()
    since = group.anchor - timedelta(days=380)
    writing = {Role.CADRE, Role.HOST, Role.LEADER, Role.SUPERVISOR}
    for cadre in group.people.cadres:
        if not cadre.user or not writing & {g.role for g in cadre.user.grants_today()}:
            continue
        unit = _unit_of(group, cadre)
        areas.arrange_area(
            cadre=cadre,
            unit=unit,
            by=office,
            starts_on=since,
            kind=ContactArea.Kind.VILLAGE,
        )
        group.authors.setdefault(unit.pk, []).append(cadre)
    # Cadres of a workshop also visit its teams.
    for unit in group.places.teams:
        above = group.authors.get(group.places.workshop_of(unit).pk, [])
        group.authors[unit.pk] = group.authors.get(unit.pk, []) + above
    everybody = [cadre for own in group.authors.values() for cadre in own]
    for unit in group.places.units:
        if not group.authors.get(unit.pk):
            group.authors[unit.pk] = rng.sample(everybody, k=2)


def _unit_of(group, cadre):
    places, named = group.places, {name: unit for unit, name in CAST_UNITS.items()}
    if cadre.user.username in named:
        return places.unit(named[cadre.user.username])
    own = [u for u in places.workshops if u.host_organ_id == cadre.organ_id]
    if led := [unit for unit in own if unit.name == cadre.department]:
        teams = [unit for unit in places.teams if unit.parent_id == led[0].pk]
        return group.rng.choice([*led, *teams])
    everywhere = [*places.workshops, *places.teams]
    return group.rng.choice(own or everywhere)


# --- Visits and matters --------------------------------------------------------------------


def _plan(group):
    """Give each matter a day and a source, then fill the year with visits without matters."""
    rng, days = group.rng, group.days
    codes = TINY_WAYS if group.is_tiny else [code for code, n in WAYS.items() for _one in range(n)]
    plans = {plan.code: plan for plan in PLANS}
    sources = rng.sample(list(SOURCES), len(codes), counts=[n * 2 for n in SOURCES.values()])
    visit_count = 0
    for code, source in zip(codes, sources, strict=True):
        plan = replace(plans[code], organ=WAITING.get(code, ""))
        if plan.outcome and source == Source.PROPOSAL:
            source = Source.VISIT
        day = days[-1 - plan.drawn(rng)]
        if source in {Source.VISIT, Source.TEAM}:
            visit_count += 1
            act = partial(_visit, group, day, plan, VisitMode.TEAM if source == Source.TEAM else "")
            group.put(group.moment(day, 16, 17), act)
        else:
            group.put(group.moment(day), partial(_raise, group, plan, source))
    for _number in range(max(VISITS[group.scale] - visit_count, 0)):
        day = days[min(int(len(days) * rng.random() ** 0.8), len(days) - 1)]
        later = group.moment(day + timedelta(days=rng.choice((0, 0, 1, 1, 2, 4))), 17, 22)
        last = group.moment(group.anchor - timedelta(days=1), 21, 22)
        group.put(min(later, last), partial(_visit, group, day, None, ""))


def _unit_for(group, plan):
    """Choose a workshop or a team; for a matter to be merged, the unit of an open twin."""
    units = group.places.workshops * 2 + group.places.teams
    if plan and plan.route == "merge":
        twins = group.year.in_progress(group.open_twins)
        if twins:
            twin = group.rng.choice(twins)
            return next(unit for unit in group.places.units if unit.pk == twin.unit_id)
    # Give the cast's cadres something to show, also in a tiny group.
    if group.rng.random() < (0.5 if group.is_tiny else 0.1):
        units = [unit for unit in units if unit.name in CAST_UNITS]
    return group.rng.choice(units)


def _issue_for(group, plan, day):
    """Choose an issue that fits the plan; one assigned by the desk needs a department with a
    handler."""
    organs = group.places.organs

    def fits(issue):
        is_there = issue.organ in organs and group.handler(organs[issue.organ])
        return (
            day.month in issue.months
            and issue.on_the_spot == (plan.outcome == "on_the_spot")
            and (issue.category == "12") == (plan.category == "12")
            and (plan.route != "desk" or is_there)
            and (not plan.organ or issue.organ == plan.organ)
            and ("explain" not in plan.happens or issue.explained)
            and plan.remedy in {"", issue.remedy}
        )

    return group.rng.choice([issue for issue in issues(TEXTS) if fits(issue)])


def _visit(group, day, plan, mode):
    rng = group.rng
    unit = _unit_for(group, plan)
    near = group.authors[unit.pk]
    # Leaders visit more often than others.
    author = rng.choices(near, [3 if one in group.leading else 1 for one in near])[0]
    if unit.name in CAST_UNITS and rng.random() < 0.6:
        author = group.people.users[CAST_UNITS[unit.name]].cadre
    mode = mode or _mode(group, day, plan)
    count = rng.randint(*SPOKEN_WITH[mode])
    scene = group.words.scene(
        unit,
        day,
        MODES[mode],
        "有事" if plan else "无事",
        "夜里" if _was_at_night(group, day) else "白天",
        group=_part(group, unit),
        household_count=count,
    )
    given, issue, matter_scene = [], None, None
    if plan:
        issue = _issue_for(group, plan, day)
        matter_scene = _matter_scene(group, unit, day, plan, MODES[mode], scene.group)
        given = [_reported(group, plan, issue, matter_scene)]
    companions = []
    if mode not in {VisitMode.PHONE, VisitMode.SHIFT}:
        # Not the office: it holds the polls and is not appraised in them.
        office = {user.pk for user in group.people.holding(Role.OFFICE)} | {author.user_id}
        others = [c for c in group.colleagues[author.organ_id] if c.user_id not in office]
        along = max(rng.choices((0, 1, 2), (60, 30, 10))[0], int(group.is_tiny))
        companions = rng.sample(others, k=min(along, len(others)))
    registered = group.year.record_visit(
        client_key=new_key(rng),
        author=author,
        by=author.user,
        at=group.now,
        unit=unit,
        visited_on=day,
        summary=group.words.diary(scene, seen=rng.choice((2, 2, 3, 3, 4))),
        heard=group.words.diary_part(scene, "heard") if rng.random() < 0.6 else "",
        next_steps=group.words.diary_part(scene, "next") if rng.random() < 0.5 else "",
        group=scene.group if rng.random() < 0.6 else "",
        mode=mode,
        household_count=count,
        purposes=_purposes(group, mode),
        companions=companions,
        reflection=group.words.diary_part(scene, "thought")
        if rng.random() < 0.12 or group.is_tiny
        else "",
        reported_matters=given,
    )
    for matter in registered:
        _follow(group, matter, plan, issue, matter_scene)


def _raise(group, plan, source):
    """Register a matter without a visit: a proposal or a reception day, typed by the subsidiary."""
    unit, day = _unit_for(group, plan), timezone.localdate(group.now)
    issue = _issue_for(group, plan, day)
    scene = _matter_scene(group, unit, day, plan, HEARD_BY[source], _part(group, unit))
    matter = group.year.register_matter(
        unit=unit,
        by=group.rng.choice(group.people.holding(Role.HOST, unit.host_organ_id)),
        at=group.now,
        on=day,
        group=scene.group,
        source=source,
        **_reported(group, plan, issue, scene),
    )
    _follow(group, matter, plan, issue, scene)


def _follow(group, matter, plan, issue, scene):
    if plan.until == "in_progress" and not plan.happens & {"return"}:
        group.open_twins.append(matter)
    group.start(Story(group, matter, plan, issue, scene).run())


def _part(group, unit):
    """Return a team of the workshop, or a shift if the unit has no teams."""
    teams = [one.name for one in group.places.teams if one.parent_id == unit.pk]
    return group.rng.choice(teams or SHIFTS)


def _mode(group, day, plan):
    modes = dict(MODES_OF_VISITS)
    # A matter is raised on the spot; talks with teams are planned separately.
    if plan:
        for one in (VisitMode.TEAM, VisitMode.PHONE, VisitMode.RECEPTION):
            del modes[one]
    elif not workdays.is_working_day(day):
        del modes[VisitMode.RECEPTION]
    return group.rng.choices(list(modes), list(modes.values()))[0]


def _was_at_night(group, day):
    """Whether the visit was at night, which the time of entry must allow; any shift may be
    visited."""
    now = timezone.localtime(group.now)
    return (now.hour >= 21 or now.date() > day) and group.rng.random() < 0.4


def _matter_scene(group, unit, day, plan, mode, part):
    is_nameless = bool({"anonymous", "found"} & plan.happens)
    return group.words.scene(
        unit,
        day,
        mode,
        "匿名" if is_nameless else "有名",
        "乡办",
        group=part,
        person="职工" if is_nameless else "反映人",
    )


def _reported(group, plan, issue, scene):
    """Return the form fields of one matter."""
    rng = group.rng
    title, details = group.words.request(issue, scene)
    name = rng.choice(careers.SURNAMES) + rng.choice(careers.GIVEN.split())
    given = {
        "client_key": new_key(rng),
        "title": title,
        "request_text": details,
        "category": issue.category,
        "urgency": issue.urgency,
        "nature": rng.choice(("help", "help", "help", "complaint", "suggestion")),
        "raiser_kind": RaiserKind.EMPLOYEE,
        "outcome": plan.outcome,
        "raiser_name": name,
        "raiser_phone": f"100-{rng.randint(0, 9999):04d}-{rng.randint(0, 9999):04d}",
    }
    nobody = {"raiser_name": "", "raiser_phone": ""}
    if "anonymous" in plan.happens:
        given |= {"confidentiality": Confidentiality.ANONYMOUS, **nobody}
    elif "organisation" in plan.happens:
        given["confidentiality"] = Confidentiality.ORGANISATION_ONLY
    elif "found" in plan.happens:
        given |= {"raiser_kind": RaiserKind.CADRE_FOUND, **nobody}
    if plan.outcome == "on_the_spot":
        given |= {
            "nature": "consultation",
            "result_text": group.words.settled(issue, scene),
            "resolution": rng.choice(("solved", "solved", "explained")),
        }
    if plan.outcome == "referred":
        given["referred_to"] = group.words.draw("referred", scene)[0]
    if issue.category == "12":
        other = rng.choice([one for one in careers.SURNAMES if one != name[0]])
        given |= {"side_a": name, "side_b": other + rng.choice(careers.GIVEN.split())}
    return given


def _purposes(group, mode):
    if mode in {VisitMode.PHONE, VisitMode.RECEPTION}:
        return []
    usual = [Purpose.CONTACT_POINT, Purpose.RESEARCH, Purpose.CONDOLENCE]
    return [str(group.rng.choice(usual))] if group.rng.random() < 0.4 else []
