"""Stays of the invented county in every state, with months, leave and reports."""

from datetime import timedelta

from demo.texts import sections
from outreach import stay_days
from outreach.actions import stay_months, stay_reports, stays
from outreach.models.stay_reports import StayOpinion
from outreach.models.stays import Ending, StayKind
from outreach.rules import stay_reports as rules
from outreach.stay_days import last_of, month_of
from portal.models.places import OrganKind, UnitKind
from portal.roles import Role

PROGRAMME = "万名干部驻千村"
# First secretaries and members of work teams are sent for two years.
TERM = 730


def make(county):
    """Make the stays: 王建国 stays at 柳湾村, 赵敏's stay at 上坪村 ends soon; six others show
    the other states.

    A tiny county has one other, who is replaced.
    """
    users, anchor = county.people.users, county.anchor
    office = users["liming"]
    # The small county has few cadres besides the cast.
    others = _able(county)
    villages = [
        unit
        for unit in county.places.units
        if unit.kind == UnitKind.RURAL and unit.name not in {"柳湾村", "上坪村"}
    ]

    def day(ago):
        return anchor - timedelta(days=ago)

    def at(ago):
        return county.moment(day(ago))

    def document(ago):
        return county.document("云组通", day(ago))

    def publish(cadre, unit, began, ends, **more):
        fields = {"kind": StayKind.TEAM_MEMBER, "programme": PROGRAMME} | more
        ago = max(began + 10, 1)
        return stays.publish_stay(
            cadre=cadre,
            unit=unit,
            starts_on=day(began),
            ends_on=day(ends),
            by=office,
            at=at(ago),
            document=document(ago),
            **fields,
        )

    def replace(stay):
        stays.replace_stay(
            stay=stay,
            cadre=others[4],
            starts_on=day(30),
            ends_on=day(250 - TERM),
            by=office,
            at=at(33),
            document=document(33),
            reason="原工作队员岗位调整",
            promises="两个月内装好三组路灯\n给饮水点换一台水泵",
            things="村部钥匙一把\n民情日记两本",
        )

    def in_every_state():
        """Make the other stays, and return the one of a team member that goes on."""
        member = publish(others[0], villages[0], 150, 150 - TERM)
        done = publish(others[1], villages[1], 40 + TERM, 40)
        recalled = publish(others[2], villages[0], 300, 300 - TERM)
        replaced = publish(others[3], villages[-1], 250, 250 - TERM)
        # 蹲点 lasts some weeks.
        publish(others[5], villages[1], -12, -41, kind=StayKind.RESIDENTIAL)
        cancelled = publish(others[6], villages[-1], -30, -59, kind=StayKind.RESIDENTIAL)
        if not county.is_small:
            for n, unit in enumerate(villages[2:5]):
                began = 120 + 90 * n
                first = StayKind.FIRST_SECRETARY
                publish(others[8 + n], unit, began, began - TERM, kind=first, is_leader=True)
        publish(
            others[7],
            county.places.unit("柳湾村"),
            60,
            -300,
            kind=StayKind.SECONDMENT,
            programme="县直机关干部挂职",
        )

        stays.complete_stay(stay=done, by=office, at=at(39), document=document(39))
        _opinions(county, done, at(30))
        stays.end_stay(
            stay=recalled,
            on=day(90),
            ending=Ending.RECALLED,
            document=document(91),
            by=office,
            at=at(91),
            reason="长期不在岗，经谈话未改正",
        )
        replace(replaced)
        stays.cancel_stay(
            stay=cancelled, document=document(2), reason="派出单位机构调整", by=office, at=at(2)
        )
        return member

    wang = publish(users["wangjianguo"].cadre, county.places.unit("柳湾村"), 200, 200 - TERM)
    zhao = publish(
        users["zhaomin"].cadre,
        county.places.unit("上坪村"),
        TERM - 20,
        -20,
        is_leader=True,
        kind=StayKind.FIRST_SECRETARY,
    )
    _led(county, at, day, publish)
    if county.is_tiny:
        replaced = publish(others[3], wang.unit, 250, 250 - TERM)
        replace(replaced)
        replaced.refresh_from_db()
        _opinions(county, replaced, at(20))
        _months(county, at, [wang])
    else:
        _months(county, at, [wang, zhao, in_every_state()])
    _leave(county, at, day, wang, zhao)
    _reports(county, at, day, wang)


def _able(county):
    """Cadres of county organs who can be sent: first one of each organ, then the others."""
    cast = {county.people.users[name].pk for name in ("wangjianguo", "zhaomin")}
    able = [
        one
        for one in county.people.cadres
        if one.organ.kind not in {OrganKind.TOWNSHIP, OrganKind.ENTERPRISE}
        and one.user_id not in cast
        and county.can_be_sent(one)
    ]
    turn = {}
    for one in able:
        turn[one.pk] = sum(other.organ_id == one.organ_id for other in able[: able.index(one)])
    return sorted(able, key=lambda one: (turn[one.pk], one.user_id is None))


def _opinions(county, stay, at):
    """Write the 期满考核鉴定表, each part by a user who may write it."""
    host = _host(county, stay)
    liaisons = county.people.holding(Role.LIAISON, stay.cadre.organ_id)
    writers = (
        (StayOpinion.Part.WORK, stay.cadre.user),
        (StayOpinion.Part.PEOPLE, host),
        (StayOpinion.Part.HOST, host),
        (StayOpinion.Part.ORGAN, next(iter(liaisons), None)),
        (StayOpinion.Part.OFFICE, county.office()),
    )
    for part, by in writers:
        if by and part in rules.parts_open_to(by, stay):
            (text,) = sections("stays.txt")[f"end: {part.value}"]
            stay_reports.give_opinion(stay=stay, part=part, text=text, by=by, at=at)


def _led(county, at, day, publish):
    """Make a leader's stay: 何志强 at 柳湾村 for four days, with a plan and a report, without
    months."""
    leader, office = county.people.users["hezhiqiang"], county.people.users["liming"]
    stay = publish(
        leader.cadre,
        county.places.unit("柳湾村"),
        48,
        45,
        kind=StayKind.LEADER,
        programme="县级领导蹲点调研",
        plan="看东支渠清淤和饮水点，走访村民小组，与村干部、农户座谈。",
    )
    stays.complete_stay(stay=stay, by=office, at=at(44), document=stay.document)
    report = stay_reports.draft_report(
        stay=stay,
        by=leader,
        at=at(43),
        title="村级小型水利管护蹲点报告",
        starts_on=stay.starts_on,
        ends_on=stay.ends_on,
        suggestions=["小型水利设施管护经费列入年度预算"],
        members="",
        method="入户走访、现场查看",
        situation="村内渠道和饮水点管护主要靠村民自筹。",
        problems="管护没有固定经费。",
        causes="",
        solved="",
    )
    stay_reports.hand_in(report=report, by=leader, at=at(42))


def _host(county, stay):
    return county.people.holding(Role.HOST, stay.host_organ_id)[0]


def _months(county, at, all_stays):
    """Attest the months except the last, which waits for the host."""
    last = month_of(month_of(county.anchor) - timedelta(days=1))
    done, found = (
        sections("stays.txt")[name]
        for name in ("work of a month", "what the township finds of a month")
    )
    for n, stay in enumerate(all_stays):
        host, month = _host(county, stay), month_of(last - timedelta(days=1))
        attested_on = county.working_day(last_of(month) + timedelta(days=3))
        ago = (county.anchor - attested_on).days
        writer = stay.cadre.user or host
        stay_months.note_days(
            stay=stay,
            month=month,
            kind="away",
            days=2,
            note="到县里对接项目",
            by=writer,
            at=at(ago + 3),
        )
        stay_months.write_work(stay=stay, month=month, work=done[n], by=writer)
        said = stay_months.Said(stay, month, True, _most(stay, month), found[n])
        stay_months.attest_months(said=[said], by=host, at=at(ago))
    first = all_stays[0]
    stay_months.correct_month(
        stay=first,
        month=month_of(last - timedelta(days=1)),
        is_met=False,
        days=_most(first, month_of(last - timedelta(days=1))) - 4,
        reason="当月两次回单位值班未报备，核减后不达标",
        by=_host(county, first),
        at=at(3),
    )


def said_of(stay, month, number):
    """Return the host's word on a month: mostly met, sometimes with a number of days; one in eight
    is not met, and one in twelve is not attested (None)."""
    most = _most(stay, month)
    if number % 12 == 11:
        return None
    if number % 8 == 5 and most > 10:
        remark = "请假、回单位较多，在岗天数不足"
        return stay_months.Said(stay, month, False, most - 3 - number % 3, remark)
    working = stay_days.one_month(stay, month).working
    days = min(working, most + number % 2) if number % 3 == 0 else None
    return stay_months.Said(stay, month, True, days, "" if days is None else "情况属实")


def _most(stay, month):
    """Return the norm of the month, at most its working days."""
    return stay_days.one_month(stay, month).norm


def _leave(county, at, day, wang, zhao):
    def colleague(stay):
        """Return a cadre of the township, who looks after the village meanwhile."""
        return _host(county, stay).cadre

    def ask(stay, first, last, **more):
        return stay_months.ask_leave(
            stay=stay,
            starts_on=day(first),
            ends_on=day(last),
            by=stay.cadre.user,
            at=at(max(first + 3, 1)),
            **{"kind": "personal", "stand_in": colleague(stay), **more},
        )

    taken = ask(wang, 12, 10)
    stay_months.decide_leave(
        leave=taken, approved=True, opinion="同意", by=_host(county, wang), at=at(14)
    )
    stay_months.note_return(leave=taken, returned_on=day(9), by=wang.cadre.user, at=at(9))
    if county.is_tiny:
        return
    refused = ask(zhao, 6, 5)
    stay_months.decide_leave(
        leave=refused,
        approved=False,
        opinion="当天值班排不开，请改期",
        by=_host(county, zhao),
        at=at(8),
    )
    ask(wang, -3, -5, kind="annual")
    ask(zhao, -4, -11, kind="annual")


def _reports(county, at, day, wang):
    users = county.people.users

    def draft(stay, ago, title, suggestions, **more):
        content = {
            "members": "",
            "method": "入户走访、召开院坝会",
            "situation": "全村多数农户以种粮和外出务工为主，常住人口中老人和孩子居多。",
            "problems": "东支渠多年没有整修，尾水田浇不上水。",
            "causes": "渠道产权没有理清，管护没有专人。",
            "solved": "协调水利部门清淤，组织群众投工投劳。",
        } | more
        return stay_reports.draft_report(
            stay=stay,
            by=stay.cadre.user,
            at=at(ago),
            title=title,
            starts_on=day(ago + 30),
            ends_on=day(ago),
            suggestions=suggestions,
            **content,
        )

    first = draft(wang, 60, "灌溉渠道管护情况蹲点报告", ["明确渠道产权", "每村设一名管护员"])
    stay_reports.hand_in(report=first, by=users["wangjianguo"], at=at(58))
    stay_reports.review_report(
        report=first, accepted=True, text="情况摸得清，建议可行", by=users["liming"], at=at(55)
    )
    stay_reports.decide_suggestion(
        suggestion=first.suggestions.get(position=1),
        adopted=True,
        why="列入水利维修计划",
        by=users["zhangweidong"],
        at=at(50),
    )
    if county.is_tiny:
        return
    second = draft(wang, 8, "村级饮水点水质情况蹲点报告", ["更换老旧水泵"])
    stay_reports.hand_in(report=second, by=users["wangjianguo"], at=at(6))
    draft(wang, 2, "留守儿童课后照看情况", [])
