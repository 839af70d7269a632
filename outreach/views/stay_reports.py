"""Stay reports (蹲点报告): record and sheet."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from outreach.actions import stay_reports as actions
from outreach.acts.stay_reports import REPORTS, crumbs, suggestions_of, visible_report
from outreach.models import StayReport
from outreach.models.stay_reports import ReportState
from outreach.rules import stay_reports as rules
from portal import uses
from portal.pages.web import sheet_page
from portal.records.steps import history

# Links offered by apps above on an accepted report: (label, URL name, permission). The report is
# added to the URL.
REPORT_STARTS = []


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
        "starts": [
            (label, reverse(name))
            for label, name, permission in REPORT_STARTS
            if report.state == ReportState.ACCEPTED
            and uses.is_open(name)
            and user.holds(permission)
        ],
        "crumbs": crumbs(report),
    }
    return render(request, "outreach/stay_report.html", context)


@require_safe
def stay_report_sheet(request, pk):
    """蹲点调研报告."""
    report = visible_report(request.user, pk)
    context = {"report": report, "stay": report.stay, "suggestions": suggestions_of(report)}
    return sheet_page(request, "outreach/slips/stay_report.html", context)
