"""领导联系点, partnerships of department and workshop branches, and one 后进党支部."""

from datetime import date, timedelta
from itertools import islice

from outreach.models import Visit
from outreach.models.visits import Purpose
from pairing.actions import leading, pairings, partnerships
from pairing.actions import weak_cases as cases
from pairing.actions import weak_checks as checks
from pairing.actions import weak_plans as plans
from pairing.models.pairings import HelpMode
from portal.models import PartyOrganization
from portal.roles import Role

# Name of this chapter in the progress output.
CHAPTER = "contact points, pairings, a weak branch"

FOCUS = (
    "高温岗位轮换和降温设施",
    "青年职工培训与夜班冲突",
    "老设备精度下降，返工多",
    "驻外项目部食宿条件",
    "外协人员同工同保",
    "技改后的岗位安排",
)
CONTENT = "技术人员到班组授课每季度一次\n协调解决劳保、食堂、通勤问题\n每季度联合开展一次主题党日"
GOAL = "班子健全、制度落实、职工满意，按期转化"
MEASURES = {
    "01": ("增补支部委员，选配专职书记", "二级党委副书记", "已完成民主推荐"),
    "04": ("按月开展组织生活，倒班党员分两场补课", "支部委员会", "连续两个月按期开展"),
    "10": ("设立党员责任区，跟班解决班组难题", "党群工作部主任", "责任区已挂牌"),
}


def make(group):
    _contact_points(group)
    _pairings(group)
    _masters(group)
    _check(group)
    _weak_branch(group)


def _day(group, ago):
    return group.anchor - timedelta(days=ago)


def _contact_points(group):
    """Give each leader of the group and of each subsidiary a workshop, some since last year."""
    office, year = group.people.users["huangyue"], group.anchor.year
    leaders = [cadre for cadre in group.leading if cadre.user and cadre.rank != "二级副职"]
    # The cast's leaders come first; a tiny group has only the first.
    named = [group.people.users[name].cadre for name in ("liaozhengming", "dengchangqing")]
    leaders = [*named, *(one for one in leaders if one not in named)]
    ago = max((group.anchor - group.anchor.replace(month=1, day=1)).days - 20, 0)
    taken = set()
    for n, leader in enumerate(group.few(leaders[:14], 1)):
        fit = group.places.workshops
        if own := [unit for unit in fit if unit.host_organ_id == leader.organ_id]:
            fit = own
        unit = _where_they_went(leader, [one for one in fit if one.pk not in taken] or fit)
        taken.add(unit.pk)
        party = PartyOrganization.objects.filter(unit=unit, ended_on=None).order_by("pk").first()
        for past in range(2 if n % 5 == 0 else 1):
            leading.arrange_point(
                leader=leader,
                unit=unit,
                year=year - past,
                by=office,
                at=group.moment(_day(group, ago + 365 * past)),
                focus=FOCUS[n % len(FOCUS)],
                planned_visits=4 + n % 3 * 2,
                cooperating=[group.places.organs[("后勤服务部", "集团工会")[n % 2]]],
                party_organization=party,
                recorder=group.people.users["baixue"].cadre if leader == named[0] else None,
            )


def _where_they_went(leader, units):
    """Return a unit that the leader has visited, if any, and mark those visits as contact point
    visits, so that the plan shows progress."""
    been = Visit.objects.standing().filter(author=leader, unit__in=units)
    visit = been.order_by("-visited_on", "pk").first()
    if visit is None:
        return units[0]
    for one in been.filter(unit=visit.unit_id).order_by("pk"):
        one.purposes = sorted({*one.purposes, Purpose.CONTACT_POINT})
        one.save(update_fields=["purposes"])
    return next(unit for unit in units if unit.pk == visit.unit_id)


def _pairings(group):
    """Pair branches of departments and of workshops for a year each; every second pairing is
    signed."""
    office = group.people.users["huangyue"]
    helping = PartyOrganization.objects.filter(
        organ__in=[one.pk for one in group.places.departments]
    ).order_by("sort_order")
    helped = PartyOrganization.objects.filter(unit__in=group.places.workshops).order_by(
        "sort_order"
    )
    pairs = zip(helping.select_related("organ"), helped.select_related("unit"), strict=False)
    for n, (helper, branch) in enumerate(islice(pairs, 1 if group.is_tiny else 9)):
        began = 250 - 20 * n
        partnerships.agree_partnership(
            helper_branch=helper,
            helped_branch=branch,
            mode=HelpMode.ONE,
            starts_on=_day(group, began),
            ends_on=_day(group, began - 365),
            signed_on=_day(group, began) if n % 2 == 0 else None,
            content=CONTENT,
            document=group.document("华岳党群", _day(group, began)),
            by=office,
            at=group.moment(_day(group, began)),
        )


def _masters(group):
    """师带徒: a senior technician of a workshop and a young one; one apprentice has mastered the
    trade."""
    office = group.people.users["huangyue"]
    working = {(one.organ_id, one.post): one for one in group.people.cadres}
    for n, unit in enumerate(() if group.is_tiny else group.places.workshops[:6]):
        master, apprentice = (
            working[unit.host_organ_id, f"{unit.name}{post}"] for post in ("高级技师", "工艺技术员")
        )
        began = 400 - 60 * n
        told = {"by": office, "at": group.moment(_day(group, began))}
        pairing = pairings.agree_mentoring(
            cadre=master,
            apprentice=apprentice,
            unit=unit,
            starts_on=_day(group, began),
            ends_on=_day(group, began - 729),
            document=group.document("华岳党群", _day(group, began)),
            **told,
        )
        pairings.sign_agreement(
            pairing=pairing,
            number=f"师徒〔{pairing.starts_on.year}〕{n + 1}号",
            signed_on=pairing.starts_on,
            starts_on=pairing.starts_on,
            ends_on=pairing.ends_on,
            aims="两年内独立上岗，技能等级提升一级",
            content="设备点检\n工艺规程\n常见故障排除",
            ways="跟班带教",
            **told,
        )
        if n == 1:
            pairings.end_pairing(
                pairing=pairing,
                on=_day(group, 12),
                ending="mastered",
                reason="理论和实操考核合格",
                by=office,
                at=group.moment(_day(group, 12)),
            )


def _check(group):
    """年初排查 of the whole group, answered by all subsidiaries except one."""
    office = group.people.users["huangyue"]
    is_ahead = group.anchor.month >= 10
    year = group.anchor.year + is_ahead
    opened = _day(group, 7) if is_ahead else min(date(year, 1, 8), _day(group, 1))
    at = group.moment(opened)
    check = checks.open_check(
        year=year,
        area=None,
        answer_by=date(year, 2, 15),
        document=group.document("华岳党群", opened),
        by=office,
        at=at,
    )
    reports = list(check.reports.select_related("organ").order_by("pk"))
    for report in reports[: max(len(reports) - 1, 1)]:
        host = group.people.holding(Role.HOST, report.organ_id)[0]
        checks.answer_check(report=report, by=host, at=at)


def _weak_branch(group):
    """Make one branch under rectification."""
    branch = (
        PartyOrganization.objects.filter(unit__in=group.places.workshops)
        .select_related("unit")
        .order_by("-sort_order")
        .first()
    )
    host = group.people.holding(Role.HOST, branch.unit.host_organ_id)[0]
    office = group.people.users["huangyue"]

    def told(by, ago):
        return {"by": by, "at": group.moment(_day(group, ago))}

    codes = group.few(tuple(MEASURES), 1)
    case = cases.note_case(
        organization=branch,
        year=_day(group, 80).year,
        level="behind",
        situations=codes,
        reason="经座谈了解、查阅会议记录和党员职工测评",
        **told(host, 80),
    )
    decided = _day(group, 74)
    document = group.document("华岳党群", decided)
    facts = {"confirmed": True, "document": document, "decided_on": decided}
    case = cases.decide_case(case=case, **facts, **told(office, 74))
    for n, code in enumerate(codes):
        measure, post, progress = MEASURES[code]
        item = plans.add_item(
            case=case,
            situation=code,
            measure=measure,
            responsible=post,
            due_on=_day(group, 20 - 30 * n),
            **told(host, 70),
        )
        plans.note_progress(item=item, on=_day(group, 40), text=progress, **told(host, 40))
        if n == 0 and not group.is_tiny:
            plans.end_item(item=item, done=True, outcome="支部委员已补齐", **told(host, 25))
    case = cases.lay_down_plan(case=case, goal=GOAL, plan_due_on=_day(group, -90), **told(host, 68))
    leader = group.people.users["liaozhengming"].cadre
    day = _day(group, 66)
    plans.name_support(case=case, kind="leader", starts_on=day, cadre=leader, **told(host, 66))
    held = _day(group, 35)
    plans.review_case(
        case=case,
        month=held.replace(day=1),
        held_on=held,
        findings="组织生活已按月开展，倒班党员补课到位；支部委员还缺一名。",
        next_steps="月底前完成补选，责任区公示到班组。",
        **told(host, 35),
    )
