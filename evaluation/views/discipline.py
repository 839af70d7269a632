"""The page of a discipline finding."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluation.acts.discipline import FINDINGS, crumbs, visible_finding


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
