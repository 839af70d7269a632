"""A few stays of the invented county in every state, with months, leave and reports."""

from datetime import timedelta

from outreach.actions import stay_months, stay_reports, stays
from outreach.models.stays import Ending, StayKind
from outreach.stay_days import last_of, month_of
from portal.models.places import OrganKind, UnitKind
from portal.roles import Role

PROGRAMME = "万名干部驻千村"
DOCUMENT = "云组通〔{year}〕{number}号"


def make(county):
    """王建国 stays at 柳湾村, 赵敏's stay at 上坪村 ends soon; six others show the other states.

    Of the tiny county's others there is one alone, who is replaced.
    """
    users, anchor = county.people.users, county.anchor
    office = users["liming"]
    # In the small county there are few besides the cast.
    staying = {users["wangjianguo"].pk, users["zhaomin"].pk, office.pk}
    cast = {user.pk for user in users.values()}
    others = [
        one
        for one in county.people.cadres
        if one.organ.kind != OrganKind.TOWNSHIP and one.user_id not in staying
    ]
    others.sort(key=lambda one: one.user_id in cast)
    villages = [
        unit
        for unit in county.places.units
        if unit.kind == UnitKind.RURAL and unit.name not in {"柳湾村", "上坪村"}
    ]
    number = iter(range(11, 40))

    def day(ago):
        return anchor - timedelta(days=ago)

    def at(ago):
        return county.moment(day(ago))

    def document(ago):
        return DOCUMENT.format(year=day(ago).year, number=next(number))

    def publish(cadre, unit, began, ends, **more):
        fields = {"kind": StayKind.RESIDENTIAL, "programme": PROGRAMME} | more
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
            ends_on=day(-335),
            by=office,
            at=at(33),
            document=document(33),
            reason="原工作队员岗位调整",
            promises="春节前装好三组路灯\n给饮水点换一台水泵",
            things="村部钥匙一把\n民情日记两本",
        )

    def in_every_state():
        """The one who goes on as a team member."""
        member = publish(others[0], villages[0], 150, -215, kind=StayKind.TEAM_MEMBER)
        done = publish(others[1], villages[1], 360, 40)
        recalled = publish(others[2], villages[0], 300, -60)
        replaced = publish(others[3], villages[-1], 250, -110, kind=StayKind.TEAM_MEMBER)
        publish(others[5], villages[1], -12, -380)
        cancelled = publish(others[6], villages[-1], -30, -200)
        publish(
            others[7],
            county.places.unit("柳湾村"),
            60,
            -300,
            kind=StayKind.SECONDMENT,
            programme="县直机关干部挂职",
        )

        stays.complete_stay(stay=done, by=office, at=at(39), document=document(39))
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

    wang = publish(users["wangjianguo"].cadre, county.places.unit("柳湾村"), 200, -530)
    zhao = publish(
        users["zhaomin"].cadre,
        county.places.unit("上坪村"),
        340,
        -20,
        is_leader=True,
        kind=StayKind.FIRST_SECRETARY,
    )
    if county.is_tiny:
        replace(publish(others[3], wang.unit, 250, -110, kind=StayKind.TEAM_MEMBER))
        _months(county, at, [wang])
    else:
        _months(county, at, [wang, zhao, in_every_state()])
    _leave(county, at, day, wang, zhao)
    _reports(county, at, day, wang)


def _host(county, stay):
    return county.people.holding(Role.HOST, stay.host_organ_id)[0]


def _months(county, at, all_stays):
    """Attested but for the last month, which waits for the host."""
    last = month_of(month_of(county.anchor) - timedelta(days=1))
    for stay in all_stays:
        host, month = _host(county, stay), month_of(last - timedelta(days=1))
        ago = (county.anchor - last_of(month)).days - 2
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
        stay_months.write_work(stay=stay, month=month, work="走访、清淤、调解纠纷", by=writer)
        stay_months.attest_months(months=[(stay, month, [], "情况属实")], by=host, at=at(ago))
    first = all_stays[0]
    stay_months.correct_month(
        stay=first,
        month=month_of(last - timedelta(days=1)),
        kind="away",
        days=1,
        reason="漏记一天培训",
        by=_host(county, first),
        at=at(3),
    )


def _leave(county, at, day, wang, zhao):
    def ask(stay, first, last, **more):
        return stay_months.ask_leave(
            stay=stay,
            starts_on=day(first),
            ends_on=day(last),
            by=stay.cadre.user,
            at=at(max(first + 3, 1)),
            **{"kind": "personal", "stand_by": "村党支部书记", **more},
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
        leave=refused, approved=False, opinion="防汛值班，请改期", by=_host(county, zhao), at=at(8)
    )
    ask(wang, -3, -5, kind="annual")
    ask(zhao, -4, -11, kind="annual", stand_by="工作队员轮流值守")


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
        why="列入冬春水利计划",
        by=users["zhangweidong"],
        at=at(50),
    )
    if county.is_tiny:
        return
    second = draft(wang, 8, "村级饮水点水质情况蹲点报告", ["更换老旧水泵"])
    stay_reports.hand_in(report=second, by=users["wangjianguo"], at=at(6))
    draft(wang, 2, "留守儿童课后照看情况", [])
