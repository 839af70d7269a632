"""A scheme tried on last year's records before anybody is appraised by it."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluation.acts.schemes import visible_scheme
from evaluation.appraisal import gathering, previewing, records
from evaluation.rules import scores as rules
from evaluation.views.parts import own_page
from portal.trust.access import require


def _worded(found):
    """Add titles and definitions to the result."""
    for one in found["indicators"]:
        one["title"] = records.title_of(one["indicator"])
        one["definition"] = records.INDICATORS[one["indicator"]].definition
    for one in found["gates"]:
        one["title"] = records.title_of(one["gate"])
    return found


@require_safe
def scheme_preview(request, pk):
    """Try a small class at once; for a large one show the last result of a worker."""
    user, scheme = request.user, visible_scheme(request.user, pk)
    require(rules.may_try_scheme(user, scheme))
    first, last = previewing.last_year(user.today)
    job, found = previewing.last_job(scheme, user), None
    if job and (job.is_open or (job.total_count or 0) > previewing.AT_ONCE):
        # The job has counted the people; do not count again.
        count, is_large, found = job.total_count or 0, True, job.manifest.get("preview")
    else:
        people = gathering.people_of(scheme, by=user, first=first, last=last)
        count, is_large = len(people), len(people) > previewing.AT_ONCE
        if not is_large:
            found = previewing.trial(scheme, people, timezone.now())
    context = {
        "scheme": scheme,
        "people": count,
        "first": first,
        "last": last,
        "job": job if is_large else None,
        "is_large": is_large,
        "found": _worded(found) if found else None,
        "crumbs": [(scheme.title, scheme.get_absolute_url()), (_("Trial on last year"), "")],
    }
    return own_page(request, "scheme_preview", context)
