"""Objections to scores: filed, taken back, decided on with an answer."""

from django.db import transaction
from django.utils import timezone

from evaluation.actions.scores import decide_evidence
from evaluation.models import Appeal
from evaluation.models.scores import AppealState
from evaluation.rules import appeals as rules
from portal.roles import Permission
from portal.run.locking import locked
from portal.trust import audit, privacy
from portal.trust.access import require


@transaction.atomic
def file_appeal(*, appraised, by, at, text, indicator=""):
    # Two who object for the same at once wait here; the second is told that one is open.
    appraised = locked(appraised)
    require(rules.may_file(by, appraised, on=timezone.localdate(at)))
    appeal = Appeal.objects.create(
        appraised=appraised,
        indicator=indicator,
        text=privacy.mask_ids(text.strip()),
        filed_by=by,
        filed_at=at,
    )
    audit.record(
        "appeal.filed",
        on=appeal,
        by=by,
        fields=["text", "indicator"],
        values=[appeal.text, indicator],
    )
    return appeal


@transaction.atomic
def withdraw_appeal(*, appeal, by, at):
    appeal = locked(appeal)
    require(rules.may_withdraw(by, appeal))
    _close(appeal, AppealState.WITHDRAWN, by, at)
    audit.record("appeal.withdrawn", on=appeal, by=by, fields=["state"])
    return appeal


@transaction.atomic
def decide_appeal(*, appeal, by, at, upheld, outcome, decisions=()):
    """Answer an objection. Upheld, it may carry decisions about records: (indicator, record,
    verdict, value); the scores change with the next computation."""
    appeal = locked(appeal)
    require(rules.may_decide(by, appeal))
    appeal.outcome = privacy.mask_ids(outcome.strip())
    _close(appeal, AppealState.UPHELD if upheld else AppealState.DISMISSED, by, at)
    audit.record(
        f"appeal.{appeal.state}",
        on=appeal,
        by=by,
        fields=["state", "outcome"],
        values=[appeal.state, appeal.outcome],
        principal=by.principal_for(Permission.MANAGE_EVALUATION),
    )
    if upheld and decisions:
        decide_evidence(
            appraised=appeal.appraised,
            by=by,
            at=at,
            decisions=decisions,
            appeal=appeal,
            reason=appeal.outcome[:300],
        )
    return appeal


def _close(appeal, state, by, at):
    appeal.state, appeal.decided_by, appeal.decided_at = state, by, at
    appeal.save(update_fields=["state", "decided_by", "decided_at", "outcome"])
