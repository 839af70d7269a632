"""Make the archive package of a closed year and note it in the register."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.archives import package as packages
from oversight.models import ArchivePackage
from oversight.rules import archives as rules
from portal.records import audit
from portal.run import jobs
from portal.sheets import ledgers
from portal.sheets.statistics import Subject
from portal.tools.locking import locked
from portal.tools.saving import keep
from portal.trust.access import require

# Time for the archives to copy the file to their own store; the register stays.
KEPT_DAYS = 31


@transaction.atomic
def make_package(*, closing, term, by, at):
    """Queue the package of a closed year; the records themselves do not change."""
    closing = locked(closing, no_key=True)
    require(rules.may_make_package(by, closing))
    made = ArchivePackage(closing=closing, term=term, made_by=by, asked_at=at)
    keep(made)
    title = _("Archive package of %(year)s") % {"year": closing.year}
    arguments = {"package": made.pk, "kept_days": KEPT_DAYS}
    keep(made, job=jobs.start(kind="archive", title=title, arguments=arguments, by=by))
    audit.record("archive.asked", by, made, ["term"], [closing.pk, term])
    return made


@jobs.work_of("archive")
def _make(job, folder, progress):
    rows = ArchivePackage.objects.for_list()
    made = rows.get(pk=job.arguments["package"])
    if not (decision := rules.may_make_package(job.owner, made.closing)):
        raise jobs.JobProblem(str(decision.refusal))
    name = f"{Subject.of_record(made.closing).name}{made.closing.year}年度电子档案{made.pk}.zip"
    at, target = job.taken_at, folder / name
    try:
        counts, manifest_digest = packages.write(
            made, target, user=job.owner, at=at, progress=progress
        )
    except ledgers.LedgerProblem as problem:
        raise jobs.JobProblem(str(problem)) from problem
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    found = {
        "made_at": at,
        "size": target.stat().st_size,
        "digest": digest,
        "manifest_digest": manifest_digest,
        "counts": counts,
    }
    with transaction.atomic():
        jobs.hold(job)
        keep(made, **found)
        values = [digest, manifest_digest, counts]
        audit.record("archive.made", job.owner, made, ["digest", "manifest_digest"], values)
    total = sum(counts.values())
    return name, {
        "written": total,
        "expected": total,
        "sha256": digest,
        "size": found["size"],
        "scope": ledgers.scope_digest(job.owner),
        "related": {},
        "data_time": timezone.localtime(at).isoformat(timespec="seconds"),
        "by": job.owner.username,
    }


def file_of(package):
    """The file while it is kept, else None."""
    job = package.job
    return jobs.file_of(job) if job and job.state == job.State.DONE else None
