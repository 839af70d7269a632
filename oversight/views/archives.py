"""Archive packages: the entry of the register, and the file."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.actions.archives import file_of
from oversight.acts.archives import crumbs, visible_package
from oversight.archives.contents import KINDS
from oversight.rules import archives as rules
from portal.pages.side_list import Area
from portal.pages.web import download
from portal.records import audit
from portal.sheets.statistics import Subject
from portal.trust.access import require


@require_safe
def archive_package(request, pk):
    package = visible_package(request.user, pk)
    counts = package.counts
    context = {
        "package": package,
        "subject": Subject.of_record(package.closing).name,
        "counts": [(one.name, counts[one.code]) for one in KINDS if one.code in counts],
        "has_file": bool(file_of(package)) and bool(rules.may_take_package(request.user, package)),
        "crumbs": [Area.ADMINISTRATION.crumb, *crumbs(package)],
    }
    return render(request, "oversight/archive_package.html", context)


@require_safe
def archive_file(request, pk):
    package = visible_package(request.user, pk)
    require(rules.may_take_package(request.user, package))
    file = file_of(package)
    if file is None:
        raise Http404
    audit.record("archive.taken", request.user, package)
    return download(file.open("rb"), package.job.file_name, "application/zip")
