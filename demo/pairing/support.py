"""Items of help of the invented county: done with and without a word, overdue, dropped."""

import uuid
from datetime import timedelta
from decimal import Decimal

from outreach.models.matters import Word
from pairing.actions import support
from pairing.models import Pairing
from pairing.models.pairings import Level
from pairing.rules import support as rules
from portal.models.places import UnitKind
from portal.roles import Role

# (kind, what, yuan or None, source)
FOR_UNITS = (
    ("project", "协调维修村口至三组的田间路八百米", 68000, "special"),
    ("technology", "请农技员来村讲水稻病虫害防治两次", None, ""),
    ("information", "帮助联系县城两家超市收购冬季蔬菜", None, ""),
    ("talent", "派一名会计帮助村集体理清合作社账目", None, ""),
    ("funds", "资助党群服务中心添置桌椅书架", 12000, "own"),
    ("policy", "讲解耕地地力保护补贴和农机补贴办法", None, ""),
    ("project", "更换村内坏损路灯十二盏", 9600, "donation"),
    ("other", "组织职工来村参加水渠清淤义务劳动一天", None, ""),
)
FOR_HOUSEHOLDS = (
    ("policy", "帮助核对医疗救助条件并陪同办理", None, ""),
    ("information", "联系县里纺织厂的岗位并陪同面试", None, ""),
    ("technology", "教会大棚温控和育苗，跟一季", None, ""),
    ("funds", "资助孩子开学用品", 800, "own"),
    ("other", "帮助修好漏雨的屋面", 2600, "donation"),
)
RESULTS = ("已按承诺办完，现场看过。", "办完了，后续由村里管护。", "办完，效果要再看一季。")
WORDS = (
    (Word.SATISFIED, "比说的时间还早了几天。"),
    (Word.BASICALLY, "办是办了，来得晚了些。"),
    (Word.SATISFIED, ""),
    (Word.UNSATISFIED, "只来过一次，后面没人管。"),
)
REASON = "项目与省里道路计划重复，由交通部门统一实施"


def make(county):
    pairings = list(Pairing.objects.running(county.anchor).for_list().order_by("pk")[:24])
    pairings = county.few(pairings, 1)
    for number, pairing in enumerate(pairings or _pairings(county)):
        offered = FOR_HOUSEHOLDS if pairing.is_personal else FOR_UNITS
        for turn in range(3):
            _item(county, pairing, offered[(number + 2 * turn) % len(offered)], 3 * number + turn)


def _item(county, pairing, offer, number):
    host = _first(county, Role.HOST, pairing.host_organ_id)
    writers = [county.user_of(pairing.cadre), _first(county, Role.LIAISON, pairing.organ_id), host]
    by = next((one for one in writers if one and rules.may_promise(one, pairing)), None)
    if by is None:
        return
    kind, what, yuan, source = offer
    rng, anchor = county.rng, county.anchor
    # 王建国's first one ran out within the year that is appraised: he objects to what it counts.
    ago, takes = (190, 25) if number == 0 else (rng.randint(20, 200), rng.randint(15, 120))
    promised_on = max(pairing.starts_on, anchor - timedelta(days=ago))
    due = min(promised_on + timedelta(days=takes), pairing.last_day)
    item = support.promise_item(
        pairing=pairing,
        by=by,
        at=county.moment(promised_on),
        kind=kind,
        what=what,
        client_key=uuid.UUID(int=rng.getrandbits(128)),
        source=source,
        need=None,
        amount=Decimal(yuan) if yuan else None,
        promised_on=promised_on,
        promised_for=due,
    )
    if number % 11 == 7:
        support.drop_item(item=item, by=by, at=county.moment(anchor), reason=REASON)
    elif number % 3:
        done_on = min(due + timedelta(days=rng.randint(-10, 6)), anchor - timedelta(days=1))
        done_on = max(done_on, promised_on)
        support.finish_item(
            item=item,
            by=by,
            at=county.moment(done_on),
            done_on=done_on,
            result=RESULTS[number % len(RESULTS)],
        )
        item.refresh_from_db(fields=["state"])
        if number % 4 and host and rules.may_hear_word(host, item):
            answer, comment = WORDS[number % len(WORDS)]
            support.hear_word(
                item=item,
                by=host,
                at=county.moment(anchor - timedelta(days=1)),
                way="call",
                answer=answer,
                comment=comment,
            )


def _first(county, role, organ_id):
    return next(iter(county.people.by_role.get((role, organ_id), [])), None)


def _pairings(county):
    """A few to hang items on, where the county has no pairings yet."""
    made, office = [], county.office()
    cadres = [c for c in county.people.cadres if c.user_id and c.organ.kind != "township"]
    villages = [u for u in county.places.units if u.kind == UnitKind.RURAL]
    for number, unit in enumerate(villages[:20]):
        cadre = cadres[number % len(cadres)]
        doors = county.households.get(unit.pk)
        household = doors[0] if doors and number % 2 else None
        pairing = Pairing(
            level=Level.HOUSEHOLD if household else Level.UNIT,
            organ=cadre.organ,
            cadre=cadre,
            household=household,
            starts_on=county.anchor - timedelta(days=250),
            ends_on=county.anchor + timedelta(days=480),
            created_by=office,
            created_at=county.moment(county.anchor - timedelta(days=250)),
        )
        pairing.stand_at(unit)
        pairing.save()
        made.append(pairing)
    return made
