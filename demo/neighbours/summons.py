"""Summons of two townships in every state: concluded with assignments, an emergency, waiting for an
answer, for the desk's ruling, for the attendance, for the conclusion, and called off. A tiny county
has three."""

from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from demo import texts
from demo.told import Storyteller
from neighbours.actions import summons as actions
from neighbours.models import SummonedOrgan
from outreach.actions import matters
from outreach.models.matters import Category

HOSTS = {"石桥镇": "zhangweidong", "青山乡": "zhoudayong"}
ANSWERS = {"县水利局": "liuyang", "县交通局": "zhengkai", "县民政局": "fengli"}
WATER, ROADS, RELIEF = ANSWERS


def make(county):
    _water(county)
    _road(county)
    _relief(county)
    if not county.is_tiny:
        _gravel(county)
        _lamps(county)
        _market(county)
        _well(county)


def _words(heading):
    return dict(texts.rows("summons.txt", heading))


class Calling:
    """One summons, in chronological order. `ago` is in days before the county's anchor."""

    def __init__(self, county, code, township, organs):
        self.county, self.code, self.told = county, code, Storyteller(county)
        self.host, self.desk = self.told.user(HOSTS[township]), self.told.user("sunzhiyuan")
        self.names, self.summons = organs, None
        rows = {row[0]: row[1:] for row in texts.rows("summons.txt", "summons")}
        self.reason, *said = rows[code]
        self.facts = dict(zip(("title", "text", "place"), said, strict=True))
        self.facts |= {"organ": self.told.organ(township), "unit": self._unit(township)}
        self.facts["organs"] = [self.told.organ(name) for name in organs]

    def _unit(self, township):
        """Return the village whose name begins the place, if the county has it."""
        host = self.told.organ(township)
        own = [one for one in self.county.places.units if one.host_organ_id == host.pk]
        return next((one for one in own if self.facts["place"].startswith(one.name)), None)

    def do(self, action, ago, by, **facts):
        return self.told.do(action, by, ago, **facts)

    def call(self, ago, meets):
        """Call the organs; `meets` is in days before the anchor, negative in the future."""
        day = self.told.day(meets) if meets > 0 else self.county.anchor - timedelta(days=meets)
        facts = {"reason": self.reason, "meet_on": day}
        self.summons = self.do(actions.call_organs, ago, self.host, **facts, **self.facts)

    def _asked(self, name):
        rows = SummonedOrgan.objects.select_related("summons", "organ__division")
        return rows.get(summons=self.summons, organ=self.told.organ(name))

    def answer(self, ago, name, code):
        text = _words("answers")[f"{self.code} {code}"]
        by = self.told.user(ANSWERS[name])
        self.do(actions.answer_summons, ago, by, asked=self._asked(name), answer=text)

    def not_ours(self, ago, name):
        reason, by = _words("objections")[self.code], self.told.user(ANSWERS[name])
        self.do(actions.say_not_ours, ago, by, asked=self._asked(name), reason=reason)

    def rule(self, ago, name, *, is_theirs):
        facts = {"is_theirs": is_theirs, "reason": _words("rulings")[self.code]}
        self.do(actions.decide_whose, ago, self.desk, asked=self._asked(name), **facts)

    def gather(self, ago, *names):
        came = [self.told.organ(name) for name in names]
        self.summons = self.do(
            actions.note_attendance, ago, self.host, summons=self.summons, came=came
        )

    def conclude(self, ago, *, lead="", supports=(), **facts):
        facts["conclusion"] = _words("conclusions")[self.code]
        if lead:
            facts |= {"lead": self.told.organ(lead), "requirement": _words("words")[self.code]}
            facts["supports"] = [self.told.organ(name) for name in supports]
            facts["client_key"] = uuid5(NAMESPACE_OID, f"summons {self.code}")
        self.summons = self.do(actions.conclude, ago, self.host, summons=self.summons, **facts)

    def sign(self, ago, name):
        facts = {"matter": self.summons.matter, "code": "sign"}
        self.do(matters.move_matter, ago, self.told.user(ANSWERS[name]), **facts)


def _water(county):
    """Concluded; the organs have signed for the matter."""
    one = Calling(county, "water", "石桥镇", (WATER, ROADS))
    one.call(12, 10)
    one.answer(11, WATER, "water")
    one.answer(11, ROADS, "roads")
    one.gather(10, WATER, ROADS)
    facts = {"category": Category.INFRASTRUCTURE, "urgency": "complex"}
    one.conclude(9, lead=WATER, supports=[ROADS], **facts)
    one.sign(8, WATER)
    one.sign(8, ROADS)


def _road(county):
    """An emergency, telephoned at night and settled at once."""
    one = Calling(county, "road", "青山乡", (ROADS, RELIEF))
    called_at = county.moment(one.told.day(21), 9, 9)
    there = [one.told.organ(ROADS), one.told.organ(RELIEF)]
    facts = {"called_at": called_at, "came": there, **one.facts}
    one.summons = one.do(actions.note_emergency, 20, one.host, **facts)
    one.conclude(19)


def _relief(county):
    """Called; one organ answered, one has not yet, and one says it is not its task."""
    one = Calling(county, "relief", "石桥镇", (RELIEF, ROADS, WATER))
    one.call(2, -2)
    one.answer(1, WATER, "water")
    one.not_ours(1, RELIEF)


def _gravel(county):
    """The desk ruled that it is the organ's task; concluded without an assignment."""
    one = Calling(county, "gravel", "石桥镇", (WATER, ROADS))
    one.call(48, 44)
    one.not_ours(47, ROADS)
    one.rule(46, ROADS, is_theirs=True)
    one.gather(44, WATER)
    one.conclude(43)


def _lamps(county):
    """An organ was released; the conclusion is missing."""
    one = Calling(county, "lamps", "石桥镇", (WATER, ROADS))
    one.call(8, 3)
    one.not_ours(7, ROADS)
    one.rule(6, ROADS, is_theirs=False)
    one.answer(6, WATER, "water")
    one.gather(3, WATER)


def _market(county):
    one = Calling(county, "market", "青山乡", (ROADS, RELIEF))
    one.call(70, 66)
    reason = _words("words")["market"]
    one.do(actions.cancel_summons, 68, one.host, summons=one.summons, reason=reason)


def _well(county):
    """The meeting is over; the attendance is to be noted."""
    one = Calling(county, "well", "青山乡", (WATER, ROADS))
    one.call(4, 2)
    one.answer(3, WATER, "water")
