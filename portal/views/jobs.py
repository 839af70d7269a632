"""Exports: their state, the file, and requests for approval. Jobs of imports have separate
pages."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import rules
from portal.actions import exports
from portal.acts.exports import EXPORTS, HELD_JOBS, crumbs, visible_request
from portal.models import Job
from portal.pages.web import download, page_or_part
from portal.records import audit
from portal.run import jobs
from portal.sheets import ledgers


@require_safe
def job(request, pk):
    """One job; part of the page reloads itself while the job runs."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if job.kind in jobs.PAGES and (shown := jobs.PAGES[job.kind](job)):
        return redirect(shown)
    context = {
        "job": job,
        "has_file": jobs.file_of(job) is not None,
        "filters": ledgers.filters_of(job, reader=request.user),
        **_held(job, request.user),
        "crumbs": [(_("Exports"), "/jobs/"), (job.title, "")],
    }
    return page_or_part(request, "portal/job.html", "portal/_job.html", context)


# How many approvers are named.
NAMED = 5


def _held(job, user):
    """Return the context of an export that needs an approval."""
    if "personal_rows" not in job.arguments:
        return {}
    asked = getattr(job, "request", None)
    named = rules.approvers_of_export(job, on=user.today).select_related("organ").order_by("pk")
    return {
        "request_for_it": asked,
        "limit": ledgers.unapproved_rows(user),
        "approvers": named[:NAMED] if job.state == Job.State.HELD else (),
        "acts": EXPORTS.buttons(user, asked) if asked else HELD_JOBS.buttons(user, job),
    }


@require_safe
def export_request(request, pk):
    """The request as approvers see it: how much and what for, never the rows."""
    asked = visible_request(request.user, pk)
    owner = asked.job.owner.acting(on=request.user.today)
    context = {
        "asked": asked,
        "filters": ledgers.filters_of(asked.job, reader=owner),
        "acts": EXPORTS.buttons(request.user, asked),
        "is_own": owner.pk == request.user.pk,
        "crumbs": crumbs(asked),
    }
    return render(request, "portal/export_request.html", context)


@require_safe
def job_file(request, pk):
    """The file, for its owner only, if the scope still allows it."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    path = jobs.file_of(job) if job.state == Job.State.DONE else None
    if path is None:
        raise Http404
    # With the same grants the owner may still do what started the job, which need not be EXPORT.
    if not ledgers.still_open(job.manifest, request.user):
        messages.error(
            request,
            _(
                "Your area or roles have changed since this export. Export again for what you "
                "may see now."
            ),
        )
        return redirect(job)
    if not exports.take_out(job=job, at=timezone.now()):
        raise Http404
    audit.record(f"job.{job.kind}.downloaded", on=job, by=request.user)
    kind = ledgers.XLSX if path.suffix == ".xlsx" else "application/octet-stream"
    return download(path.open("rb"), job.file_name, kind)
