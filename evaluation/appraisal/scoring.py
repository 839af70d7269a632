"""Computes the scores of a cycle from frozen data, in chunks.

A computation adds rows and changes none. The same frozen data and decisions give the same hash.
"""

import hashlib
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.appraisal import computing, freezing, hooks
from evaluation.models import Appraised, Computation, Cycle, CycleStep, OrganAppraisal
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import SCORED_DIMENSIONS, Component
from evaluation.models.scores import EvidenceDecision, Score, ScoreEvidence, Tally
from portal import parameters
from portal.models import Job
from portal.records import audit
from portal.records.steps import take_step
from portal.run import jobs
from portal.sheets import ledgers
from portal.tools.copying import copy_rows
from portal.tools.saving import change

KIND = "computing"
WAITING = (Job.State.QUEUED, Job.State.RUNNING)
# Smallest class for which a range is given.
FEWEST_OF_A_CLASS = 5
_FIGURES = ("total", *Component.values)


def norms(on):
    """The norms of a day by which scores are computed."""
    return {
        # With a norm of 0, no number of records would be enough.
        "most": max(1, parameters.number("eval.one_record_max", on=on)),
        "organ_fewest": parameters.number("eval.organ_fewest", on=on),
    }


def rules_of(cycle):
    """{scheme id: computing.Rules}, by the norms of the day of the freeze."""
    schemes = cycle.schemes.prefetch_related("indicators", "gates")
    found = norms(timezone.localdate(cycle.data_at))
    return {scheme.pk: computing.Rules.of(scheme, **found) for scheme in schemes}


class Evidence(NamedTuple):
    """What is frozen for one indicator or gate."""

    met: list
    missed: list
    value: Decimal | None


class Frozen:
    """The frozen data of some appraised and the decisions made since (or before `until`), in four
    statements."""

    def __init__(self, ids, at, until=None):
        self.tallies = {row.appraised_id: row for row in Tally.objects.filter(appraised__in=ids)}
        self.evidence, self.decisions = defaultdict(dict), defaultdict(list)
        rows = ScoreEvidence.objects.filter(appraised__in=ids)
        # Tuples save memory: these are the most numerous rows of a cycle.
        for pk, code, *row in rows.values_list("appraised", "indicator", *Evidence._fields):
            self.evidence[pk][code] = Evidence(*row)
        decided = EvidenceDecision.objects.filter(appraised__in=ids)
        if until:
            decided = decided.filter(at__lte=until)
        for row in decided.order_by("at", "pk"):
            self.decisions[row.appraised_id, row.indicator].append(row)
        self.words = words_of(ids, at)

    def counted(self, pk):
        """{code: computing.Counted} of one appraised."""
        return {code: self.with_decisions(pk, code) for code in self.evidence[pk]}

    def with_decisions(self, pk, code, more=()):
        """The evidence of one appraised, with the decisions made and with `more`: (record, verdict,
        value)."""
        row, made = self.evidence[pk][code], self.decisions.get((pk, code), ())
        decided = [(one.record_id, one.verdict, one.value) for one in made]
        return computing.counted(row.met, row.missed, row.value, [*decided, *more])

    def result(self, appraised, rules, counted=None):
        pk, days = appraised.pk, (appraised.to_day - appraised.from_day).days + 1
        counted = self.counted(pk) if counted is None else counted
        words = self.words.get(pk, [])
        return computing.compute(rules, self.tallies.get(pk), words, counted, days)


def words_of(ids, at):
    """{id: [(side, {dimension: mark})]} as of the freeze. Words are never overwritten, so this
    never changes."""
    stood = Q(replaced_at=None) | Q(replaced_at__gt=at)
    rows = OrganAppraisal.objects.filter(stood, appraised__in=ids, given_at__lte=at)
    found = defaultdict(list)
    for pk, side, *marks in rows.order_by("pk").values_list(
        "appraised", "side", *(dimension.value for dimension in SCORED_DIMENSIONS)
    ):
        found[pk].append((side, dict(zip(SCORED_DIMENSIONS, marks, strict=True))))
    return found


@transaction.atomic
def compute(cycle, *, by, at, progress=lambda done, total=None: None, done=0, target=None):
    """Add a computation with the scores of all who are not left out. The hashed lines are also
    written to `target`."""
    freezing.lock_cycle_for_computing(cycle)
    last = cycle.computations.aggregate(last=Max("number"))["last"] or 0
    how = {"rounding": computing.ROUNDING, "result_hash": ""}
    computation = Computation.objects.create(
        cycle=cycle, number=last + 1, asked_by=by, at=at, **how
    )
    rules, digest = rules_of(cycle), hashlib.sha256()
    for chunk in freezing.in_chunks(Appraised.objects.filter(cycle=cycle).standing()):
        ids = [one.pk for one in chunk]
        frozen, rows = Frozen(ids, cycle.data_at, until=computation.at), []
        for one in chunk:
            result = frozen.result(one, rules[one.scheme_id])
            line = computing.canonical(one.pk, result).encode()
            digest.update(line)
            if target is not None:
                target.write(line)
            rows.append(
                {
                    "computation_id": computation.pk,
                    "appraised_id": one.pk,
                    **dict(zip(_FIGURES, result.figures(), strict=True)),
                    "gates_met": result.gates_met,
                    "lines": result.text,
                }
            )
        copy_rows(Score._meta.db_table, rows)
        done += len(chunk)
        progress(done)
    change(computation, result_hash=digest.hexdigest(), ranges=_ranges(computation))
    if cycle.state != CycleState.COMPUTING:
        words = computation.result_hash[:16]
        take_step(cycle, CycleStep.Move.RECOMPUTED, by=by, at=computation.at, words=words)
    audit.record("scores.computed", on=computation, by=by, values={"hash": computation.result_hash})
    return computation


def _ranges(computation):
    """{scheme: {"total" or component: {"n", "quarters": [lower, upper]}}}, without small classes,
    in which a range would identify people."""
    quarters = ", ".join(
        f"percentile_disc(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY s.{name})" for name in _FIGURES
    )
    counts = ", ".join(f"count(s.{name})" for name in _FIGURES)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT a.scheme_id, {counts}, {quarters} FROM evaluation_score s
                JOIN evaluation_appraised a ON a.id = s.appraised_id
                WHERE s.computation_id = %s GROUP BY a.scheme_id""",
            [computation.pk],
        )
        rows = cursor.fetchall()
    ranges = {}
    for scheme, *values in rows:
        numbers, found = values[: len(_FIGURES)], values[len(_FIGURES) :]
        ranges[str(scheme)] = {
            name: {"n": n, "quarters": [str(one) for one in pair]}
            for name, n, pair in zip(_FIGURES, numbers, found, strict=True)
            if n >= FEWEST_OF_A_CLASS
        }
    return ranges


def manifest(job, written, expected=None, **more):
    """The manifest of a finished job; its file is bound to the owner's scope."""
    expected = written if expected is None else expected
    scope = ledgers.scope_digest(job.owner)
    return {"written": written, "expected": expected, "scope": scope, "related": {}, **more}


def current(cycle):
    """The last computation, or None."""
    return cycle.computations.order_by("-number").first()


def open_job(cycle):
    """The job that computes this cycle now, or None."""
    return _jobs(cycle).filter(state__in=WAITING).first()


def last_job(cycle):
    return _jobs(cycle).first()


def _jobs(cycle):
    return Job.objects.filter(kind=KIND, arguments__cycle=cycle.pk).order_by("-pk")


@jobs.work_of(KIND)
def compute_for_job(job, folder, progress):
    """Freeze if not done yet, then compute. The job's file holds the hashed lines, so anybody can
    verify the hash."""
    try:
        cycle = Cycle.objects.get(pk=job.arguments["cycle"])
    except ObjectDoesNotExist:
        raise jobs.JobProblem(_("This cycle is not there any more.")) from None
    frozen_before = freezing.is_frozen(cycle)
    people = Appraised.objects.filter(cycle=cycle)
    first = 0 if frozen_before else people.count()
    expected = first + people.standing().count()
    progress(0, expected)
    with transaction.atomic():
        freezing.freeze(cycle, lambda done, total=None: progress(done, expected))
        name = f"得分核验-{cycle.pk}-{timezone.localtime(job.taken_at):%Y%m%d-%H%M}.txt"
        with (folder / name).open("wb") as target:
            computation = compute(
                cycle,
                by=job.owner,
                at=job.taken_at,
                done=first,
                target=target,
                progress=lambda done, total=None: progress(done, expected),
            )
        jobs.hold(job)
        cycle.refresh_from_db()
        if cycle.state == CycleState.COMPUTING:
            for note in hooks.AFTER_COMPUTED:
                note(cycle, job.owner, job.taken_at)
    return name, manifest(job, expected, sha256=computation.result_hash)
