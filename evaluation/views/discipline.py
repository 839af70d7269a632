"""Discipline findings: the recipients' list, one finding, recording, lifting, stepping aside."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.actions import discipline as actions
from evaluation.filters.discipline import NEWEST
from evaluation.forms.discipline import FindingForm, LiftFindingForm
from evaluation.models import DisciplineFinding
from evaluation.rules import discipline as rules
from portal.access import NotNow, NotYours, require
from portal.seen import seen
from portal.side_list import Area
from portal.web import form_page, listed, page_or_part, posted


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


@seen
def _visible(user):
    return DisciplineFinding.objects.visible_to(user).for_list()


def _crumbs(finding, here):
    return [
        (_("Discipline findings"), reverse("evaluation:findings")),
        (finding.document, finding.get_absolute_url()),
        (here, ""),
    ]


@require_safe
def finding(request, pk):
    user, finding = request.user, _visible(request.user, pk)
    context = {
        "finding": finding,
        "is_own": bool(finding.cadre_id and finding.cadre.user_id == user.pk),
        "lift": getattr(finding, "lift", None),
        "acts": _acts(user, finding),
        "crumbs": _crumbs(finding, "")[:-1],
    }
    return render(request, "evaluation/finding.html", context)


def _acts(user, finding):
    acts = [
        ("lift_finding", _("Lift it by a later document"), rules.may_lift, {}),
        ("step_aside_from_finding", _("Step aside"), rules.may_step_aside,
         {"post": True, "confirm": _("It is then no longer shown to you.")}),
    ]  # fmt: skip
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, finding)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"evaluation:{name}", args=[finding.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


@require_http_methods(["GET", "HEAD", "POST"])
def record_finding(request):
    user = request.user
    require(rules.may_record_findings(user))
    form = FindingForm(posted(request), user=user)
    if form.is_bound and form.is_valid():
        try:
            return redirect(actions.record_finding(by=user, at=timezone.now(), **form.cleaned_data))
        except ValidationError as problem:
            form.add_error(None, problem.messages[0])
    here = _("Record a finding")
    return form_page(
        request, form, title=here, submit_label=_("Record it"),
        cancel_url=reverse("evaluation:findings"),
        intro=_("Only what a document has verified. The person concerned can read it; their organ "
                "and superiors cannot."),
        crumbs=[(_("Discipline findings"), reverse("evaluation:findings")), (here, "")],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def lift_finding(request, pk):
    finding = _visible(request.user, pk)
    require(rules.may_lift(request.user, finding))
    form = LiftFindingForm(
        posted(request), user=request.user, initial={"lifted_on": request.user.today}
    )
    if form.is_bound and form.is_valid():
        given = {k: v for k, v in form.cleaned_data.items() if k != "numbers"}
        try:
            actions.lift_finding(finding=finding, by=request.user, at=timezone.now(), **given)
            return redirect(finding)
        except ValidationError as problem:
            form.add_error(None, problem.messages[0])
    here = _("Lift it by a later document")
    return form_page(
        request, form, title=here, submit_label=here,
        cancel_url=finding.get_absolute_url(), crumbs=_crumbs(finding, here),
        intro=_("It counts no more from now on; what was recorded stays as it was."),
    )  # fmt: skip


@require_POST
def step_aside_from_finding(request, pk):
    finding = _visible(request.user, pk)
    actions.step_aside(finding=finding, by=request.user)
    messages.info(request, _("You have stepped aside; this finding is no longer shown to you."))
    return redirect("evaluation:findings")
