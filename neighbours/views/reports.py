"""Reports of branches: the record, a problem of residents, the parts of a unit and of an organ."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from neighbours.actions import reports as actions
from neighbours.acts.reports import LINES, REPORTS, crumbs, visible_line, visible_report
from neighbours.forms.reports import HeardForm
from neighbours.models import BranchReport
from neighbours.models.reports import KNOWN
from neighbours.rules import reports as rules
from outreach.actions.matters import DifferentContent
from outreach.models import CommunityNeed, Matter
from outreach.models.matters import RaiserKind, Source
from portal.models import GrassrootsUnit, Organ
from portal.pages.side_list import Area
from portal.pages.text_forms import tell_masked
from portal.pages.web import form_page, page_or_part, posted
from portal.records.steps import history
from portal.rules import may_see_people
from portal.trust import wall
from portal.trust.access import require


@require_safe
def branch_report(request, pk):
    user, report = request.user, visible_report(request.user, pk)
    reads = rules.may_read_lines(user, report)
    with wall.as_system("the matters that a report names"):
        lines = list(report.lines.prefetch_related("matters").in_order()) if reads else []
    seen = Matter.objects.visible_to(user).filter(quarter_lines__report=report)
    opened = set(seen.values_list("pk", flat=True)) if lines else set()
    for line in lines:
        line.report = report
        line.acts = LINES.buttons(user, line)
        line.raised = [(one, one.pk in opened) for one in line.matters.all()]
    context = {
        "report": report,
        "lines": lines,
        "reads_phone": bool(rules.may_read_phone(user, report)),
        "needs": report.needs.order_by("until", "pk"),
        "open_needs": _open_needs(user, report),
        "steps": history(report) if reads else [],
        "acts": REPORTS.buttons(user, report),
        "crumbs": [Area.STAYS.crumb, *crumbs(report)],
    }
    return render(request, "neighbours/branch_report.html", context)


def _open_needs(user, report):
    """Number of the community's needs that the report may take up; 0 if the user may not change
    it."""
    if not rules.may_change_report(user, report):
        return 0
    return CommunityNeed.objects.filter(unit=report.unit_id).open(user.today).count()


# Not an Act: the form carries the client key of the new matter.
@require_http_methods(["GET", "HEAD", "POST"])
def hear_problem(request, pk):
    """居民反映问题: the form of a matter of this community."""
    user, line = request.user, visible_line(request.user, pk)
    require(rules.may_hear_problem(user, line))
    form = HeardForm(posted(request), user=user, initial=_heard(line))
    if form.is_bound and form.is_valid():
        try:
            with wall.as_system("an act, after its rule"):
                matter = actions.hear_problem(
                    line=line, by=user, at=timezone.now(), **form.registration()
                )
        except (DifferentContent, PermissionDenied, ValidationError) as problem:
            said = problem.messages if isinstance(problem, ValidationError) else str(problem)
            form.add_error(None, said)
        else:
            tell_masked(request, form)
            return redirect(matter)
    here = _("Register a problem of residents")
    context = {"line": line, "crumbs": crumbs(line.report, here)}
    return form_page(request, form, template="neighbours/hear_problem.html", **context)


def _heard(line):
    return {
        "key": uuid.uuid4(),
        "unit": line.report.unit,
        "source": Source.RESIDENTS,
        "raiser_kind": RaiserKind.VILLAGER,
    }


def _part(request, place, rows, title):
    context = {
        "place": place,
        "rows": rows.for_list().order_by("party__sort_order", "pk"),
        "crumbs": [(place.name, place.get_absolute_url()), (title, "")],
    }
    page, part = "neighbours/reports_of_place.html", "neighbours/_reports_of_place.html"
    return page_or_part(request, page, part, context)


@require_safe
def reports_of_unit(request, pk):
    """A part of a unit's page: the branches that have reported to it."""
    require(may_see_people(request.user))
    unit = get_object_or_404(GrassrootsUnit, pk=pk)
    rows = BranchReport.objects.visible_to(request.user).filter(unit=unit, state__in=KNOWN)
    return _part(request, unit, rows, _("Branches that reported"))


@require_safe
def reports_of_organ(request, pk):
    """A part of an organ's page: the communities to which its branches have reported."""
    require(may_see_people(request.user))
    organ = get_object_or_404(Organ, pk=pk)
    rows = BranchReport.objects.visible_to(request.user).filter(organ=organ, state__in=KNOWN)
    return _part(request, organ, rows, _("Reports to communities"))
