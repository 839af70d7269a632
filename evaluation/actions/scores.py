"""Compute a cycle, decide on its evidence, look for changes since the freeze."""

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.actions.asking import note
from evaluation.appraisal import changes, previewing, scoring
from evaluation.appraisal.exporting import EVIDENCE
from evaluation.models import EvidenceDecision, ScoreEvidence
from evaluation.rules import scores as rules
from portal.run import jobs
from portal.tools.locking import locked
from portal.trust.access import Decision, require


@transaction.atomic
def start_computing(*, cycle, by):
    """Queue a computation; the first of a cycle freezes its data."""
    cycle = locked(cycle)
    require(rules.may_compute(by, cycle))
    note("scores.computing_asked", cycle, by)
    return _start(cycle, by)


def start_after_closing(cycle, by):
    """For `hooks.AFTER_CLOSE`."""
    if not scoring.open_job(cycle):
        _start(cycle, by)


def _start(cycle, by):
    title = _("Scores of %(cycle)s") % {"cycle": cycle.title}
    return jobs.start(kind=scoring.KIND, title=title, arguments={"cycle": cycle.pk}, by=by)


@transaction.atomic
def look_for_changes(*, cycle, by):
    """Queue a comparison of live records with the frozen evidence."""
    cycle = locked(cycle)
    require(rules.may_look_for_changes(by, cycle))
    if changes.open_job(cycle, by):
        require(Decision(_("They are being compared; wait until that is done.")))
    title = _("Changes since the freeze of %(cycle)s") % {"cycle": cycle.title}
    return jobs.start(kind=changes.KIND, title=title, arguments={"cycle": cycle.pk}, by=by)


@transaction.atomic
def export_evidence(*, cycle, by):
    """Queue the export of the complete evidence as JSON lines."""
    require(rules.keeps(by, cycle))
    title = _("Evidence of %(cycle)s") % {"cycle": cycle.title}
    return jobs.start(kind=EVIDENCE, title=title, arguments={"cycle": cycle.pk}, by=by)


@transaction.atomic
def try_scheme(*, scheme, by):
    """Queue a trial of a scheme on last year's records."""
    require(rules.may_try_scheme(by, scheme))
    title = _("Trial of %(scheme)s") % {"scheme": scheme.title}
    return jobs.start(kind=previewing.KIND, title=title, arguments={"scheme": scheme.pk}, by=by)


@transaction.atomic
def decide_evidence(*, appraised, by, at, decisions, reason, appeal=None):
    """Add decisions on frozen evidence: (indicator, record, verdict, value or None). They take
    effect with the next computation."""
    # Serialises decisions about the same person.
    appraised = locked(appraised)
    require(rules.may_decide_evidence(by, appraised))
    evidence = ScoreEvidence.objects.filter(appraised=appraised)
    known = set(evidence.values_list("indicator", flat=True))
    if any(indicator not in known for indicator, *_rest in decisions):
        require(Decision(_("The scheme does not ask for this.")))
    shared = {"appraised": appraised, "reason": reason, "appeal": appeal, "by": by, "at": at}
    made = EvidenceDecision.objects.bulk_create(
        EvidenceDecision(
            indicator=indicator, record_id=record, verdict=verdict, value=value, **shared
        )
        for indicator, record, verdict, value in decisions
    )
    for one in made:
        values = [one.indicator, one.record_id, one.verdict, reason]
        note("scores.evidence_decided", one, by, ["verdict", "reason"], values)
    return made
