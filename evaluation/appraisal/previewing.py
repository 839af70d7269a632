"""Tries a scheme on last year's records to see whether the data it needs exist.

Read-only. The result has numbers for the class and names nobody.
"""

import csv
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from django.utils import timezone

from evaluation.appraisal import computing, gathering, measuring, scoring
from evaluation.appraisal.indicators import INDICATORS
from evaluation.models import Scheme
from evaluation.models.schemes import Gate
from portal import parameters
from portal.models import Job
from portal.run import jobs

KIND = "scheme_preview"
CHUNK = 2_000
# Largest class tried within the request; larger ones go to a worker.
AT_ONCE = 200


def last_year(today):
    """(first, last) day of last calendar year."""
    year = today.year - 1
    return date(year, 1, 1), date(year, 12, 31)


def trial(scheme, people, at, progress=lambda done, total=None: None):
    """What the scheme would have found: for each indicator how many people have records, how many
    have enough, and the quartiles of the value among the latter."""
    indicators, gates = list(scheme.indicators.order_by("pk")), list(scheme.gates.order_by("pk"))
    any_record, gate_data, gate_met = Counter(), Counter(), Counter()
    rates = defaultdict(list)
    limits = [(one.gate, one.limit) for one in gates]
    fewest = parameters.number("eval.min_display_n", on=timezone.localdate(at))
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        for one in indicators:
            for met, missed in measuring.measure(one.indicator, chunk, at).values():
                n = len(met) + len(missed)
                any_record[one.indicator] += 1
                if n >= one.minimum_n:
                    rates[one.indicator].append(Decimal(100) * len(met) / n)
        for person, counted in _gates(gates, chunk, at):
            for line in computing.gate_lines(limits, counted, person.days):
                if line["value"] is not None:
                    gate_data[line["gate"]] += 1
                    gate_met[line["gate"]] += line["met"]
        progress(start + len(chunk), len(people))
    return {
        "people": len(people),
        "indicators": [
            {
                "indicator": one.indicator,
                "minimum": one.minimum_n,
                "any": any_record[one.indicator],
                "enough": len(rates[one.indicator]),
                "quarters": _quarters(rates[one.indicator], fewest),
                "floor": computing.plain(one.floor),
                "cap": computing.plain(one.cap),
                "full": sum(rate >= one.cap for rate in rates[one.indicator]),
                "none": sum(rate <= one.floor for rate in rates[one.indicator]),
            }
            for one in indicators
        ],
        "gates": [
            {"gate": code, "limit": limit, "data": gate_data[code], "met": gate_met[code]}
            for code, limit in limits
        ],
    }


def _gates(gates, people, at):
    """Yields (person, {gate: Counted})."""
    codes = {one.gate for one in gates}
    months = measuring.stay_months(people, at) if Gate.STAY_MONTHS in codes else {}
    found = measuring.findings(people, at) if Gate.FINDINGS in codes else {}
    for one in people:
        met, missed, asked = months.get(one.id, ([], [], None))
        stayed = computing.Counted(len(met), len(missed), 0, asked)
        against = computing.Counted(missed=len(found.get(one.id, [])))
        yield one, {Gate.STAY_MONTHS: stayed, Gate.FINDINGS: against}


def _quarters(values, fewest):
    """Lower quartile, median and upper quartile as text; empty for too few values."""
    if len(values) < fewest:
        return []
    values = sorted(values)
    return [f"{values[round((len(values) - 1) * part / 4)]:.2f}" for part in (1, 2, 3)]


def last_job(scheme, user):
    rows = Job.objects.visible_to(user).filter(kind=KIND, arguments__scheme=scheme.pk)
    return rows.order_by("-pk").first()


@jobs.work_of(KIND)
def try_for_job(job, folder, progress):
    scheme = Scheme.objects.get(pk=job.arguments["scheme"])
    first, last = last_year(job.owner.today)
    people = gathering.people_of(scheme, by=job.owner, first=first, last=last)
    progress(0, len(people))
    found = trial(scheme, people, job.taken_at, progress)
    name = f"方案试算-{scheme.pk}.csv"
    with (folder / name).open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["指标", "有记录", "记录足够", "下四分位", "中位数", "上四分位"])
        for line in found["indicators"]:
            title = str(INDICATORS[line["indicator"]].title)
            quarters = line["quarters"] or ["", "", ""]
            writer.writerow([title, line["any"], line["enough"], *quarters])
    return name, scoring.manifest(job, len(people), preview=found)
