"""分期分批 of the invented county: a batch that is published, one with a computed proposal and
one open for nomination; and the facts about cadres that placing needs."""

from datetime import timedelta

from demo import places as demo
from outreach.actions import batches
from outreach.models import Nomination, Proposal, Stay
from outreach.models.batches import NominationState
from outreach.placing import proposals
from outreach.placing.obstacles import Pool
from portal import parameters
from portal.actions import norms, people
from portal.models import Division, Job, Organ
from portal.models.people import Skill
from portal.models.places import UnitKind
from portal.roles import Role

REASONS = (
    ("集体经济薄弱，缺少懂经营的人", ["agriculture", "commerce"]),
    ("渠道泵站待整修，需协调水利项目", ["water"]),
    ("搬迁小区物业、公共账目待理顺", ["finance", "law"]),
    ("村班子新任多，需帮带党建工作", ["party"]),
    ("村小合并后校舍闲置，需谋划利用", ["planning", "teaching"]),
)
HARD = ("离县城60公里，道路常塌方", "常住老人多，公共服务欠账大")


def make(county):
    """Make the batches; a tiny county has none open for nomination."""
    rng, office = county.rng, county.people.users["liming"]
    _particulars(county, rng, office)
    villages = [u for u in county.places.units if u.kind == UnitKind.RURAL]
    if len(villages) < 6:
        villages = list(county.places.units)
    liaison = county.people.users["chenjing"]
    # Within a county, avoidance concerns the home township.
    norms.set_norm(
        code="proposal.home_level",
        value="4",
        basis="县内选派，回避原籍乡镇",
        valid_from=county.anchor,
        by=office,
    )
    # Forget now: on_commit does not run while the county is made within one transaction.
    parameters.forget()
    cadres = _candidates(county)
    third = max(1, len(cadres) // 3)
    if cadres:
        _published(county, office, county.few(villages[:3], 1), cadres[:third])
    asking = county.few(villages[3:9] or villages[:1], 2)
    _proposed(county, office, asking, cadres[third : 2 * third])
    if not county.is_tiny:
        _open(county, office, liaison, villages[:5], cadres[2 * third :])


def _candidates(county):
    """Cadres of the county's organs who can be sent, in official order, without the cast."""
    organs = set(
        Organ.objects.exclude(kind__in=["township", "station", "enterprise"]).values_list(
            "pk", flat=True
        )
    )
    cast = {person.username for person in demo.CAST}
    away = set(Stay.objects.values_list("cadre", flat=True))
    found = [
        cadre
        for cadre in county.people.cadres
        if cadre.organ_id in organs
        and cadre.pk not in away
        and not (cadre.user and cadre.user.username in cast)
        and county.can_be_sent(cadre, besides=(Role.CADRE, Role.LIAISON))
    ]
    return county.few(found[:72], 3)


def _particulars(county, rng, office):
    skills = [code for code, _label in Skill.choices]
    homes = list(Division.objects.filter(level=4, path__startswith=county.places.county.path))
    couple = None
    for n, cadre in enumerate(_candidates(county)):
        # An occasional couple, made of two cadres close together on the list.
        spouse = couple if n % 12 == 5 else None
        couple = cadre if n % 12 == 3 else couple
        people.change_placing(
            cadre=cadre,
            by=office,
            spouse=spouse,
            home_division=rng.choice(homes),
            skills=rng.sample(skills, rng.randint(0, 2)),
        )


def _batch(county, office, title, *, days_ago, begins_in, kind="member", team=(1, 1)):
    begins = county.anchor + timedelta(days=begins_in)
    return batches.make_batch(
        by=office,
        at=county.moment(county.anchor - timedelta(days=days_ago)),
        title=title,
        programme="百名干部驻百村",
        kind=kind,
        area=county.places.county,
        starts_on=begins,
        # A team stays for two years, 蹲点 lasts a month.
        ends_on=begins + timedelta(days=729 if kind == "member" else 29),
        nominate_by=begins - timedelta(days=20),
        team_min=team[0],
        team_max=team[1],
    )


def _places(county, office, batch, units, *, wanted, days_ago):
    for n, unit in enumerate(units):
        reasons, expertise = REASONS[n % len(REASONS)]
        hardship = 1 + n % 3
        batches.add_places(
            batch=batch,
            by=office,
            at=county.moment(county.anchor - timedelta(days=days_ago)),
            units=[unit],
            kind=batch.kind,
            wanted=wanted,
            hardship=hardship,
            hardship_reason="" if hardship == 1 else HARD[n % len(HARD)],
            reasons=reasons,
            expertise=expertise,
            continuity=None,
        )


def _nominated(county, office, batch, cadres, *, days_ago, judged=True):
    at = county.moment(county.anchor - timedelta(days=days_ago))
    for n, cadre in enumerate(cadres):
        (one,) = batches.nominate(
            batch=batch,
            by=office,
            at=at,
            cadres=[cadre],
            may_lead=n % 3 == 0,
            note="经单位党组研究推荐" if n % 4 == 0 else "",
        )
        if judged:
            is_refused = n % 15 == 14
            batches.judge_nomination(
                nomination=one,
                by=office,
                at=at + timedelta(days=2),
                state=NominationState.UNQUALIFIED if is_refused else NominationState.QUALIFIED,
                why="承担重点项目，暂不派出" if is_refused else "",
            )


def _move(county, office, batch, code, days_ago):
    at = county.moment(county.anchor - timedelta(days=days_ago))
    return batches.move_batch(batch=batch, code=code, by=office, at=at)


def _compute(county, batch, office):
    """Compute the proposal in place, since no worker runs here."""
    job = Job.objects.create(
        kind="proposal",
        title=f"建议方案：{batch.title}",
        owner=office,
        state=Job.State.DONE,
        finished_at=county.moment(county.anchor - timedelta(days=4)),
    )
    pool, at = Pool(batch, on=office.today), job.finished_at
    proposal = Proposal.objects.create(batch=batch, job=job)
    proposals.keep(proposal, pool, proposals.solve(pool), at=at)


def _published(county, office, units, cadres):
    year = county.anchor.year
    batch = _batch(
        county, office, f"{year}年第一批驻村蹲点", days_ago=40, begins_in=25, kind="residential"
    )
    _places(county, office, batch, units, wanted=1, days_ago=39)
    batch = _move(county, office, batch, "open", 38)
    _nominated(county, office, batch, cadres[:8], days_ago=30)
    batch = _move(county, office, batch, "close", 20)
    at = county.moment(county.anchor - timedelta(days=15))
    places = list(batch.places.order_by("pk"))
    taken = []
    for place in places:
        pool = Pool(batch, on=office.today)
        free = [n for n in pool.nominations if n.pk not in taken]
        fit = [n for n in free if not pool.against(n, pool.by_place[place.pk], [])]
        if fit or free:
            one = (fit or free)[0]
            taken.append(one.pk)
            batches.place_by_hand(nomination=one, place=place, by=office, at=at, why="熟悉当地情况")
    batch = batches.decide(
        batch=batch,
        by=office,
        at=at,
        document=county.document("云组通", county.anchor - timedelta(days=14)),
        decided_on=county.anchor - timedelta(days=14),
    )
    batches.publish_batch(
        batch=batch, by=office, at=county.moment(county.anchor - timedelta(days=12))
    )


def _proposed(county, office, units, cadres):
    batch = _batch(
        county,
        office,
        f"{county.anchor.year + 1}年第一批驻村工作队",
        days_ago=40,
        begins_in=30,
        team=(1, 2) if county.is_tiny else (3, 5),
    )
    _places(county, office, batch, units, wanted=1 if county.is_tiny else 3, days_ago=38)
    batch = _move(county, office, batch, "open", 35)
    _nominated(county, office, batch, cadres, days_ago=20)
    batch = _move(county, office, batch, "close", 5)
    if Nomination.objects.filter(batch=batch).qualified().exists():
        _compute(county, batch, office)


def _open(county, office, liaison, units, cadres):
    batch = _batch(
        county,
        office,
        f"{county.anchor.year + 1}年第二批驻村蹲点",
        days_ago=6,
        begins_in=60,
        kind="residential",
    )
    _places(county, office, batch, units, wanted=1, days_ago=6)
    batch = _move(county, office, batch, "open", 5)
    own = [c for c in cadres if c.organ_id != liaison.organ_id]
    _nominated(county, office, batch, own[:5], days_ago=2, judged=False)
