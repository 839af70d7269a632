"""The dashboard's part about evaluation, and retinue and burden by organ."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from evaluation import burden as counting
from evaluation import dashboard as board
from evaluation.forms.figures import BurdenForm, EvaluationForm
from evaluation.ledgers.burden import BURDEN_LEDGER
from evaluation.models.ballots import Question
from evaluation.rules import figures as rules
from evaluation.views.parts import require_export, start_sheet
from outreach.overview.dashboard_forms import scope_label
from outreach.views.dashboard import dashboard_part
from portal import parameters
from portal.pages.side_list import Area
from portal.pages.web import Sort, listed, page_or_part
from portal.roles import Permission
from portal.tools.replica import reads_at_replica
from portal.trust.access import require

OFFICIAL = Sort(gettext_lazy("official order"), "sort_order", descending=False)


@require_safe
@reads_at_replica
def evaluation_dashboard(request):
    require(rules.may_see_numbers(request.user))
    form = EvaluationForm(request.GET, user=request.user)
    form.is_valid()
    return dashboard_part(
        request,
        form,
        _("Evaluation"),
        "evaluation/_evaluation_dashboard.html",
        board.section(form.scope),
    )


# Not a Listing: it shows sums by organ for days and area of a form.
@require_safe
@reads_at_replica
def burden(request):
    """Retinues, weeks over the limit, meals and the four questions, by organ in the official
    order."""
    require(rules.may_see_numbers(request.user))
    form = BurdenForm(request.GET, user=request.user)
    form.is_valid()
    scope, days, today = form.scope, form.days, request.user.today
    judged_on = days.judged_on(today)
    visits = counting.visits_of(scope, days)
    shown = listed(request, counting.organs(visits), OFFICIAL)
    counted = counting.lines(visits, days, shown["page"], on=today)
    context = {
        **shown,
        "form": form,
        "days": days,
        "questions": Question.choices,
        "lines": [(organ, counted[organ.pk]) for organ in shown["page"]],
        "most": parameters.number("visit.entourage_max", on=judged_on),
        "limit": parameters.number("visit.unit_week_limit", on=judged_on),
        "least": parameters.number("eval.min_display_n", on=today),
        "scope_label": scope_label(scope),
        "may_export": request.user.holds(Permission.EXPORT),
        "crumbs": [Area.EVALUATION.crumb, (_("Group size and burden"), "")],
    }
    return page_or_part(
        request,
        "evaluation/burden.html",
        "evaluation/_burden_rows.html",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
def export_burden(request):
    require(rules.may_see_numbers(request.user))
    require_export(request.user)
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return start_sheet(request, BURDEN_LEDGER, filters)
