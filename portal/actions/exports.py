"""Exports of personal data that a second person approves: request, decision, download."""

from django.db import transaction

from portal import rules
from portal.actions.noting import note
from portal.models import ExportRequest, Job
from portal.records import audit
from portal.roles import Permission
from portal.run import jobs
from portal.tools.locking import locked, locked_or_none
from portal.tools.saving import change, keep
from portal.trust.access import require

State = ExportRequest.State
# Approved sheets are kept longer than others, since the owner does not wait at the page.
KEPT_DAYS = 7


def _locked(request):
    request = locked(request)
    request.job = locked(request.job, "owner")
    return request


def _note(event, request, by, values=None):
    note(Permission.APPROVE_EXPORTS, event, request, by, ["state"], values)


@transaction.atomic
def ask_for_export(*, job, purpose, by):
    """State the purpose of a held sheet; its approvers are told."""
    job = locked(job)
    require(rules.may_ask_for_export(by, job))
    request = ExportRequest(job=job, rows=job.arguments["personal_rows"], purpose=purpose)
    keep(request)
    audit.record("export.asked_for", on=request, by=by, values=[job.pk, request.rows, purpose])
    return request


@transaction.atomic
def approve_export(*, request, by, at):
    request = _locked(request)
    require(rules.may_decide_export(by, request))
    change(request, state=State.APPROVED, decided_by=by, decided_at=at)
    kept = max(KEPT_DAYS, request.job.arguments.get("kept_days", 0))
    jobs.release(request.job, kept_days=kept)
    _note("export.approved", request, by, [request.job_id, request.rows])
    return request


@transaction.atomic
def refuse_export(*, request, reason, by, at):
    request = _locked(request)
    require(rules.may_decide_export(by, request))
    change(request, state=State.REFUSED, decided_by=by, decided_at=at, reason=reason)
    jobs.stop(request.job, Job.State.REFUSED, request.reason)
    _note("export.refused", request, by, [request.job_id, reason])
    return request


@transaction.atomic
def take_back_export(*, request, by):
    """Undo the decision: the request waits again, and the finished sheet is deleted."""
    request = _locked(request)
    require(rules.may_take_back_export(by, request))
    change(request, state=State.WAITING, decided_by=None, decided_at=None, reason="")
    jobs.stop(request.job, Job.State.HELD)
    _note("export.taken_back", request, by, [request.job_id])
    return request


@transaction.atomic
def withdraw_export(*, request, by):
    request = _locked(request)
    require(rules.may_withdraw_export(by, request))
    change(request, state=State.WITHDRAWN)
    jobs.stop(request.job, Job.State.EXPIRED)
    audit.record("export.withdrawn", on=request, by=by, fields=["state"])
    return request


@transaction.atomic
def take_out(*, job, at):
    """Return whether the file of a job may be downloaded now. The first download of an approved
    export is recorded; after it the approval cannot be taken back."""
    request = locked_or_none(ExportRequest.objects.filter(job=job))
    if request is None:
        return "personal_rows" not in job.arguments
    if request.state != State.APPROVED:
        return False
    if not request.is_downloaded:
        change(request, downloaded_at=at)
    return True
