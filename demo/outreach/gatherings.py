"""Campaigns, receptions and needs of the invented county, one in every state."""

import uuid
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from outreach.actions import campaigns, needs, receptions, visits
from outreach.models import ReceptionDay, Visit
from outreach.models.receptions import ReceptionState
from outreach.models.visits import VisitMode
from portal.models.places import UnitKind

# Days within which existing visits are counted for the running campaign.
TICKED_DAYS = 18


def make(county):
    _campaigns(county)
    _receptions(county)
    _needs(county)


def _day(county, n):
    return county.anchor + timedelta(days=n)


def _campaigns(county):
    office, host = county.people.users["liming"], county.people.users["zhangweidong"]
    organs, units = county.places.organs, county.places.units
    villages = [u for u in units if u.kind in {UnitKind.RURAL, UnitKind.COMMUNITY}]
    bureaus = [organs[name] for name in ("县水利局", "县民政局", "县农业农村局")]

    def plan(by, days_ago, title, kind, first, last, organs, units, **more):
        fields = {
            "purpose": "",
            "document": "",
            "household_count": None,
            "organizer": by.organ,
        } | more
        return campaigns.plan_campaign(
            by=by,
            at=county.moment(_day(county, -days_ago)),
            title=title,
            kind=kind,
            starts_on=_day(county, first),
            ends_on=_day(county, last),
            organs=organs,
            units=units,
            **fields,
        )

    running = plan(
        office,
        25,
        f"{county.season}大走访",
        "visit",
        -TICKED_DAYS,
        20,
        [*bureaus, *county.places.townships],
        villages[:12],
        household_count=10,
        document=county.document("云组通", _day(county, -25)),
        purpose="走访独居老人、困难群众和返乡务工人员，问需求、办实事。",
    )
    campaigns.announce_campaign(
        campaign=running, by=office, at=county.moment(_day(county, -TICKED_DAYS - 4))
    )
    _tick(running, _day(county, -TICKED_DAYS))
    if county.is_tiny:
        return

    over = plan(
        office,
        130,
        "百乡万户大走访",
        "households",
        -120,
        2,
        [*county.places.townships],
        villages[:6],
        purpose="入户走访，听取对惠农政策的意见，避开农忙时段。",
    )
    campaigns.announce_campaign(campaign=over, by=office, at=county.moment(_day(county, -125)))
    campaigns.change_campaign(
        campaign=over,
        by=office,
        at=county.moment(_day(county, -62)),
        title=over.title,
        kind=over.kind,
        purpose=over.purpose,
        document=over.document,
        starts_on=over.starts_on,
        ends_on=_day(county, -60),
        organizer=over.organizer,
        organs=list(over.organs.all()),
        units=villages[:6],
        reason="农事集中，缩短时间",
    )
    # Visit five of the six places; the last one depends on the year's own visits.
    _visit(county, over, villages[:5])
    _tick(over, over.starts_on, until=_day(county, -60))
    campaigns.close_campaign(
        campaign=over,
        by=office,
        at=county.moment(_day(county, -58)),
        result_note="群众反映集中在灌溉和道路，已转入台账办理；农忙期间不再安排入户。",
    )
    ahead = plan(
        host,
        6,
        "镇领导大下访",
        "down",
        9,
        23,
        [host.organ],
        [u for u in villages if u.host_organ_id == host.organ_id][:4],
        purpose="镇领导包村下访，当面听取意见。",
    )
    campaigns.announce_campaign(campaign=ahead, by=host, at=county.moment(_day(county, -2)))
    # A draft for the same villages and days, so that its hints propose to go together.
    plan(office, 1, "困难群众送温暖走访", "other", 5, 30, bureaus[:2], villages[:5])


def _visit(county, campaign, units):
    """Make a home visit in each unit, each on a working day after the campaign's start."""
    for n, unit in enumerate(units):
        day = county.working_day(campaign.starts_on + timedelta(days=4 * n + 2))
        author = county.authors[unit.pk][0]
        scene = county.words.scene(unit, day, "入户", "无事", "白天", household_count=4)
        visits.record_visit(
            client_key=uuid5(NAMESPACE_OID, f"campaign {unit.name} {day}"),
            author=author,
            by=author.user,
            at=county.moment(day),
            unit=unit,
            visited_on=day,
            summary=county.words.diary(scene),
            household_count=4,
            mode=VisitMode.HOME,
        )


def _tick(campaign, since, until=None):
    """Count existing visits for the campaign, since each visit is written down only once."""
    units = campaign.units.values_list("unit", flat=True)
    made = Visit.objects.standing().filter(unit__in=units, visited_on__gte=since)
    made = made.filter(visited_on__lte=until) if until else made
    for visit in made.order_by("visited_on", "client_key"):
        visit.campaigns.add(campaign)
        visit.purposes = sorted({*visit.purposes, "campaign"})
        visit.save(update_fields=["purposes"])


def _receptions(county):
    people, office = county.people, county.people.users["liming"]
    host, desk = people.users["zhangweidong"], people.users["sunzhiyuan"]
    leader = people.users["hezhiqiang"].cadre
    villages = [u for u in county.places.units if u.host_organ_id == host.organ_id]

    def plan(by, days_ago, held, leader, **more):
        fields = {
            "organ": by.organ,
            "duties": "",
            "theme": "",
            "form": "place",
            "starts_at": "09:00",
            "ends_at": "11:30",
            "place": "县信访接待中心一楼",
        } | more
        return receptions.plan_reception(
            by=by,
            at=county.moment(_day(county, -days_ago)),
            leader=leader,
            held_on=_day(county, held),
            **fields,
        )

    def other_states():
        coming = plan(desk, 4, 6, leader, duties="党建、农业农村", theme="涉农政策和农村基础设施")
        receptions.announce_reception(reception=coming, by=desk, at=county.moment(_day(county, -1)))
        plan(host, 1, 8, host.cadre, place="石桥镇便民服务中心", theme="农村供水")
        cancelled = plan(office, 9, 3, leader, theme="就业服务")
        receptions.cancel_reception(
            reception=cancelled,
            by=office,
            at=county.moment(_day(county, -3)),
            reason="领导参加省里会议，改期另行公告",
        )

    if not county.is_tiny:
        other_states()
    held = plan(
        host,
        14,
        -7,
        host.cadre,
        unit=villages[0],
        form="case",
        theme="农田水利",
        place=f"{villages[0].name}党群服务中心",
        duties="组织、农业",
    )
    # A past reception day, announced in time for its own date.
    ReceptionDay.objects.filter(pk=held.pk).update(
        state=ReceptionState.ANNOUNCED, announced_on=_day(county, -11), announced_by=host
    )
    at = county.moment(_day(county, -7))
    brought = (
        (
            ["李先生", "王女士"],
            "请镇水利站一周内到现场查看",
            "",
            host.cadre,
            {"title": "村口机耕桥护栏损坏，老人小孩过桥不安全", "category": "02", "outcome": ""},
        ),
        (
            ["赵女士"],
            "当场解释补贴发放时间",
            "",
            None,
            {
                "title": "询问种粮补贴何时到账",
                "category": "10",
                "outcome": "on_the_spot",
                "result_text": "已说明本月底前发放，并教其在手机上查询。",
                "nature": "consultation",
            },
        ),
        ([], "", "信访工作机构", None, {"title": "", "category": "18", "outcome": "referred"}),
    )
    for n, (visitors, opinion, channel, official, matter) in enumerate(county.few(brought, 1)):
        given = {
            "client_key": uuid.UUID(int=county.rng.getrandbits(128), version=4),
            "request_text": "",
            "result_text": "",
            "urgency": "normal",
            "nature": "help",
            "raiser_kind": "villager",
            "confidentiality": "named",
            "raiser_name": "",
            "raiser_phone": f"100-0000-01{n:02}" if visitors else "",
            "referred_to": channel,
            "lead_official": official,
        } | matter
        receptions.register_at_reception(
            reception=held,
            by=host,
            at=at + timedelta(minutes=20 * n),
            visitors=visitors,
            reported=[(villages[0], opinion, given)],
        )
    receptions.hold_reception(reception=held, by=host, at=at + timedelta(hours=2))


def _needs(county):
    users = county.people.users
    host, first, second = users["zhangweidong"], users["wangjianguo"], users["zhaomin"]
    hosted = [u for u in county.places.units if u.host_organ_id == host.organ_id]
    places = [u for u in hosted if u.kind == UnitKind.COMMUNITY] or hosted

    def publish(days_ago, until, job, title, when, wanted, details=""):
        return needs.publish_need(
            unit=places[0],
            by=host,
            at=county.moment(_day(county, -days_ago)),
            job=job,
            title=title,
            when=when,
            wanted=wanted,
            until=_day(county, until),
            details=details,
        )

    publish(
        5,
        12,
        "governance",
        "周末清理楼道杂物",
        "周六上午，两小时左右",
        6,
        "三号楼至五号楼，工具由社区准备。",
    )
    phones = publish(
        6,
        20,
        "help",
        "教老年人用手机挂号",
        "周三、周五下午任选一次",
        3,
        "在党群服务中心一楼，一对一教预约挂号、缴费和打印报告。",
    )
    law = publish(
        9,
        0,
        "law",
        "讲一次物业合同常识",
        "晚上七点",
        1,
        "讲物业费、维修资金和业主表决，留半小时答问。",
    )
    done = publish(
        20,
        0,
        "safety",
        "夜间防火巡查",
        "任选一个晚上",
        2,
        "和网格员一起查楼道堆物、飞线充电和消防栓。",
    )
    if not county.is_tiny:
        needs.take_up(need=phones, by=first, at=county.moment(_day(county, -3)))
        given_back = needs.take_up(need=phones, by=second, at=county.moment(_day(county, -4)))
        needs.give_back(pledge=given_back, by=second, at=county.moment(_day(county, -2)))
        needs.take_up(need=law, by=second, at=county.moment(_day(county, -6)))
    pledge = needs.take_up(need=done, by=first, at=county.moment(_day(county, -15)))
    needs.confirm_pledge(
        pledge=pledge,
        by=host,
        at=county.moment(_day(county, -8)),
        served_on=_day(county, -9),
        feedback="巡查认真，发现两处堆物已清走，谢谢。",
    )
    needs.close_need(need=done, by=host, at=county.moment(_day(county, -7)))
    activities = (30, "culture", "邻里聚会", 46), (12, "health", "免费测血压、听力", 31)
    for days_ago, job, title, came in county.few(activities, 1):
        needs.note_activity(
            unit=places[0],
            by=host,
            at=county.moment(_day(county, -days_ago + 1)),
            job=job,
            title=title,
            held_on=_day(county, -days_ago),
            head_count=came,
        )
