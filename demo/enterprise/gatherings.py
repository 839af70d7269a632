"""领导接待日 of each month, 走基层 of this season, and notices of the office."""

from datetime import timedelta

from outreach.actions import campaigns, notices, receptions
from outreach.models import Matter, NoticeAddressee, ReceptionDay, ReceptionItem, Visit
from outreach.models.matters import Source
from outreach.models.receptions import ReceptionState
from portal.roles import Role

# Name of this chapter in the progress output.
CHAPTER = "reception days, campaigns, notices"

OPINIONS = (
    "请后勤服务部一周内到现场看一次，结果当面告诉本人。",
    "情况我记下了，请人力资源部查清底账再答复。",
    "能办的马上办，办不了的讲清原因。",
    "请工会登门看一看，不要让本人再跑。",
)
THEMES = ("薪酬与工时", "劳动防护与现场安全", "食堂、通勤和住宿", "技能培训与岗位调整")


def make(group):
    _receptions(group)
    _campaign(group)
    _notices(group)


def _day(group, ago):
    return group.anchor - timedelta(days=ago)


# --- 领导接待日 -----------------------------------------------------------------------------


def _receptions(group):
    """Make a past reception day for each matter that was raised at one, and those to come."""
    brought = Matter.objects.filter(source=Source.RECEPTION, reception=None).order_by(
        "registered_on", "pk"
    )
    held = {}
    for n, matter in enumerate(brought.select_related("unit", "host_organ")):
        key = matter.host_organ_id, matter.registered_on
        if key not in held:
            host = group.people.holding(Role.HOST, matter.host_organ_id)[0]
            held[key] = _held(group, host, matter.registered_on, n)
        _bring(held[key], matter, n)
    _to_come(group)


def _planned(group, by, leader, held_on, ago, **more):
    return receptions.plan_reception(
        by=by,
        at=group.moment(group.working_day(held_on - timedelta(days=ago))),
        organ=by.organ,
        leader=leader,
        held_on=held_on,
        starts_at="09:00",
        ends_at="11:30",
        **{"duties": "", "form": "place", "unit": None} | more,
    )


def _held(group, host, day, n):
    """Return a past reception day, announced in time for its own date."""
    one = _planned(
        group,
        host,
        host.cadre,
        day,
        16,
        theme=THEMES[n % len(THEMES)],
        place=f"{host.organ.short_name}职工接待室",
    )
    known = {"announced_on": day - timedelta(days=12), "announced_by": host}
    ReceptionDay.objects.filter(pk=one.pk).update(state=ReceptionState.ANNOUNCED, **known)
    return receptions.hold_reception(
        reception=one, by=host, at=group.moment(group.working_day(day), 17, 17)
    )


def _bring(reception, matter, n):
    """Attach a matter that was registered on the day to the reception."""
    Matter.objects.filter(pk=matter.pk).update(reception=reception)
    is_somebody = matter.has_somebody_to_ask and not matter.referred_to
    name = matter.raiser_display[:1]
    ReceptionItem.objects.create(
        reception=reception,
        matter=matter,
        visitors=[f"{name}某某"] if is_somebody and name else [],
        opinion="" if matter.referred_to else OPINIONS[n % len(OPINIONS)],
    )


def _to_come(group):
    users = group.people.users
    desk, leader = users["tanzhenhua"], users["liaozhengming"].cadre
    coming = _planned(
        group,
        desk,
        leader,
        group.anchor + timedelta(days=7),
        14,
        theme="一线职工最关心的三件事",
        place="集团职工接待室",
    )
    receptions.announce_reception(reception=coming, by=desk, at=group.moment(_day(group, 5)))
    if group.is_tiny:
        return
    host = users["weihaichao"]
    _planned(
        group,
        host,
        host.cadre,
        group.anchor + timedelta(days=12),
        14,
        form="case",
        unit=group.places.unit("铸造车间"),
        theme="高温岗位轮换",
        place="铸造车间休息室",
    )
    cancelled = _planned(
        group,
        desk,
        users["dengchangqing"].cadre,
        group.anchor + timedelta(days=4),
        20,
        theme="薪酬与工时",
        place="集团职工接待室",
    )
    receptions.cancel_reception(
        reception=cancelled,
        by=desk,
        at=group.moment(_day(group, 3)),
        reason="参加集团董事会，改期另行通知",
    )


# --- 走基层、访职工 ---------------------------------------------------------------------------


def _campaign(group):
    office, places = group.people.users["huangyue"], group.places
    first = _day(group, 20)
    campaign = campaigns.plan_campaign(
        by=office,
        at=group.moment(_day(group, 28)),
        title=f"{group.season}走基层、访职工",
        kind="visit",
        purpose="到班组听一线职工说困难、提建议，能办的当场办。",
        document=group.document("华岳党群", _day(group, 28)),
        starts_on=first,
        ends_on=group.anchor + timedelta(days=18),
        organizer=office.organ,
        organs=[*places.departments[2:8], *places.hosts],
        units=places.workshops,
    )
    campaigns.announce_campaign(campaign=campaign, by=office, at=group.moment(_day(group, 24)))
    made = Visit.objects.standing().filter(unit__in=places.workshops, visited_on__gte=first)
    for visit in made.order_by("visited_on", "client_key"):
        visit.campaigns.add(campaign)
        visit.purposes = sorted({*visit.purposes, "campaign"})
        visit.save(update_fields=["purposes"])


# --- Notices --------------------------------------------------------------------------------


def _notices(group):
    users, places = group.people.users, group.places
    office = users["huangyue"]

    def publish(ago, title, text, **more):
        at = group.moment(_day(group, ago))
        text = f"{group.document('华岳党群', _day(group, ago))}\n\n{text}"
        facts = {"organs": (), "roles": [], "asks": "none", "question": "", "reply_due_on": None}
        draft = notices.draft_notice(by=office, at=at, title=title, text=text, **facts | more)
        return notices.publish_notice(notice=draft, by=office, at=at)

    if not group.is_tiny:
        publish(
            45,
            "关于领导干部下一线轻车简从的通知",
            "到车间、项目部一律不要求陪同，不挂横幅，不占用职工休息时间。情况由本人记一次，各处共用，不向班组要材料。",
            roles=[Role.CADRE, Role.HOST],
        )
    asking = publish(
        4,
        "关于核实夜班就餐供应的通知",
        "请各二级单位核实夜班热菜供应到几点，便于走访时向职工答复。",
        organs=places.hosts,
        asks="both",
        question="夜班零点以后是否供应热菜？请写明供应到几点。",
        reply_due_on=group.anchor + timedelta(days=3),
    )
    host = users["panxiuyun"]
    asked = NoticeAddressee.objects.reaching(host).get(notice=asking)
    notices.answer_notice(
        addressee=asked,
        by=host,
        yes=True,
        text="供应到一点半，两个热菜、一个汤。",
        at=group.moment(_day(group, 1)),
    )
