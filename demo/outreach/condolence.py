"""Festival visits of the invented county: two festivals behind it, one under public notice."""

from datetime import timedelta
from decimal import Decimal

from outreach.actions import condolence as actions
from portal.days import festivals, workdays
from portal.days.festivals import Festival

SURNAMES = "周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹"
GIVEN = [
    "福生",
    "桂花",
    "长根",
    "菊香",
    "水生",
    "玉梅",
    "银山",
    "翠花",
    "天保",
    "美凤",
    "双喜",
    "冬生",
]
# (category, yuan or None for the standard, goods, their value, source, kind of hardship, age band)
KINDS = (
    ("oldmember", None, "", None, "dues", "", "80"),
    ("masses", 500, "米面油", 120, "finance", "income", "60"),
    ("member", 800, "", None, "dues", "labour", "70"),
    ("masses", 600, "", None, "finance", "schooling", "u60"),
    ("oldcadre", 500, "慰问品一份", 150, "unit", "", "70"),
    ("service", 500, "", None, "finance", "", "60"),
    ("masses", None, "棉被两床", 300, "donated", "alone", "80"),
)
WORKERS = ("worker", 600, "米面油", 120, "unit", "income", "u60")


def make(county):
    today = county.anchor
    year = today.year
    for festival in county.few((Festival.SPRING, Festival.DOUBLE_NINTH), 1):
        _closed(county, *_last(festival, today, year))
    next_year = year + (festivals.day_of(Festival.NEW_YEAR, year) < today)
    _under_notice(county, Festival.NEW_YEAR, next_year)


def _last(festival, today, year):
    """The last time that this festival lay well behind."""
    passed = festivals.day_of(festival, year) + timedelta(days=7) < today
    return festival, year if passed else year - 1


def _opened(county, festival, year, on):
    campaign = actions.open_campaign(
        festival=festival,
        year=year,
        objection_phone="100-0000-0012",
        by=county.people.users["liming"],
        at=county.moment(on),
        budgets={
            "dues": Decimal(30000),
            "finance": Decimal(40000),
            "unit": Decimal(15000),
            "donated": Decimal(5000),
        },
        standards={"oldmember": Decimal(800), "oldcadre": Decimal(500)},
    )
    names = county.few(("zhangweidong", "zhoudayong", "hanlixin"), 1)
    hosts = [county.people.users[name] for name in names]
    place = 0
    for host in hosts:
        below = [unit for unit in county.places.units if unit.host_organ_id == host.organ_id]
        for unit in county.few(below[:4], 2):
            is_enterprise = unit.kind in {"soe", "nonpublic"}
            kinds = [WORKERS] * 2 if is_enterprise else KINDS[: 3 + place % 4]
            for kind in county.few(kinds, 1):
                _put_forward(county, campaign, host, unit, kind, place, on)
                place += 1
    return campaign


def _put_forward(county, campaign, host, unit, kind, place, on):
    category, yuan, goods, value, source, reason, age = kind
    actions.put_forward(
        campaign=campaign,
        unit=unit,
        by=host,
        at=county.moment(on),
        category=category,
        name=SURNAMES[place % len(SURNAMES)] + GIVEN[place * 5 % len(GIVEN)],
        source=source,
        amount=Decimal(yuan) if yuan else None,
        goods=goods,
        age_band=age,
        reason=reason,
        goods_value=Decimal(value) if value else None,
        gender="12"[place % 2],
        joined_party=f"19{60 + place % 25}-07" if category in {"oldmember", "member"} else "",
    )


def _closed(county, festival, year):
    """From the list to the last visit, with one objection that was heard."""
    office, second = county.people.users["liming"], county.people.users["huangwenjuan"]
    window = festivals.window_of(festival, year)
    begun = window.first - timedelta(days=3)
    campaign = _opened(county, festival, year, _a_week_before(begun))
    campaign = actions.publish_list(campaign=campaign, by=office, at=county.moment(begun))
    recipients = list(campaign.recipients.select_related("unit__division").order_by("pk"))
    objection = actions.enter_objection(
        campaign=campaign,
        recipient=recipients[1],
        by=office,
        way="phone",
        text="有群众反映该户已有其他帮扶。",
        received_on=campaign.notice_from + timedelta(days=1),
        at=county.moment(campaign.notice_from + timedelta(days=1)),
    )
    actions.decide_objection(
        objection=objection,
        by=second,
        decision="kept",
        reason="入户核实，情况属实，予以保留。",
        at=county.moment(campaign.notice_to),
    )
    after = campaign.notice_to + timedelta(days=1)
    campaign = actions.end_notice(campaign=campaign, by=office, at=county.moment(after, 9, 11))
    campaign = actions.approve_list(
        campaign=campaign, by=second, at=county.moment(after, 14, 16), document="云组〔示例〕12号"
    )
    _visit_all(county, recipients, after, window.last)
    actions.close_campaign(
        campaign=campaign, by=office, at=county.moment(max(window.last, after) + timedelta(days=3))
    )


def _visit_all(county, recipients, first, last):
    days = max((last - first).days, 1)
    people = county.people.cadres
    for recipient in recipients:
        # Two go together, from village to village.
        pair = (
            people[recipient.unit_id * 2 % len(people)],
            people[(recipient.unit_id * 2 + 1) % len(people)],
        )
        day = first + timedelta(days=recipient.unit_id % days)
        actions.enter_visit(
            recipient=recipient,
            by=county.user(recipient.put_forward_by_id),
            at=county.moment(day, 18, 19),
            visited_on=day,
            first_cadre=pair[0],
            second_cadre=pair[1],
            way="transfer" if recipient.amount else "handed",
            handed_by="财政所" if recipient.amount else pair[0].name,
        )


def _under_notice(county, festival, year):
    office = county.people.users["liming"]
    begun = county.anchor - timedelta(days=1)
    campaign = _opened(county, festival, year, _a_week_before(begun))
    campaign = actions.publish_list(campaign=campaign, by=office, at=county.moment(begun))
    host = county.people.users["lixiuying"]
    recipient = campaign.recipients.filter(host_organ=host.organ_id).order_by("pk").first()
    actions.enter_objection(
        campaign=campaign,
        recipient=recipient,
        by=host,
        way="visit",
        received_on=begun,
        text="来人询问评定条件，请核实。",
        at=county.moment(begun, 18, 19),
    )


def _a_week_before(day):
    """A week of work earlier, when the list was put together."""
    count = 0
    while count < 5:
        day -= timedelta(days=1)
        count += workdays.is_working_day(day)
    return day
