"""Discipline findings: the recipients' list, one finding."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluation.acts.discipline import FINDINGS, crumbs, visible_finding
from evaluation.filters.discipline import NEWEST
from evaluation.models import DisciplineFinding
from evaluation.rules import discipline as rules
from portal.access import require
from portal.side_list import Area
from portal.web import listed, page_or_part


@require_safe
def findings(request):
    """To a recipient what they may read; to everybody else what was found about themselves."""
    user = request.user
    require(rules.may_open_findings(user))
    context = {
        **listed(request, DisciplineFinding.objects.visible_to(user).for_list(), NEWEST),
        "may_record": bool(rules.may_record_findings(user)),
        "crumbs": [Area.EVALUATION.crumb, (_("Discipline findings"), "")],
    }
    return page_or_part(
        request, "evaluation/findings.html", "evaluation/_finding_rows.html", context
    )


@require_safe
def finding(request, pk):
    user, finding = request.user, visible_finding(request.user, pk)
    context = {
        "finding": finding,
        "is_own": bool(finding.cadre_id and finding.cadre.user_id == user.pk),
        "lift": getattr(finding, "lift", None),
        "acts": FINDINGS.buttons(user, finding),
        "crumbs": crumbs(finding),
    }
    return render(request, "evaluation/finding.html", context)
