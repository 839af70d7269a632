"""Needs and offers of the invented county, and a round with a proposal to be confirmed."""

from datetime import timedelta

from demo.texts import rows
from pairing import proposals
from pairing.actions import needs, rounds
from pairing.fitting import Pool
from pairing.models import MatchingProposal, RoundStep
from pairing.models.needs import NeedState
from pairing.models.rounds import RoundState
from portal.models import Job
from portal.models.places import UnitKind
from portal.roles import Role

# kind, what, urgency, yuan, expertise
OF_VILLAGES = (
    ("technology", "脐橙病虫害统防技术指导", 3, None, ["agriculture"]),
    ("funds", "村级灌溉渠道清淤修补", 3, 60_000, ["water"]),
    ("information", "农产品线上销售渠道对接", 2, None, ["commerce"]),
    ("policy", "高标准农田项目申报政策辅导", 2, None, ["agriculture"]),
    ("talent", "驻村会计代理，理顺集体账目", 2, None, ["finance"]),
    ("funds", "饮水管网更换一段", 3, 85_000, ["water"]),
    ("technology", "旧村部改造方案设计", 1, None, ["planning"]),
    ("talent", "党务骨干带教一年", 2, None, ["party"]),
    ("policy", "土地流转合同审查与调解", 2, None, ["law"]),
    ("information", "务工岗位信息定期推送", 1, None, []),
    ("funds", "村小图书角与操场维修", 1, 30_000, ["teaching"]),
    ("technology", "村务公开平台使用培训", 1, None, ["technology"]),
)
OF_ENTERPRISES = (
    ("policy", "中小企业纾困政策辅导", 2, None, ["finance"]),
    ("talent", "车间技师带徒", 2, None, ["technology"]),
)
HOUSEHOLD_KINDS = ("funds", "information", "policy", "talent", "technology")


def make(county):
    office = county.people.users["liming"]
    _needs(county)
    _offers(county, office)
    _round(county, office)


def _at(county, days_ago):
    return county.moment(county.anchor - timedelta(days=days_ago))


def _hosts(county, unit):
    return county.people.holding(Role.HOST, unit.host_organ_id)


def _host(county, unit):
    return _hosts(county, unit)[0]


def _noted(county, unit, days_ago, ends_in, household=None, **facts):
    return needs.note_need(
        by=_host(county, unit),
        at=_at(county, days_ago),
        unit=unit,
        household=household,
        until=county.anchor + timedelta(days=ends_in),
        **facts,
    )


def _needs(county):
    """Make needs of units and of households, some old, some about to run out, one met and one
    withdrawn."""
    units = [one for one in county.places.units if _hosts(county, one)]
    villages = [u for u in units if u.kind in {UnitKind.RURAL, UnitKind.COMMUNITY}]
    others = [u for u in units if u.kind not in {UnitKind.RURAL, UnitKind.COMMUNITY}]
    made = []
    for kind, told in ((villages, OF_VILLAGES), (others, OF_ENTERPRISES)):
        for n, (help_kind, what, urgency, amount, expertise) in enumerate(county.few(told, 2)):
            if not kind:
                continue
            unit = kind[n * 3 % len(kind)]
            made.append(
                _noted(
                    county,
                    unit,
                    150 - 11 * n,
                    18 if n % 6 == 5 else 120 + 8 * n,
                    kind=help_kind,
                    what=what,
                    urgency=urgency,
                    amount=amount,
                    expertise=expertise,
                )
            )
    for n, unit in enumerate(county.few(villages[:10], 1)):
        household = county.households[unit.pk][n % 5]
        _noted(
            county,
            unit,
            90 - 7 * n,
            25 if n % 5 == 4 else 200,
            household=household,
            kind=HOUSEHOLD_KINDS[n % 5],
            what="",
            urgency=1 + n % 3,
            amount=None,
            expertise=[],
        )
    for need, state in (
        (made[-1], NeedState.MET),
        (made[min(6, len(made) - 2)], NeedState.WITHDRAWN),
    ):
        needs.close_need(need=need, by=_host(county, need.unit), at=_at(county, 5), state=state)


def _offers(county, office):
    """Make offers that fit the duties of the organs."""
    offers = [one for one in rows("helping.txt", "offers") if one[0] in county.places.organs]
    for n, (organ, kind, what, yuan, expertise) in enumerate(county.few(offers, 2)):
        needs.offer_help(
            by=office,
            at=_at(county, 60 - 2 * n),
            organ=county.places.organs[organ],
            kind=kind,
            what=what,
            capacity=1 + n % 3,
            amount=int(yuan) if yuan else None,
            expertise=expertise.split(),
            until=county.anchor + timedelta(days=250),
        )


def _round(county, office):
    """Make a round, and compute its proposal in place, since no worker runs here."""
    begins = county.anchor + timedelta(days=20)
    round_ = rounds.begin_round(
        by=office,
        at=_at(county, 6),
        title=f"{begins.year}年百局联百村结对",
        level="unit",
        area=county.places.county,
        starts_on=begins,
        ends_on=begins + timedelta(days=364),
    )
    round_.state = RoundState.PROPOSING
    round_.save(update_fields=["state"])
    RoundStep.objects.create(round=round_, code="asked", by=office, at=_at(county, 3))
    job = Job.objects.create(
        kind="matching",
        title=f"结对方案：{round_.title}",
        owner=office,
        state=Job.State.DONE,
        finished_at=_at(county, 3),
    )
    pool = Pool(round_, on=office.today)
    proposal = MatchingProposal.objects.create(round=round_, job=job)
    proposals.keep(proposal, pool, proposals.solve(pool), at=job.finished_at)
