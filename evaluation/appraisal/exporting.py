"""The complete evidence of a cycle as JSON lines, from which its scores can be recomputed.

Decimals are text. First one line per scheme, then one per appraised: sums of ballots, words,
frozen records, decisions, and the score of the last computation. Contains ids and figures, no
names. Sums of too few ballots to be shown on a page are withheld here too.
"""

import json
from decimal import Decimal

from django.utils import timezone

from evaluation.appraisal import freezing, scoring
from evaluation.appraisal.counting import LINES, is_enough
from evaluation.models import Appraised, Cycle, Score, Tally
from evaluation.models.schemes import LINE, Component
from portal import parameters
from portal.run import jobs
from portal.sheets import ledgers

EVIDENCE = "score_evidence"


def _plain(value):
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{value!r} is no part of the evidence")


def _facts(row, names):
    return {name: getattr(row, name) for name in names}


def _scheme(scheme, norms):
    return {
        "scheme": scheme.pk,
        "subject": scheme.subject,
        "one_record_max": norms["most"],
        "organ_fewest": norms["organ_fewest"],
        "weights": {str(name): value for name, value in scheme.weights.items()},
        "dimensions": {str(name): value for name, value in scheme.dimension_weights.items()},
        "marks": {str(int(mark)): value for mark, value in scheme.mark_points.items()},
        "minimum_ballots": scheme.minimum_ballots,
        "indicators": [_facts(one, LINE) for one in scheme.indicators.all()],
        "gates": [_facts(one, ("gate", "limit")) for one in scheme.gates.all()],
    }


def _sums(tally, fewest):
    if is_enough(tally.valid, tally.in_meetings, fewest):
        return _facts(tally, ("valid", *LINES))
    return {"valid": tally.valid} | dict.fromkeys(LINES)


def _appraised(one, frozen, tally, score):
    return {
        "appraised": one.pk,
        "scheme": one.scheme_id,
        "from_day": one.from_day.isoformat(),
        "to_day": one.to_day.isoformat(),
        "tally": tally,
        "words": [
            {"side": side} | {str(name): mark for name, mark in marks.items()}
            for side, marks in frozen.words.get(one.pk, [])
        ],
        "evidence": {
            code: _facts(row, ("met", "missed", "value"))
            for code, row in sorted(frozen.evidence[one.pk].items())
        },
        "decisions": [
            {"record": row.record_id} | _facts(row, ("indicator", "verdict", "value"))
            for code in sorted(frozen.evidence[one.pk])
            for row in frozen.decisions.get((one.pk, code), ())
        ],
        "score": score and _facts(score, ("total", "gates_met", *Component.values)),
    }


def evidence(cycle, *, on):
    """Yields the lines as dictionaries."""
    norms = scoring.norms(timezone.localdate(cycle.data_at))
    for scheme in cycle.schemes.prefetch_related("indicators", "gates").order_by("pk"):
        yield _scheme(scheme, norms)
    computation = scoring.current(cycle)
    fewest = parameters.number("eval.min_display_n", on=on)
    for chunk in freezing.in_chunks(Appraised.objects.filter(cycle=cycle).standing()):
        ids = [one.pk for one in chunk]
        # Later decisions are not part of these scores.
        frozen = scoring.Frozen(ids, cycle.data_at, until=computation and computation.at)
        scores = Score.objects.filter(computation=computation, appraised__in=ids)
        scores = {score.appraised_id: score for score in scores.defer("lines")}
        rows = Tally.objects.with_meetings().filter(appraised__in=ids)
        sums = {row.appraised_id: _sums(row, fewest) for row in rows}
        for one in chunk:
            yield _appraised(one, frozen, sums.get(one.pk), scores.get(one.pk))


def text_of(line):
    return json.dumps(line, default=_plain, separators=(",", ":"))


@jobs.work_of(EVIDENCE)
def export_for_job(job, folder, progress):
    cycle = Cycle.objects.get(pk=job.arguments["cycle"])
    expected = cycle.schemes.count() + Appraised.objects.filter(cycle=cycle).standing().count()
    name = f"考核证据-{cycle.pk}.jsonl"
    written = 0
    with ledgers.one_moment(), (folder / name).open("w", encoding="utf-8") as target:
        for line in evidence(cycle, on=job.owner.today):
            target.write(text_of(line) + "\n")
            written += 1
            if written % 500 == 0:
                progress(written, expected)
    return name, scoring.manifest(job, written, expected)
