"""Stays, campaigns, receptions, needs and festival visits of a province.

The province itself has only visits and matters; these are added to the copy that a part works on.
"""

from datetime import timedelta

from django.db import connections
from django.utils import timezone

from outreach.models import Campaign, CampaignUnit, CommunityNeed, ReceptionDay, Stay, Visit
from portal.models import Cadre, GrassrootsUnit, Organ, User

STAYS = 5_000
CAMPAIGNS, UNITS_OF_A_CAMPAIGN = 500, 20
RECEPTIONS = 200
NEEDS = 1_000
RECIPIENTS = 100_000


def make_stays():
    """Make 5,000 stays, for half a year to two years, alone in a unit or with others, unless a part
    of the same run made them; return their number."""
    if there := Stay.objects.count():
        return there
    today = timezone.localdate()
    cadres = Cadre.objects.serving(today).order_by("pk")[:STAYS]
    units = _units(2_000)
    made = []
    for number, cadre in enumerate(cadres):
        begins = today - timedelta(days=number % 600)
        stay = Stay(
            cadre=cadre,
            kind=("residential", "member", "secretary")[number % 3],
            programme="万名干部驻千村",
            post=cadre.post,
            starts_on=begins,
            ends_on=begins + timedelta(days=180 + number % 550),
            document="云组通〔2026〕5号",
            organ_id=cadre.organ_id,
            created_at=timezone.now(),
        )
        stay.stand_at(units[number % len(units)])
        made.append(stay)
    Stay.objects.bulk_create(made, batch_size=1_000)
    _analyze("outreach_stay")
    return len(made)


def make_the_rest():
    """Make campaigns at twenty units each, a third of them visited; receptions; needs; and a year's
    recipients of festival visits, four of five visited."""
    by, units = User.objects.order_by("pk").first(), _units(4_000)
    organs = list(Organ.objects.select_related("division").order_by("pk")[:RECEPTIONS])
    _campaigns(by, units, organs)
    _receptions(by, organs)
    _needs(by, units)
    _festivals()
    _analyze(
        "outreach_campaign",
        "outreach_campaignunit",
        "outreach_visit_campaigns",
        "outreach_receptionday",
        "outreach_communityneed",
        "outreach_condolencerecipient",
        "outreach_condolencevisit",
    )


def _units(n):
    """Units from all over the province."""
    every = GrassrootsUnit.objects.current(timezone.localdate()).select_related("division")
    rows = list(every.order_by("pk"))
    return rows[:: max(1, len(rows) // n)][:n]


def _campaigns(by, units, organs):
    today = timezone.localdate()
    campaigns = Campaign.objects.bulk_create(
        Campaign(
            title=f"大走访 {number}",
            kind="visit",
            starts_on=today - timedelta(days=number),
            ends_on=today - timedelta(days=number) + timedelta(days=100),
            organizer=organs[number % len(organs)],
            written_by=by,
            state="announced",
            announced_on=today - timedelta(days=number + 10),
            created_at=timezone.now(),
        )
        for number in range(CAMPAIGNS)
    )
    planned = []
    for number, campaign in enumerate(campaigns):
        for place in range(UNITS_OF_A_CAMPAIGN):
            row = CampaignUnit(campaign=campaign, organ_id=campaign.organizer_id)
            row.stand_at(units[(number * UNITS_OF_A_CAMPAIGN + place) % len(units)])
            planned.append(row)
    CampaignUnit.objects.bulk_create(planned, batch_size=1_000)
    ticked = Visit.campaigns.through
    of_unit = {}
    for visit, unit in Visit.objects.filter(
        unit__in={row.unit_id for row in planned[::3]}
    ).values_list("pk", "unit"):
        of_unit.setdefault(unit, visit)
    ticked.objects.bulk_create(
        (
            ticked(visit_id=of_unit[row.unit_id], campaign_id=row.campaign_id)
            for row in planned[::3]
            if row.unit_id in of_unit
        ),
        batch_size=1_000,
    )


def _receptions(by, organs):
    today = timezone.localdate()
    leader, made = Cadre.objects.order_by("pk").first(), []
    for number in range(RECEPTIONS):
        day = today - timedelta(days=number)
        reception = ReceptionDay(
            leader=leader,
            held_on=day,
            starts_at="09:00",
            ends_at="11:00",
            place="便民服务中心",
            planned_by=by,
            state="held",
            announced_by=by,
            announced_on=day - timedelta(days=3),
            held_by=by,
            created_at=timezone.now(),
        )
        reception.stand_for(organs[number % len(organs)])
        made.append(reception)
    ReceptionDay.objects.bulk_create(made)


def _needs(by, units):
    today, made = timezone.localdate(), []
    for number in range(NEEDS):
        need = CommunityNeed(
            job="safety",
            title="夜间巡查",
            when="每周六晚",
            published_by=by,
            until=today + timedelta(days=number % 60),
            created_at=timezone.now(),
        )
        need.stand_at(units[number % len(units)])
        need.organ_id = need.host_organ_id
        made.append(need)
    CommunityNeed.objects.bulk_create(made)


FESTIVALS = """
    INSERT INTO outreach_condolencecampaign (festival, year, festival_on, starts_on, ends_on,
        organ_id, division_id, objection_phone, state, opened_by_id, opened_at, document,
        approved_on)
    SELECT festival, extract(year FROM current_date), current_date - n * 60,
        current_date - n * 60 - 20, current_date - n * 60, organ.id, organ.division_id,
        '100-0000-0001', 'visiting', 1, now(), '', current_date - n * 60 - 25
    FROM (VALUES ('spring', 5), ('autumn', 1), ('party', 3)) AS f (festival, n),
        portal_organ organ
    WHERE organ.kind = 'township'
"""
PEOPLE = """
    INSERT INTO outreach_condolencerecipient (campaign_id, serial, masked_name, name_index, gender,
        age_band, joined_party, category, reason, amount, goods, goods_value, source,
        put_forward_by_id, put_forward_at, removed_reason, "group", unit_id, organ_id,
        host_organ_id, province_id, city_id, county_id, township_id, division_id)
    SELECT campaign.id, n, '李××', md5(campaign.id || '-' || n), '1', '70', '',
        (ARRAY['member', 'masses', 'worker', 'oldmember'])[1 + mod(n, 4)], '', 500, '', 0,
        'finance', 1, campaign.opened_at, '', '', unit.unit_id, campaign.organ_id,
        campaign.organ_id, unit.province_id, unit.city_id, unit.county_id, unit.township_id,
        unit.division_id
    FROM outreach_condolencecampaign campaign
    CROSS JOIN LATERAL (
        SELECT unit_id, province_id, city_id, county_id, township_id, division_id
        FROM outreach_visit WHERE host_organ_id = campaign.organ_id LIMIT 1
    ) unit
    CROSS JOIN generate_series(1, 100) AS n
    ORDER BY n, campaign.id LIMIT %s
"""
VISITED = """
    INSERT INTO outreach_condolencevisit (recipient_id, visited_on, first_cadre_id,
        second_cadre_id, amount, goods, goods_value, way, handed_by, entered_by_id, entered_at,
        void_reason)
    SELECT r.id, c.ends_on - mod(r.id, 20)::int, 1, 2, r.amount, '', 0, 'handed', '李大山', 1,
        now(), ''
    FROM outreach_condolencerecipient r JOIN outreach_condolencecampaign c ON c.id = r.campaign_id
    WHERE mod(r.id, 5) <> 0
"""


def _festivals():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(FESTIVALS)
        cursor.execute(PEOPLE, [RECIPIENTS])
        cursor.execute(VISITED)


def _analyze(*tables):
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")
