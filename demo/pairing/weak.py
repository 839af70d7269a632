"""整顿 in the invented county: one case to confirm, one under rectification, one that waits for
acceptance, one transformed; and this year's check, half answered."""

from datetime import date, timedelta

from demo.texts import rows
from outreach.models import Stay
from outreach.models.stays import StayKind
from pairing.actions import weak_cases as cases
from pairing.actions import weak_checks as checks
from pairing.actions import weak_plans as plans
from pairing.models.weak_work import Aspect, Part
from portal.models import Division, PartyOrganization, RoleGrant
from portal.models.places import OrganKind, UnitKind
from portal.roles import Role

MEASURES = {
    "01": ("选优配强村党组织班子，补齐缺额", "镇党委副书记", "已完成后备力量摸底"),
    "03": ("逐一谈心谈话，明确分工和议事规则", "镇党委组织委员", "议事规则已上墙"),
    "04": ("规范“三会一课”，每月公示组织生活情况", "村党组织班子", "连续两个月按期开展"),
    "07": ("按月公开党务村务财务，接受监督委员会监督", "镇纪委书记", "上月账目已公开"),
    "09": ("改造旧校舍为党群服务站", "镇副镇长", "已完成选址"),
    "10": ("设立代办点，推行值班接待", "包村干部", "代办点已挂牌"),
}
GOAL = "班子健全、制度落实、群众满意，按期转化"


def make(county):
    """Make cases only in units whose host has an account."""
    office = county.people.users["liming"]
    hosts = {
        grant.organ_id: grant.user.acting(on=county.anchor)
        for grant in RoleGrant.objects.filter(role=Role.HOST).select_related("user__organ")
    }
    units = [
        unit
        for unit in county.places.units
        if unit.kind == UnitKind.RURAL and unit.host_organ_id in hosts
    ]
    _check(county, office, hosts)
    stories = ((330, "transformed"), (150, "waiting"), (70, "rectifying"), (6, "noted"))
    for unit, (ago, story) in zip(units, county.few(stories, 1), strict=False):
        _Story(county, office, hosts[unit.host_organ_id], unit, ago).tell(story)


def _check(county, office, hosts):
    area = next(
        (g.division for g in office.grants_today() if g.role == Role.OFFICE and g.division_id), None
    )
    # 年初排查: opened ahead of the year from October on, otherwise in January.
    is_ahead = county.anchor.month >= 10
    year = county.anchor.year + is_ahead
    opened = county.anchor - timedelta(days=7) if is_ahead else date(year, 1, 8)
    at = county.moment(min(opened, county.anchor - timedelta(days=1)))
    check = checks.open_check(
        year=year,
        area=area and Division.objects.get(pk=area.pk),
        answer_by=date(year, 2, 15),
        document=county.document("云组通", opened),
        by=office,
        at=at,
    )
    reports = list(check.reports.select_related("organ").order_by("pk"))
    for place, report in enumerate(reports):
        # Half have answered if it is opened ahead of the year, otherwise all except one.
        has_answered = place % 2 == 0 if is_ahead else place < len(reports) - 1
        if has_answered and report.organ_id in hosts:
            checks.answer_check(report=report, by=hosts[report.organ_id], at=at)


class _Story:
    """One case, made by the actions in chronological order."""

    def __init__(self, county, office, host, unit, ago):
        self.county, self.office, self.host, self.unit, self.ago = county, office, host, unit, ago

    def day(self, after=0):
        return self.county.anchor - timedelta(days=self.ago - after)

    def by(self, user, after=0):
        return {"by": user, "at": self.county.moment(self.day(after))}

    def _organization(self):
        """Return the village's Party organisation, making one if it has none."""
        there = PartyOrganization.objects.filter(unit=self.unit, ended_on=None).order_by("pk")
        if organization := there.first():
            return organization
        organization = PartyOrganization(
            name=f"中共{self.unit.name}支部委员会",
            unit=self.unit,
            kind="branch",
            member_count=31,
            started_on=self.county.anchor.replace(year=2016, day=1),
        )
        organization.spell()
        organization.save()
        return organization

    def tell(self, story):
        codes = {
            "noted": ("04",),
            "rectifying": ("01", "04", "07"),
            "waiting": ("03", "10"),
            "transformed": ("04", "09"),
        }[story]
        codes = self.county.few(codes, 1)
        organization = self._organization()
        case = cases.note_case(
            organization=organization,
            year=self.day().year,
            situations=codes,
            level="behind" if story == "waiting" else "weak",
            reason="经座谈了解、查阅会议记录和党员群众测评",
            **self.by(self.host),
        )
        if story == "noted":
            return
        case = cases.decide_case(
            case=case,
            confirmed=True,
            document=self.county.document("云组通", self.day(5)),
            decided_on=self.day(5),
            **self.by(self.office, 5),
        )
        items = [self._item(case, code, place) for place, code in enumerate(codes)]
        case = cases.lay_down_plan(
            case=case, goal=GOAL, plan_due_on=self.day(150), **self.by(self.host, 8)
        )
        self._helpers(case)
        self._review(case)
        if story == "rectifying":
            plans.end_item(item=items[0], done=True, outcome="缺额已补选", **self.by(self.host, 60))
            return
        for item in items:
            plans.end_item(
                item=item, done=True, outcome="已落实，村民代表会议认可", **self.by(self.host, 100)
            )
        case = cases.ask_acceptance(case=case, **self.by(self.host, 120))
        if story == "transformed":
            self._accepted(case)

    def _item(self, case, code, place):
        measure, post, progress = MEASURES[code]
        item = plans.add_item(
            case=case,
            situation=code,
            measure=measure,
            responsible=post,
            due_on=self.day(60 + 30 * place),
            **self.by(self.host, 6),
        )
        plans.note_progress(item=item, on=self.day(35), text=progress, **self.by(self.host, 35))
        return item

    def _helpers(self, case):
        """A leader of the county, a bureau, and a leader of the village's own township."""
        county, turn = self.county, self.ago // 10
        leaders = [one for one in county.leading if "县处级" in one.rank]
        town = [one for one in county.leading if one.organ_id == self.unit.host_organ_id]
        bureaus = [
            one for one in county.places.organs.values() if one.kind == OrganKind.GOVERNMENT
        ][1:]
        named = [
            ("leader", {"cadre": leaders[turn % len(leaders)]}),
            ("organ", {"organ": bureaus[turn % len(bureaus)]}),
        ]
        day = self.day(8)
        first = Stay.objects.running(day).filter(unit=self.unit, kind=StayKind.FIRST_SECRETARY)
        if stay := first.select_related("cadre").order_by("pk").first():
            named.append(("secretary", {"cadre": stay.cadre}))
        if town:
            named.append(("township", {"cadre": town[turn % len(town)]}))
        for kind, who in self.county.few(named, 1):
            plans.name_support(case=case, kind=kind, starts_on=day, **who, **self.by(self.host, 8))

    def _review(self, case):
        reviews = rows("helping.txt", "reviews of a case")
        for n, after in enumerate(self.county.few((33, 65), 1)):
            findings, next_steps = reviews[(self.ago // 35 + n) % len(reviews)]
            day = self.day(after)
            plans.review_case(
                case=case,
                month=day.replace(day=1),
                held_on=day,
                findings=findings,
                next_steps=next_steps,
                **self.by(self.host, after),
            )

    def _accepted(self, case):
        points = dict(zip(Part.values, (22, 23, 20, 21), strict=True))
        ballots = dict.fromkeys(Aspect.values, [13, 4, 1]) | {"overall": [12, 5, 1]}
        cases.accept_case(
            case=case,
            held_on=self.day(130),
            member_ballots=8,
            mass_ballots=10,
            points=points,
            ballots=ballots,
            opinion="同意转化，继续跟踪一年",
            **self.by(self.office, 131),
        )
        for after in self.county.few((220, 305), 1):
            cases.follow_up(
                case=case,
                on=self.day(after),
                finding="组织生活正常，代办点运转良好",
                stands=True,
                **self.by(self.host, after),
            )
