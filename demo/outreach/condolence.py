"""Festival visits of the invented county: two past festivals, and one under public notice."""

from datetime import timedelta
from decimal import Decimal

from demo import careers
from demo.texts import rows
from outreach.actions import condolence as actions
from portal.days import festivals, workdays
from portal.days.festivals import Festival

YOUNGEST = {"u60": 42, "60": 60, "70": 70, "80": 80}


def make(county):
    today = county.anchor
    year = today.year
    for festival in county.few((Festival.SPRING, Festival.DOUBLE_NINTH), 1):
        _closed(county, *last_one(festival, today, year))
    next_year = year + (festivals.day_of(Festival.NEW_YEAR, year) < today)
    _under_notice(county, Festival.NEW_YEAR, next_year)


def last_one(festival, today, year):
    """Return (festival, year) of its last occurrence at least a week ago."""
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
    usual, workers = (rows("festivals.txt", f"{of}{festival.value}") for of in ("", "of workers, "))
    # Different people at each festival.
    place = 1000 * (1 + list(Festival).index(festival))
    for host in hosts:
        below = [unit for unit in county.places.units if unit.host_organ_id == host.organ_id]
        for unit in county.few(below[:4], 2):
            is_enterprise = unit.kind in {"soe", "nonpublic"}
            kinds = workers if is_enterprise else usual[: 3 + place % 4]
            for kind in county.few(kinds, 1):
                _put_forward(county, campaign, host, unit, kind, place, on)
                place += 1
    return campaign


def _put_forward(county, campaign, host, unit, kind, place, on):
    category, yuan, goods, value, source, reason, band = kind
    name = _name(place)
    age = YOUNGEST[band] + place * 3 % 9
    actions.put_forward(
        campaign=campaign,
        unit=unit,
        by=host,
        at=county.moment(on),
        category=category,
        name=name,
        source=source,
        amount=Decimal(yuan) if yuan else None,
        goods=goods,
        age_band=band,
        reason=reason,
        goods_value=Decimal(value) if value else None,
        gender=careers.gender_of(name),
        joined_party=_joined(county, age, place) if category in {"oldmember", "member"} else "",
    )


def _name(place):
    given = careers.VILLAGERS.split()
    return careers.SURNAMES[place * 7 % len(careers.SURNAMES)] + given[place * 5 % len(given)]


def _joined(county, age, place):
    """Return the month of joining the Party, at the age of 21 to 28; thus people of eighty joined
    at least fifty years ago."""
    return f"{county.anchor.year - age + 21 + place % 8}-{1 + place % 12:02d}"


def _closed(county, festival, year):
    """Run a campaign from the list to the last visit, with one objection decided."""
    office, second = county.people.users["liming"], county.people.users["huangwenjuan"]
    window = festivals.window_of(festival, year)
    begun = window.first - timedelta(days=3)
    campaign = _opened(county, festival, year, week_before(begun))
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
        campaign=campaign,
        by=second,
        at=county.moment(after, 14, 16),
        document=county.document("云组通", after),
    )
    _visit_all(county, recipients, after, window.last)
    actions.close_campaign(
        campaign=campaign, by=office, at=county.moment(max(window.last, after) + timedelta(days=3))
    )


def _visit_all(county, recipients, first, last):
    days = max((last - first).days, 1)
    for recipient in recipients:
        # Two cadres of the host visit one village after the other.
        people = county.colleagues[recipient.host_organ_id]
        pair = [people[(recipient.unit_id + n) % len(people)] for n in range(2)]
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
    campaign = _opened(county, festival, year, week_before(begun))
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


def week_before(day):
    """Return the day five working days earlier, when the list was made."""
    count = 0
    while count < 5:
        day -= timedelta(days=1)
        count += workdays.is_working_day(day)
    return day
