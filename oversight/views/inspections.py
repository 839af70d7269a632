"""Inspections: the record, its frame, the planner, findings, notices."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oversight.acts import findings as finding_acts
from oversight.acts.inspections import ASKED, INSPECTIONS, ROWS, crumbs, visible_inspection
from oversight.closures import figures
from oversight.forms.inspections import PlannerForm
from oversight.inspections.planner import choices
from oversight.models import Finding, InspectedOrgan, InspectedRow, Inspection
from oversight.models.inspections import OPEN_TO_THE_INSPECTED
from oversight.rules import inspections as rules
from portal.pages.side_list import Area
from portal.pages.web import sheet_page
from portal.records.steps import history
from portal.trust.access import require


def _is_whole(user, inspection):
    """Whether the user sees it in full, not only as an inspected organ."""
    return Inspection.objects.whole_for(user).filter(pk=inspection.pk).exists()


@require_safe
def inspection(request, pk):
    user, one = request.user, visible_inspection(request.user, pk)
    whole = _is_whole(user, one)
    rows = InspectedRow.objects.visible_to(user).filter(inspection=one)
    rows = rows.for_page().order_by("position")
    rows = list(rows[:200]) if whole else []
    for row in rows:
        row.inspection = one
        row.button = ROWS.button("record_look", user, row)
    asked = list(
        InspectedOrgan.objects.visible_to(user)
        .filter(inspection=one)
        .select_related("organ__division", "answered_by")
        .order_by("organ__sort_order", "pk")
    )
    for row in asked:
        row.inspection = one
        row.button = ASKED.button("answer_facts", user, row)
    findings = Finding.objects.visible_to(user).filter(inspection=one)
    steps = history(one, "finding", "about")
    mine = {row.organ_id for row in asked}
    notes = one.notes.select_related("organ").order_by("pk")
    is_told = one.state in OPEN_TO_THE_INSPECTED
    context = {
        "inspection": one,
        "is_whole": whole,
        "is_shown_conclusion": whole or one.fed_back_on is not None,
        "inspected": asked,
        "members": one.members.select_related("organ").order_by("pk"),
        "rows": rows,
        "looked_at": sum(row.is_looked_at for row in rows),
        "findings": findings.select_related("organ").order_by("number"),
        "notes": notes if whole else (notes.filter(organ__in=mine) if is_told else []),
        "notices": [
            notice
            for notice in one.notices.select_related("organ").order_by("pk")
            if whole or notice.organ_id in mine
        ],
        "steps": [step for step in steps if whole or step.about_id in mine],
        "is_closures": whole and one.is_of_closures and is_told,
        "acts": INSPECTIONS.buttons(user, one),
        "crumbs": [Area.EVALUATION.crumb, *crumbs(one)],
    }
    return render(request, "oversight/inspection.html", context)


@require_safe
def inspection_closures(request, pk):
    """The truth of closures: three figures, for the area and for strata with enough drawn."""
    user, one = request.user, visible_inspection(request.user, pk)
    require(rules.may_read_closures(user, one, is_whole=_is_whole(user, one)))
    truth = figures.truth_of(one)
    context = {
        "inspection": one,
        "truth": truth if truth.is_shown else None,
        "drawn": truth.either.drawn,
        "townships": figures.by_township(one),
        "categories": figures.by_category(one),
        "crumbs": [Area.EVALUATION.crumb, *crumbs(one, _("The truth of closures"))],
    }
    return render(request, "oversight/closures.html", context)


@require_safe
def inspection_frame(request, pk):
    """The bytes of the frozen frame; their SHA-256 is the published hash."""
    return _file(request, pk, "frame.tsv", lambda one: one.published_frame)


@require_safe
def inspection_plan(request, pk):
    return _file(request, pk, "plan.tsv", lambda one: one.plan.published)


def _file(request, pk, name, content):
    user, one = request.user, visible_inspection(request.user, pk)
    require(rules.may_read_frame(user, one, is_whole=_is_whole(user, one)))
    response = HttpResponse(content(one), content_type="text/tab-separated-values; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def sample_planner(request):
    """Calculator for the sample size and the number of bad items allowed."""
    require(rules.may_see_inspections(request.user))
    asked = request.GET if request.GET else None
    form = PlannerForm(asked, initial={"tolerable": 5, "risk": 5})
    found, typed = [], None
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            found = list(choices(typed["population"], typed["tolerable"], typed["risk"]))
        except ValidationError as problem:
            form.add_error(None, problem)
    context = {
        "form": form,
        "choices": found,
        "typed": typed,
        "crumbs": [Area.EVALUATION.crumb, (_("How many to draw"), "")],
    }
    status = 422 if form.errors else 200
    return render(request, "oversight/planner.html", context, status=status)


# --- Findings and notices -----------------------------------------------------------------------


@require_safe
def finding(request, pk):
    user, one = request.user, finding_acts.visible_finding(request.user, pk)
    steps = one.history.select_related("by__organ").order_by("-at", "-pk")
    context = {
        "finding": one,
        "objection": one.objections.select_related("asked_by", "decided_by").first(),
        "steps": steps,
        "acts": finding_acts.FINDINGS.buttons(user, one),
        "crumbs": [Area.EVALUATION.crumb, *finding_acts.crumbs(one)],
    }
    return render(request, "oversight/finding.html", context)


@require_safe
def notice(request, pk):
    user, one = request.user, finding_acts.visible_notice(request.user, pk)
    is_told = one.inspection.fed_back_on is not None
    last_day = rules.last_day_to_object(one) if is_told else None
    context = {
        "notice": one,
        "last_day_to_object": last_day if last_day and last_day >= user.today else None,
        "findings": one.findings.order_by("number"),
        "acts": finding_acts.NOTICES.buttons(user, one),
        "crumbs": [
            Area.EVALUATION.crumb,
            *finding_acts.notice_crumbs(one, _("Notice of rectification")),
        ],
    }
    return render(request, "oversight/notice.html", context)


@require_safe
def notice_print(request, pk):
    one = finding_acts.visible_notice(request.user, pk)
    context = {
        "notice": one,
        "inspection": one.inspection,
        "findings": one.findings.order_by("number"),
    }
    return sheet_page(request, "oversight/slips/notice.html", context)


@require_safe
def report_print(request, pk):
    """整改情况报告单 of one finding."""
    one = finding_acts.visible_finding(request.user, pk)
    return sheet_page(request, "oversight/slips/report.html", {"finding": one})
