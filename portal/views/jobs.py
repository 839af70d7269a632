"""Exports: their state, and the file. Jobs of imports have pages of their own."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.models import Job
from portal.pages.web import download, page_or_part
from portal.records import audit
from portal.roles import Permission
from portal.run import jobs
from portal.sheets import ledgers


@require_safe
def job(request, pk):
    """One job; its part reloads itself while the work goes on."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if job.kind in jobs.PAGES and (shown := jobs.PAGES[job.kind](job)):
        return redirect(shown)
    context = {
        "job": job,
        "has_file": jobs.file_of(job) is not None,
        "filters": ledgers.filters_of(job, reader=request.user),
        "crumbs": [(_("Exports"), "/jobs/"), (job.title, "")],
    }
    return page_or_part(request, "portal/job.html", "portal/_job.html", context)


@require_safe
def job_file(request, pk):
    """The file, for its owner only, if the scope still allows it."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    path = jobs.file_of(job) if job.state == Job.State.DONE else None
    if path is None:
        raise Http404
    may_export = request.user.holds(Permission.EXPORT)
    if not may_export or not ledgers.still_open(job.manifest, request.user):
        messages.error(
            request,
            _(
                "Your area or roles have changed since this export. Export again for what you "
                "may see now."
            ),
        )
        return redirect(job)
    audit.record(f"job.{job.kind}.downloaded", on=job, by=request.user)
    kind = ledgers.XLSX if path.suffix == ".xlsx" else "application/octet-stream"
    return download(path.open("rb"), job.file_name, kind)
