"""Freezes sums of ballots and ids of records once, for all later computations.

Runs in one transaction and in chunks, so memory does not grow with the cycle.
"""

from itertools import islice

from django.db import connection, transaction

from evaluation.appraisal import counting, measuring
from evaluation.appraisal.indicators import INDICATORS
from evaluation.models import Appraised, ScoreEvidence, Tally
from evaluation.models.schemes import Gate
from portal.tools.copying import copy_rows

CHUNK = 2_000
# First half of the key of the advisory lock.
LOCK = 20_381


def lock_cycle_for_computing(cycle):
    """Let only one worker at a time freeze or compute a cycle. Takes an advisory lock, because a
    row lock would block every act on the cycle until the work ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, cycle.pk % 2**31])


def is_frozen(cycle):
    return Tally.objects.filter(appraised__cycle=cycle).exists()


def measured(appraised):
    """Convert an appraised to the input of the measures."""
    return measuring.Measured(
        id=appraised.pk,
        subject=appraised.subject,
        cadre=appraised.cadre_id,
        branch=appraised.branch_id,
        organ=appraised.organ_id,
        unit=appraised.unit_id,
        from_day=appraised.from_day,
        to_day=appraised.to_day,
    )


def codes_by_scheme(cycle):
    """{scheme id: (codes of its indicators, codes of its gates)}"""
    return {
        scheme.pk: (
            [one.indicator for one in scheme.indicators.all()],
            [one.gate for one in scheme.gates.all()],
        )
        for scheme in cycle.schemes.prefetch_related("indicators", "gates")
    }


def in_chunks(rows):
    """Appraised in chunks, ordered by id."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        yield chunk


def evidence_of(appraised, asked, at):
    """Yields (id, code, met, missed, value) for all that their schemes ask, as of `at`."""
    people, schemes = {}, {}
    for one in appraised:
        people[one.pk], schemes[one.pk] = measured(one), asked[one.scheme_id]
    for code, indicator in INDICATORS.items():
        chosen = [
            one
            for pk, one in people.items()
            if code in schemes[pk][0] and one.subject in indicator.subjects
        ]
        found = measuring.measure(code, chosen, at)
        for one in chosen:
            yield (one.id, code, *found.get(one.id, ([], [])), None)
    chosen = [one for pk, one in people.items() if Gate.STAY_MONTHS in schemes[pk][1]]
    found = measuring.stay_months(chosen, at)
    for one in chosen:
        yield (one.id, Gate.STAY_MONTHS.value, *found.get(one.id, ([], [], None)))
    for pk in people:
        if Gate.STAY_DAYS in schemes[pk][1]:
            yield (pk, Gate.STAY_DAYS.value, [], [], None)
    chosen = [one for pk, one in people.items() if Gate.FINDINGS in schemes[pk][1]]
    found = measuring.findings(chosen, at)
    for one in chosen:
        yield (one.id, Gate.FINDINGS.value, [], found.get(one.id, []), None)


@transaction.atomic
def freeze(cycle, progress=lambda done, total=None: None):
    """Freeze sums of ballots and ids of records of all appraised, unless done before. Returns how
    many were frozen."""
    lock_cycle_for_computing(cycle)
    if is_frozen(cycle):
        return 0
    _freeze_tallies(cycle)
    asked, done = codes_by_scheme(cycle), 0
    for chunk in in_chunks(Appraised.objects.filter(cycle=cycle)):
        found = evidence_of(chunk, asked, cycle.data_at)
        names = ("appraised_id", "indicator", "met", "missed", "value")
        rows = (dict(zip(names, map(_stored, row), strict=True)) for row in found)
        copy_rows(ScoreEvidence._meta.db_table, rows)
        done += len(chunk)
        progress(done)
    return done


def _freeze_tallies(cycle):
    rows = counting.tallies(cycle)
    while chunk := list(islice(rows, CHUNK)):
        kept = ({name: _stored(row[name]) for name in counting.FIELDS} for row in chunk)
        copy_rows(Tally._meta.db_table, kept)


def _stored(value):
    return f"{{{','.join(map(str, value))}}}" if isinstance(value, list) else value
