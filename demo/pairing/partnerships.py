"""Partnerships of branches of the invented county, and their joint activities."""

import uuid
from datetime import timedelta

from pairing.actions import joint_activities, partnerships
from pairing.models.co_building import JointActivityKind as Kind
from pairing.models.pairings import HelpMode
from portal.models import PartyOrganization

SPACE = uuid.UUID("6f1c1d0a-9c1e-4a52-8b0e-0000000000d4")

# (organ, unit, first and last day relative to today, content)
PAIRS = (
    ("县农业农村局", "柳湾村", -400, 330, "联建支部班子，联创农技课堂，联做春耕服务。"),
    ("县水利局", "大屋村", -320, 410, "组织联动、渠系管护联做、党员联训。"),
    ("县教育局", "上坪村", -345, 20, "联办周末学堂，结对关心留守儿童。"),
    ("县民政局", "青岩村", -260, 470, "联做养老助餐，联训村级社工。"),
    ("县交通局", "竹溪坪村", -180, 550, "联护村道，联办安全课。"),
    ("县委组织部", "杉木岭村", -150, 580, "支部标准化建设、党课联讲。"),
    ("县委办", "大屋村", -100, 630, "规范三会一课，帮办集体经济项目手续。"),
    ("县大数据中心", "老君坳村", -60, 670, "教老人用手机办事，联建便民代办点。"),
    ("县社工部", "河西社区", -40, 690, "社区志愿服务联做。"),
    ("县财政局", "白杨社区", 10, 740, "惠农政策宣讲，村级财务规范。"),
)
# Two organs help one village, as both agreed.
SHARED = "大屋村"

# (unit, days ago, kind, theme, place, participants, practical things, result)
ACTIVITIES = (
    ("柳湾村", 350, Kind.TEAM, "联合主题党日：重温入党誓词", "村党群服务中心", 46, (), ""),
    (
        "柳湾村",
        240,
        Kind.SERVICE,
        "田间管护现场教学",
        "三组田间",
        38,
        ("修整机耕道 300 米", "发放防治资料 80 份"),
        "三组田里病害比上年少。",
    ),
    (
        "柳湾村",
        95,
        Kind.ACTIVITY,
        "农技课堂第三期",
        "村党群服务中心",
        52,
        ("现场解答 14 个种植问题",),
        "12 户改种优质稻。",
    ),
    (
        "柳湾村",
        12,
        Kind.SERVICE,
        "联合走访送温暖",
        "一组、二组",
        21,
        ("帮 6 户检修电线", "代办高龄补贴 3 件"),
        "",
    ),
    (
        "大屋村",
        280,
        Kind.SERVICE,
        "东支渠清淤义务劳动",
        "东支渠",
        64,
        ("清淤 400 米",),
        "清淤后通水正常。",
    ),
    ("大屋村", 130, Kind.TEAM, "联上党课：集体经济怎么办", "村委会", 33, (), ""),
    ("大屋村", 35, Kind.SERVICE, "水管检修入户", "四组", 18, ("包扎水管 26 户",), ""),
    (
        "上坪村",
        200,
        Kind.ACTIVITY,
        "周末学堂",
        "上坪小学",
        57,
        ("开课 12 天", "赠书 120 册"),
        "41 名孩子有人看护。",
    ),
    ("上坪村", 60, Kind.SERVICE, "义诊进村", "村卫生室", 73, ("量血压、查眼底",), ""),
    (
        "青岩村",
        170,
        Kind.SERVICE,
        "助餐点开张",
        "青岩村助餐点",
        40,
        ("办起助餐点 1 个",),
        "25 位老人在此用餐。",
    ),
    ("青岩村", 45, Kind.TEAM, "支部书记互访", "县民政局", 14, (), ""),
    ("竹溪坪村", 120, Kind.SERVICE, "护路日", "通组路", 36, ("补坑 18 处", "立警示牌 6 块"), ""),
    ("竹溪坪村", 25, Kind.ACTIVITY, "安全出行课", "竹溪坪小学", 62, (), ""),
    (
        "杉木岭村",
        100,
        Kind.TEAM,
        "组织生活会观摩",
        "村党群服务中心",
        27,
        (),
        "村支部会议记录规范了。",
    ),
    ("杉木岭村", 30, Kind.TEAM, "入党积极分子联训", "县委党校", 31, (), ""),
    ("老君坳村", 40, Kind.SERVICE, "手机课堂", "村委会", 29, ("教会 22 位老人视频通话",), ""),
    ("老君坳村", 8, Kind.SERVICE, "便民代办点揭牌", "村委会", 24, ("代办社保认证 9 件",), ""),
    ("河西社区", 20, Kind.ACTIVITY, "邻里节", "河西社区广场", 120, ("修家电 17 件",), ""),
)


def make(county):
    """Make the partnerships whose places exist, and their activities; one activity was entered
    twice and is voided."""
    office = county.people.users["liming"]
    helping = {
        one.organ.label: one
        for one in PartyOrganization.objects.of_organs()
        .filter(kind="branch")
        .select_related("organ")
        .order_by("pk")
    }
    helped = {
        one.unit.name: one
        for one in PartyOrganization.objects.of_units().select_related("unit").order_by("pk")
    }

    def day(n):
        return county.anchor + timedelta(days=n)

    agreed = {}
    for organ, unit, first, last, content in county.few(PAIRS, 1):
        if organ not in helping or unit not in helped:
            continue
        at = min(first - 5, -1)
        pairing = partnerships.agree_partnership(
            helper_branch=helping[organ],
            helped_branch=helped[unit],
            mode=HelpMode.MANY if unit == SHARED else HelpMode.ONE,
            starts_on=day(first),
            ends_on=day(last),
            signed_on=day(first) if first < 0 else None,
            content=content,
            document=county.document("云组通", day(at)),
            by=office,
            at=county.moment(day(at)),
        )
        agreed.setdefault(unit, pairing)

    def enter(number, unit, ago, kind, theme, place, head_count, deeds, effect):
        return joint_activities.record_activity(
            pairing=agreed[unit],
            client_key=uuid.uuid5(SPACE, str(number)),
            by=office,
            at=county.moment(day(1 - ago)),
            kind=kind,
            theme=theme,
            place=place,
            held_on=day(-ago),
            head_count=head_count,
            deeds=list(deeds),
            effect=effect,
        )

    for number, row in enumerate(county.few(ACTIVITIES, 0)):
        if row[0] in agreed:
            enter(number, *row)
    if "柳湾村" in agreed:
        twice, _new = enter(len(ACTIVITIES), *ACTIVITIES[3])
        joint_activities.void_activity(
            activity=twice, by=office, at=county.moment(day(-10)), reason="重复录入"
        )
