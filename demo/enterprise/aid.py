"""困难职工帮扶: 夏送清凉 and 金秋助学 completed, 送温暖 of New Year under public notice."""

from datetime import timedelta
from decimal import Decimal

from demo import careers
from demo.outreach.condolence import last_one, week_before
from demo.texts import rows
from outreach.actions import condolence as actions
from portal.days import festivals
from portal.days.festivals import Festival
from portal.roles import Role

# Name of this chapter in the progress output.
CHAPTER = "aid for workers"


def make(group):
    today = group.anchor
    for festival in group.few((Festival.SUMMER, Festival.SCHOOL), 1):
        _closed(group, *last_one(festival, today, today.year))
    year = today.year + (festivals.day_of(Festival.NEW_YEAR, today.year) < today)
    _opened(group, Festival.NEW_YEAR, year, today - timedelta(days=1), is_published=True)


def _opened(group, festival, year, begun, is_published=False):
    office, listed = group.people.users["huangyue"], week_before(begun)
    campaign = actions.open_campaign(
        festival=festival,
        year=year,
        objection_phone="100-0500-0016",
        by=office,
        at=group.moment(listed),
        budgets={"dues": Decimal(30000), "unit": Decimal(60000)},
        standards={"model": Decimal(1000)},
    )
    kinds = rows("festivals.txt", f"of the group, {festival.value}")
    place = 100 * (1 + list(Festival).index(festival))
    for organ in group.places.hosts:
        host = group.people.holding(Role.HOST, organ.pk)[0]
        workshops = [unit for unit in group.places.workshops if unit.host_organ_id == organ.pk]
        for n, unit in enumerate(workshops):
            for kind in group.few(kinds[n % 2 :: 2], 1):
                _put_forward(group, campaign, host, unit, kind, place, listed)
                place += 1
    if is_published:
        at = group.moment(begun)
        campaign = actions.publish_list(campaign=campaign, by=office, at=at)
    return campaign


def _put_forward(group, campaign, host, unit, kind, place, on):
    category, yuan, goods, value, source, reason, band = kind
    given = careers.GIVEN.split()
    name = careers.SURNAMES[place * 7 % len(careers.SURNAMES)] + given[place * 5 % len(given)]
    actions.put_forward(
        campaign=campaign,
        unit=unit,
        by=host,
        at=group.moment(on),
        category=category,
        name=name,
        source=source,
        amount=Decimal(yuan) if yuan else None,
        goods=goods,
        goods_value=Decimal(value) if value else None,
        age_band=band,
        reason=reason,
        gender=careers.gender_of(name),
    )


def _closed(group, festival, year):
    """Run a campaign from the list to the last visit."""
    users, window = group.people.users, festivals.window_of(festival, year)
    office, second = users["huangyue"], users["qinlan"]
    begun = window.first - timedelta(days=3)
    campaign = _opened(group, festival, year, begun)
    campaign = actions.publish_list(campaign=campaign, by=office, at=group.moment(begun))
    after = campaign.notice_to + timedelta(days=1)
    campaign = actions.end_notice(campaign=campaign, by=office, at=group.moment(after, 9, 11))
    campaign = actions.approve_list(
        campaign=campaign,
        by=second,
        at=group.moment(after, 14, 16),
        document=group.document("华岳工", after),
    )
    days = max((window.last - after).days, 1)
    for recipient in campaign.recipients.select_related("unit").order_by("pk"):
        people = group.colleagues[recipient.host_organ_id]
        pair = [people[(recipient.unit_id + n) % len(people)] for n in range(2)]
        day = after + timedelta(days=recipient.unit_id % days)
        actions.enter_visit(
            recipient=recipient,
            by=group.user(recipient.put_forward_by_id),
            at=group.moment(day, 18, 19),
            visited_on=day,
            first_cadre=pair[0],
            second_cadre=pair[1],
            way="transfer" if recipient.amount else "handed",
            handed_by="财务部" if recipient.amount else pair[0].name,
        )
    closed = group.moment(max(window.last, after) + timedelta(days=3))
    actions.close_campaign(campaign=campaign, by=office, at=closed)
