"""Practices of the invented county: one became a rule, one is spread, one is on trial; others wait
for review, have to be completed, or were refused. Visits show the results of trials."""

from datetime import timedelta

from demo.oversight.words import blocks, rows, words
from demo.told import Storyteller
from outreach.models import Visit
from oversight.actions import practices
from portal.models.places import UnitKind


def make(county):
    _rule(county)
    if county.is_tiny:
        return
    _spread(county)
    _refused(county)
    _tried(county)
    _waiting(county)


class Practised:
    """One practice, in chronological order, with its author and the office."""

    def __init__(self, county, code, by, ago, *, unit="", found_in=""):
        self.county, self.code, self.told = county, code, Storyteller(county)
        self.by, self.office = self.told.user(by), self.told.user("liming")
        self.unit = county.places.unit(unit) if unit else None
        name, problem, method, kinds = blocks("practices")[code]
        self.practice = self.do(
            practices.write_practice,
            ago,
            by=self.by,
            unit=self.unit,
            name=name,
            problem=problem,
            method=method,
            unit_kinds=[UnitKind[kind.upper()] for kind in kinds.split()],
            origin="found" if found_in else "offered",
            found_in=found_in,
        )

    def do(self, action, ago, *, by=None, **facts):
        return self.told.do(action, by or self.office, ago, **facts)

    def move(self, action, ago, *, by=None, **facts):
        self.practice = self.do(action, ago, by=by, practice=self.practice, **facts)

    def hand_in(self, ago):
        self.move(practices.submit_practice, ago, by=self.by)

    def begin_trial(self, ago, unit, starts_on):
        self.move(practices.try_practice, ago, unit=unit, starts_on=starts_on)

    def end_trials(self, ago, found):
        """End all trials at once, each with the visit that shows its result."""
        for visit, result in zip(found, _results(self.code), strict=False):
            trial = self.practice.trials.get(unit=visit.unit)
            facts = {"ended_on": self.told.day(ago), "works": True, "result": result}
            self.move(practices.end_trial, ago, trial=trial, visits=[visit], **facts)
        opinion = words("practice words")["opinion" if self.code == "proxy" else "canal"]
        self.move(practices.finish_trials, ago, opinion=opinion)

    def spread(self, decided, spread):
        decision = {"decided_on": self.told.day(decided), "decided_in": "部务会"}
        self.move(practices.decide_practice, decided, **decision)
        day = self.told.day(spread)
        document = self.county.document("云组通", day)
        self.move(practices.spread_practice, spread, document=document, spread_on=day)


def _results(code):
    found = [text for one, text in rows("practice words") if one == "result"]
    return found[2:] * 2 if code == "canal" else found[:2]


def _shown_by(county, first, last, besides, **more):
    """Return one visit each in up to two units other than `besides`, between `first` and `last`
    days ago."""
    days = (county.anchor - timedelta(days=first), county.anchor - timedelta(days=last))
    rows = Visit.objects.standing().filter(visited_on__range=days, **more).exclude(unit=besides)
    found = {}
    for visit in rows.select_related("unit").order_by("visited_on", "pk"):
        found.setdefault(visit.unit_id, visit)
        if len(found) == 2:
            break
    return list(found.values())


def _rule(county):
    """代办: tried in two villages, spread, and turned into a rule."""
    one = Practised(county, "proxy", "zhangweidong", 300, unit="大屋村")
    one.hand_in(298)
    end = 90
    if county.is_tiny:
        # Use any visits; the trials end after the last of them.
        found = _shown_by(county, 280, 2, one.unit)
        end = min(end, *((county.anchor - visit.visited_on).days - 1 for visit in found))
    else:
        found = _shown_by(county, 280, 95, one.unit, unit__kind=UnitKind.RURAL)
    for visit in found:
        one.begin_trial(290, visit.unit, one.told.day(288))
    one.end_trials(end, found)
    one.spread(_before(end, 6), _before(end, 10))
    said = words("practice words")
    one.move(practices.begin_rule, _before(end, 20), title=said["rule"])
    for days, text in ((32, "heard"), (42, "checked"), (48, "deliberated")):
        ago = _before(end, days)
        facts = {"stage_on": one.told.day(ago), "text": said[text]}
        one.move(practices.advance_rule, ago, **facts)
    ago = _before(end, 54)
    day = one.told.day(ago)
    document = county.document("云组发", day)
    valid_to = day.replace(year=day.year + 3, day=min(day.day, 28))
    facts = {"document": document, "valid_from": day, "valid_to": valid_to}
    one.move(practices.issue_rule, ago, **facts)


def _before(end, days):
    """Return the day (ago) this many days after the trials, at the latest yesterday."""
    return max(end - days, 1)


def _spread(county):
    """Found by the inspection, tried and spread; not yet a rule."""
    found_in = words("practice words")["found"]
    one = Practised(county, "canal", "chenjing", 220, unit="柳湾村", found_in=found_in)
    one.hand_in(218)
    found = _shown_by(county, 200, 60, one.unit, unit__kind=UnitKind.RURAL)
    for visit in found:
        one.begin_trial(206, visit.unit, one.told.day(204))
    one.end_trials(50, found)
    one.spread(45, 40)


def _tried(county):
    """On trial in one village for five weeks, in another for two."""
    one = Practised(county, "talk", "wangjianguo", 60, unit="柳湾村")
    one.hand_in(58)
    villages = [u for u in county.places.units if u.kind == UnitKind.RURAL and u != one.unit]
    for ago, unit in zip((36, 15), villages, strict=False):
        one.begin_trial(ago, unit, one.told.day(ago))


def _refused(county):
    one = Practised(county, "points", "fengli", 75)
    one.hand_in(74)
    reason = words("practice words")["refused"]
    one.move(practices.refuse_practice, 68, reason=reason)


def _waiting(county):
    """One to be completed, and two that wait for review."""
    one = Practised(county, "boards", "zhengkai", 20)
    one.hand_in(19)
    reason = words("practice words")["to_add"]
    one.move(practices.ask_to_add, 13, reason=reason)
    one = Practised(county, "hours", "zhoudayong", 8)
    one.hand_in(6)
    one = Practised(county, "mediate", "zhaomin", 5)
    one.hand_in(3)
