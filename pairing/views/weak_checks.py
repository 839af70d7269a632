"""年初排查: the yearly check, which hosts have answered, and with how many (零报告)."""

from django.db.models import Count
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pairing.acts.weak_checks import crumbs, visible_check
from pairing.models import WeakCheckReport, WeakOrganizationCase
from pairing.models.weak_cases import CaseState
from pairing.rules import weak as rules


@require_safe
def weak_check(request, pk):
    user, check = request.user, visible_check(request.user, pk)
    rows = WeakCheckReport.objects.visible_to(user).filter(check_made=check)
    rows = rows.select_related("organ__division", "reported_by")
    reports = list(rows.order_by("organ__sort_order", "pk"))
    # Counted from the cases, including those closed later.
    hosts = [one.organ_id for one in reports]
    noted = WeakOrganizationCase.objects.filter(year=check.year, host_organ__in=hosts)
    counts = dict(noted.order_by().values_list("host_organ").annotate(n=Count("pk")))
    for one in reports:
        one.noted = counts.get(one.organ_id, 0)
        one.may_answer = rules.may_answer_check(user, one)
    refused = noted.filter(state=CaseState.REFUSED).select_related("party_organization")
    context = {
        "check": check,
        "refused": refused.order_by("noted_on", "pk"),
        "reports": reports,
        "answered": sum(one.reported_at is not None for one in reports),
        "is_late": check.answer_by < user.today,
        "may_note": rules.may_note(user),
        "crumbs": crumbs(check),
    }
    return render(request, "pairing/weak_check.html", context)
