"""民主评议党员: an appraisal with its members, the sheet."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.actions import members as actions
from evaluation.acts.members import APPRAISALS, crumbs, title_of, visible_appraisal
from evaluation.forms.members import ResultForms
from evaluation.ledgers import members as sheet
from evaluation.models.members import MemberGrade, most_outstanding
from evaluation.rules import members as rules
from evaluation.views.parts import require_export, start_sheet
from portal.pages.web import posted, sheet_page
from portal.records.steps import history
from portal.roles import Permission
from portal.trust.access import require


@require_safe
def member_appraisal(request, pk):
    user, appraisal = request.user, visible_appraisal(request.user, pk)
    members = list(appraisal.members.order_by("place"))
    full = [one for one in members if not one.is_probationary]
    context = {
        "appraisal": appraisal,
        "title": title_of(appraisal),
        "members": members,
        "grades": [one.label for one in MemberGrade],
        "most": most_outstanding(len(full), on=request.user.today),
        "full": len(full),
        "chosen": sum(one.grade == MemberGrade.GOOD for one in full),
        "steps": _steps(appraisal, members, full),
        "history": history(appraisal),
        "may_change": bool(rules.may_change(user, appraisal)),
        "may_export": user.holds(Permission.EXPORT),
        "acts": APPRAISALS.buttons(user, appraisal),
        "crumbs": crumbs(appraisal),
    }
    return render(request, "evaluation/member_appraisal.html", context)


def _steps(appraisal, members, full):
    """[(step, how far it is)] in the order of the procedure."""
    n = len(members)
    done = sum(one.self_done for one in members)
    heard = sum(any(one.peers) for one in members)
    graded = sum(one.grade is not None for one in full)
    held = _("not held yet")
    if appraisal.valid is not None:
        sums = {name: getattr(appraisal, name) for name in ("expected", "present", "valid")}
        held = _("%(present)s of %(expected)s attended, %(valid)s valid ballots") % sums
    decided = _("%(n)s of %(all)s decided") % {"n": graded, "all": len(full)}
    return [
        (_("Self-appraisal"), _("%(n)s of %(all)s done") % {"n": done, "all": n}),
        (_("Word of the peers"), _("%(n)s of %(all)s counted") % {"n": heard, "all": n}),
        (_("Ballot of the meeting"), held),
        (_("Grade of the organisation"), decided),
    ]


# A view, not an act: it has a form for each member.
@require_http_methods(["GET", "HEAD", "POST"])
def note_member_results(request, pk):
    user, appraisal = request.user, visible_appraisal(request.user, pk)
    require(rules.may_change(user, appraisal))
    members = list(appraisal.members.order_by("place"))
    forms = ResultForms(posted(request), members, user=user)
    if forms.is_valid():
        decision = _results_fit(forms, members, user.today)
        if decision:
            try:
                actions.note_results(
                    appraisal=appraisal, results=forms.results, by=user, at=timezone.now()
                )
                return redirect(appraisal)
            except ValidationError as problem:
                forms.problem = problem.messages[0]
        else:
            forms.problem = decision.refusal
    n = sum(not one.is_probationary for one in members)
    context = {
        "appraisal": appraisal,
        "title": title_of(appraisal),
        "forms": forms,
        "grades": [one.label for one in MemberGrade],
        "most": most_outstanding(n, on=user.today),
        "crumbs": crumbs(appraisal, _("Enter sums and grades")),
    }
    status = 422 if forms.is_bound else 200
    return render(request, "evaluation/member_results.html", context, status=status)


def _results_fit(forms, members, today):
    for one in members:
        one.grade = None if one.is_probationary else forms.results[one.pk]["grade"]
    full = [one for one in members if not one.is_probationary]
    return rules.outstanding_fits(full, on=today)


@require_safe
def member_appraisal_print(request, pk):
    appraisal = visible_appraisal(request.user, pk)
    ledger = sheet.MEMBER_LEDGER
    context = {
        "appraisal": appraisal,
        "rows": list(ledger.lines(appraisal.members.all(), request.user)),
        "columns": [column.heading for column in ledger.columns],
        "notes": ledger.notes,
    }
    return sheet_page(
        request,
        "evaluation/slips/member_appraisal.html",
        context,
        about=appraisal,
        at=timezone.now(),
    )


@require_POST
def export_member_appraisal(request, pk):
    appraisal = visible_appraisal(request.user, pk)
    require_export(request.user)
    return start_sheet(request, sheet.MEMBER_LEDGER, {"appraisal": str(appraisal.pk)})
