"""Differences between live records and frozen evidence, with their effect on the points of the
results. Only this component comes from records, and its points are known even without a total.

Read-only: a person decides on each difference and gives a reason.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from evaluation.appraisal import computing, freezing, scoring
from evaluation.models import Appraised, Cycle, EvidenceDecision
from evaluation.models.schemes import Component, Gate
from portal.models import Job
from portal.run import jobs
from portal.trust import wall

KIND = "evidence_changes"
# Limit of people named on the page; the job's file holds all.
NAMED = 200

Verdict = EvidenceDecision.Verdict


@dataclass
class Change:
    """One record: the verdict that counts now and the live one. `record` 0 is an amount."""

    indicator: str
    record: int
    counts: str
    live: str
    value: Decimal | None = None
    counts_value: Decimal | None = None
    # The latest decision about the record, made before or after this difference arose.
    decision: EvidenceDecision | None = None
    before: Decimal | None = None
    after: Decimal | None = None

    @property
    def key(self):
        return f"{self.indicator}-{self.record}"

    @property
    def taken_over(self):
        """The decision to count the live record."""
        return (self.indicator, self.record, self.live, self.value)

    @property
    def kept(self):
        """The decision to keep what counts now."""
        return (self.indicator, self.record, self.counts, self.counts_value)


class Person:
    """One appraised with all differences, and the points of the results without and with them."""

    def __init__(self, appraised, rules, frozen, live):
        self.appraised, self.rules, self.frozen = appraised, rules, frozen
        self.changes = list(self._changes(live))
        self._counted = frozen.counted(appraised.pk)
        self.before = self._points(())
        self.after = self._points([one.taken_over for one in self.changes if not one.decision])
        for one in self.changes:
            one.before, one.after = self.before, self._points([one.taken_over])

    @property
    def open(self):
        return [one for one in self.changes if not one.decision]

    def _changes(self, live):
        pk = self.appraised.pk
        for code, row in sorted(self.frozen.evidence[pk].items()):
            met, missed, value = live.get(code, ([], [], None))
            decided = self.frozen.decisions[pk, code]
            last = {one.record_id: one for one in decided}
            if code == Gate.STAY_DAYS:
                counts, met = last[0].value if 0 in last else row.value, Verdict.MET.value
                if value is not None and value != counts:
                    counts = Decimal(0) if counts is None else counts
                    yield Change(code, 0, met, met, value, counts, last.get(0))
                continue
            made = [(one.record_id, one.verdict) for one in decided]
            now = computing.verdicts(row.met, row.missed, made)
            alive = dict.fromkeys(met, Verdict.MET) | dict.fromkeys(missed, Verdict.MISSED)
            for record in sorted(now.keys() | alive.keys()):
                counts = now.get(record, (Verdict.LEFT_OUT, None))[0]
                says = alive.get(record, Verdict.LEFT_OUT)
                if counts != says:
                    yield Change(code, record, counts.value, says.value, decision=last.get(record))

    def _points(self, decisions):
        appraised, counted = self.appraised, dict(self._counted)
        for code in {one[0] for one in decisions}:
            more = [one[1:] for one in decisions if one[0] == code]
            counted[code] = self.frozen.with_decisions(appraised.pk, code, more)
        result = self.frozen.result(appraised, self.rules, counted)
        return result.points[Component.RESULTS]


def people_with_changes(cycle, appraised, *, at):
    """[Person] for those whose evidence differs now; a fixed number of statements."""
    with wall.as_system("evidence as it is now"):
        return _with_changes(cycle, appraised, at)


def _with_changes(cycle, appraised, at):
    rules = scoring.rules_of(cycle)
    live = defaultdict(dict)
    for pk, code, *found in freezing.evidence_of(appraised, freezing.codes_by_scheme(cycle), at):
        live[pk][code] = found
    frozen = scoring.Frozen([one.pk for one in appraised], cycle.data_at)
    found = (Person(one, rules[one.scheme_id], frozen, live[one.pk]) for one in appraised)
    return [person for person in found if person.changes]


def open_job(cycle, user):
    return _jobs(cycle, user).filter(state__in=scoring.WAITING).first()


def last_job(cycle, user):
    return _jobs(cycle, user).order_by("-pk").first()


def _jobs(cycle, user):
    return Job.objects.visible_to(user).filter(kind=KIND, arguments__cycle=cycle.pk)


@jobs.work_of(KIND)
def look_for_job(job, folder, progress):
    """Write one line per person whose evidence differs; the page names the first ones."""
    cycle = Cycle.objects.get(pk=job.arguments["cycle"])
    rows = Appraised.objects.filter(cycle=cycle).standing()
    expected, done, named, count = rows.count(), 0, [], 0
    progress(0, expected)
    name = f"证据变动-{cycle.pk}.jsonl"
    with (folder / name).open("w", encoding="utf-8") as target:
        for chunk in freezing.in_chunks(rows):
            for person in people_with_changes(cycle, chunk, at=job.taken_at):
                if not person.open:
                    continue
                count += 1
                if len(named) < NAMED:
                    named.append(person.appraised.pk)
                target.write(json.dumps(_line(person), ensure_ascii=False) + "\n")
            done += len(chunk)
            progress(done, expected)
    return name, scoring.manifest(job, expected, people=named, count=count)


def _line(person):
    def facts(row, *names):
        values = {name: getattr(row, name) for name in names}
        return {name: str(v) if isinstance(v, Decimal) else v for name, v in values.items()}

    changes = [facts(one, "indicator", "record", "counts", "live", "value") for one in person.open]
    who = {"appraised": person.appraised.pk, **facts(person, "before", "after")}
    return who | {"changes": changes}
