"""年初排查: the yearly check, which hosts have answered, and with how many (零报告)."""

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pairing.actions import weak_checks as actions
from pairing.forms.weak import CheckForm
from pairing.models import WeakCheck, WeakCheckReport, WeakOrganizationCase
from pairing.models.weak_cases import CaseState
from pairing.rules import weak as rules
from portal.access import Decision, Permission, require
from portal.web import Sort, add_errors, form_page, listed, posted

NEWEST = Sort(gettext_lazy("newest first"), "year")


def _crumbs(*more):
    return [
        (_("Weak organisations"), reverse("pairing:weak_cases")),
        (_("Yearly checks"), reverse("pairing:weak_checks") if more else ""),
        *[(label, "") for label in more],
    ]


@require_safe
def weak_checks(request):
    user = request.user
    if not user.holds(Permission.READ_WEAK_CASES):
        require(Decision(_("Yearly checks are open to the programme office and the hosts.")))
    rows = WeakCheck.objects.visible_to(user).with_counts().select_related("area")
    context = {
        **listed(request, rows, NEWEST),
        "may_open": rules.may_open_check(user),
        "sees_counts": user.holds(Permission.DECIDE_WEAK_CASES),
        "crumbs": _crumbs(),
    }
    return render(request, "pairing/weak_checks.html", context)


@require_safe
def weak_check(request, pk):
    user = request.user
    check = get_object_or_404(
        WeakCheck.objects.visible_to(user).select_related("area", "opened_by__organ"), pk=pk
    )
    rows = WeakCheckReport.objects.visible_to(user).filter(check_made=check)
    reports = list(
        rows.select_related("organ__division", "reported_by").order_by("organ__sort_order", "pk")
    )
    # Counted from the cases, never typed; what was written off later was noted all the same.
    noted = WeakOrganizationCase.objects.filter(
        year=check.year, host_organ__in=[one.organ_id for one in reports]
    )
    counts = dict(
        noted.order_by().values("host_organ").annotate(n=Count("pk")).values_list("host_organ", "n")
    )
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
        "crumbs": _crumbs(str(check.year)),
    }
    return render(request, "pairing/weak_check.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_weak_check(request):
    user = request.user
    require(rules.may_open_check(user))
    places = [g.division for g in user.grants_with(Permission.DECIDE_WEAK_CASES) if g.division_id]
    initial = {"area": places[0]} if len(places) == 1 else {}
    form = CheckForm(posted(request), user=user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            check = actions.open_check(by=user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            return redirect(check)
    here = _("Open the yearly check")
    return form_page(
        request, form, title=here, submit_label=_("Open it"), crumbs=_crumbs(here),
        intro=_("Each host answers, if with nothing. There is no quota and no share to reach."),
        cancel_url=reverse("pairing:weak_checks"),
    )  # fmt: skip


@require_POST
def answer_weak_check(request, pk):
    report = get_object_or_404(
        WeakCheckReport.objects.visible_to(request.user).select_related("check_made"), pk=pk
    )
    actions.answer_check(report=report, by=request.user, at=timezone.now())
    return redirect(report.check_made)
