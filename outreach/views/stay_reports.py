"""Stay reports (蹲点报告): the list, a report, the sheet."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from outreach.actions import stay_reports as actions
from outreach.acts.stay_reports import REPORTS, crumbs, suggestions_of, visible_report
from outreach.filters.stays import REPORT_TABS, ReportFilter, reports_in_tab
from outreach.ledgers.stays import REPORT_LEDGER
from outreach.models import StayReport
from outreach.rules import stay_reports as rules
from outreach.views.stays import start_export
from portal.roles import Permission
from portal.steps import history
from portal.web import Sort, exact_total, listed, page_or_part, sheet_page

NEWEST = Sort(gettext_lazy("newest first"), "created_at")


@require_safe
def stay_reports(request):
    user = request.user
    tab = request.GET.get("tab")
    tab = tab if tab in REPORT_TABS else "all"
    rows = reports_in_tab(StayReport.objects.visible_to(user), tab)
    filtered = ReportFilter(request.GET, queryset=rows, user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.for_list(), NEWEST),
        "filter": filtered,
        "tab": tab,
        "tabs": [(code, label, code == tab) for code, label in REPORT_TABS.items()],
        "sorts": [(tab, NEWEST)],
        "sort": NEWEST,
        "may_export": user.holds(Permission.EXPORT) and user.holds(Permission.READ_STAYS),
        "crumbs": [(_("Stays"), reverse("outreach:stays")), (_("Stay reports"), "")],
    }
    return page_or_part(
        request, "outreach/stay_reports.html", "outreach/_stay_report_rows.html", context
    )


@require_safe
def stay_report(request, pk):
    user, report = request.user, visible_report(request.user, pk)
    suggestions = suggestions_of(report)
    for one in suggestions:
        one.may_decide = rules.may_decide_suggestion(user, one)
    context = {
        "report": report,
        "parts": [
            (StayReport._meta.get_field(name).verbose_name, getattr(report, name))
            for name in actions.LONG
        ],
        "suggestions": suggestions,
        "steps": history(report),
        "acts": REPORTS.buttons(user, report),
        "crumbs": crumbs(report),
    }
    return render(request, "outreach/stay_report.html", context)


@require_safe
def stay_report_sheet(request, pk):
    """蹲点调研报告."""
    report = visible_report(request.user, pk)
    context = {"report": report, "stay": report.stay, "suggestions": suggestions_of(report)}
    return sheet_page(request, "outreach/slips/stay_report.html", context)


@require_POST
def export_stay_reports(request):
    return start_export(REPORT_LEDGER, request)
