"""Objections to scores: file, withdraw, decide with an answer."""

from django.db import transaction
from django.utils import timezone

from evaluation.actions.asking import note
from evaluation.actions.scores import decide_evidence
from evaluation.models import Appeal
from evaluation.models.scores import AppealState
from evaluation.rules import appeals as rules
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change
from portal.trust import privacy
from portal.trust.access import require


@transaction.atomic
def file_appeal(*, appraised, by, at, text, indicator=""):
    # Serialises objections to the same score: the second is refused.
    appraised = locked(appraised)
    require(rules.may_file(by, appraised, on=timezone.localdate(at)))
    appeal = Appeal.objects.create(
        appraised=appraised,
        indicator=indicator,
        text=privacy.mask_ids(text.strip()),
        filed_by=by,
        filed_at=at,
    )
    said = [appeal.text, indicator]
    audit.record("appeal.filed", on=appeal, by=by, fields=["text", "indicator"], values=said)
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
    """Answer an objection. If upheld, `decisions` on records (indicator, record, verdict, value)
    take effect with the next computation."""
    appeal = locked(appeal)
    require(rules.may_decide(by, appeal))
    state = AppealState.UPHELD if upheld else AppealState.DISMISSED
    _close(appeal, state, by, at, outcome=privacy.mask_ids(outcome.strip()))
    said = [appeal.state, appeal.outcome]
    note(f"appeal.{appeal.state}", appeal, by, ["state", "outcome"], said)
    if upheld and decisions:
        evidence = {"appraised": appeal.appraised, "decisions": decisions}
        decide_evidence(by=by, at=at, appeal=appeal, reason=appeal.outcome[:300], **evidence)
    return appeal


def _close(appeal, state, by, at, **answer):
    change(appeal, state=state, decided_by=by, decided_at=at, **answer)
