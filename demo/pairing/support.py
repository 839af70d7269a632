"""Items of help of the invented county: done with and without a word, overdue, dropped."""

import uuid
from datetime import timedelta
from decimal import Decimal

from demo.texts import rows
from outreach.models.matters import Word
from pairing.actions import support
from pairing.models import Pairing
from pairing.models.pairings import Level
from pairing.rules import support as rules
from portal.models.places import UnitKind
from portal.roles import Role

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
        offered = rows(
            "helping.txt", "help for households" if pairing.is_personal else "help for units"
        )
        for turn in range(3):
            _item(county, pairing, offered[(number + 2 * turn) % len(offered)], 3 * number + turn)


def _item(county, pairing, offer, number):
    host = _first(county, Role.HOST, pairing.host_organ_id)
    writers = [county.user_of(pairing.cadre), _first(county, Role.LIAISON, pairing.organ_id), host]
    by = next((one for one in writers if one and rules.may_promise(one, pairing)), None)
    if by is None:
        return
    kind, what, yuan, source, *results = offer
    rng, anchor = county.rng, county.anchor
    # 王建国's first item falls due within the appraised year, so that he can object to how it
    # counts.
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
        done_on = _done_on(county, promised_on, due)
        support.finish_item(
            item=item,
            by=by,
            at=county.moment(done_on),
            done_on=done_on,
            result=results[number % len(results)],
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


def _done_on(county, promised_on, due):
    """Return a working day when the item was done: up to a few days after it is due, or a past day
    if it is not due yet.

    A promise made during holidays that last until today may have no working day after it; then its
    own day is used.
    """
    last = min(due + timedelta(days=county.rng.randint(-10, 6)), county.anchor - timedelta(days=1))
    days = max((last - promised_on).days, 0)
    if last < due:
        days = county.rng.randint(days // 3, days)
    day = county.working_day(promised_on + timedelta(days=days))
    return max(promised_on, min(day, last))


def _first(county, role, organ_id):
    return next(iter(county.people.by_role.get((role, organ_id), [])), None)


def _pairings(county):
    """Make a few pairings for the items if the county has none yet."""
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
