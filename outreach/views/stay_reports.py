"""Stay reports (蹲点报告): list, record, writing, handing in, review, what is taken up."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import stay_reports as actions
from outreach.filters.stays import REPORT_TABS, ReportFilter, reports_in_tab
from outreach.forms.stay_reports import ReviewForm, StayReportForm, SuggestionForm
from outreach.ledgers.stays import REPORT_LEDGER
from outreach.models import StayReport, Suggestion
from outreach.rules import stay_reports as rules
from outreach.views.stays import start_export, visible_stay
from portal.access import NotNow, NotYours, Permission, require
from portal.seen import seen
from portal.web import (
    Sort,
    add_errors,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    sheet_page,
)

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


@seen
def _visible(user):
    return StayReport.objects.visible_to(user).select_related(
        "stay__cadre__user", "stay__unit", "stay__township", "stay__organ"
    )


def _crumbs(report, *more):
    return [
        (_("Stay reports"), reverse("outreach:stay_reports")),
        (report.title, report.get_absolute_url() if more else ""),
        *[(label, "") for label in more],
    ]


def _suggestions(report):
    rows = list(report.suggestions.select_related("decided_by__organ").order_by("position"))
    for one in rows:
        one.report = report
    return rows


@require_safe
def stay_report(request, pk):
    user, report = request.user, _visible(request.user, pk)
    suggestions = _suggestions(report)
    for one in suggestions:
        one.may_decide = rules.may_decide_suggestion(user, one)
    acts = [
        ("hand_in_report", _("Hand it in"), rules.may_hand_in, {"post": True}),
        ("edit_stay_report", _("Go on writing"), rules.may_change_report, {}),
        ("review_report", pgettext("reports", "Review it"), rules.may_review, {"primary": True}),
    ]
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, report)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"outreach:{name}", args=[report.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    context = {
        "report": report,
        "parts": [
            (StayReport._meta.get_field(name).verbose_name, getattr(report, name))
            for name in actions.LONG
        ],
        "suggestions": suggestions,
        "steps": report.steps.select_related("by__organ").order_by("-at", "-pk"),
        "acts": shown,
        "crumbs": _crumbs(report),
    }
    return render(request, "outreach/stay_report.html", context)


# --- Writing -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_stay_report(request, pk):
    stay = visible_stay(request.user, pk)
    require(rules.may_write_report(request.user, stay))
    today = request.user.today
    initial = {"starts_on": stay.starts_on, "ends_on": min(today, stay.last_day)}
    form = StayReportForm(posted(request), user=request.user, initial=initial)

    def keep(content):
        return actions.draft_report(stay=stay, by=request.user, at=timezone.now(), **content)

    here = _("Write a stay report")
    crumbs = [(_("Stay reports"), reverse("outreach:stay_reports")), (here, "")]
    return _form_page(request, form, keep, here, stay.get_absolute_url(), crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_stay_report(request, pk):
    report = _visible(request.user, pk)
    require(rules.may_change_report(request.user, report))
    initial = {name: getattr(report, name) for name in actions.FIELDS}
    initial["advice"] = "\n".join(one.text for one in _suggestions(report))
    form = StayReportForm(posted(request), user=request.user, initial=initial)

    def keep(content):
        return actions.change_report(report=report, by=request.user, **content)

    here = _("Go on writing")
    return _form_page(request, form, keep, here, report.get_absolute_url(), _crumbs(report, here))


def _form_page(request, form, keep, title, cancel_url, crumbs):
    if form.is_bound and form.is_valid():
        try:
            return redirect(keep(form.content()))
        except ValidationError as problem:
            add_errors(form, problem)
    return form_page(
        request, form, title=title, cancel_url=cancel_url, crumbs=crumbs,
        submit_label=_("Keep as a draft and look at it"),
        intro=_("Until it is handed in nobody else reads it."),
    )  # fmt: skip


@require_POST
def hand_in_report(request, pk):
    report = _visible(request.user, pk)
    actions.hand_in(report=report, by=request.user, at=timezone.now())
    return redirect(report)


# --- Review and what is taken up ---------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def review_report(request, pk):
    report = _visible(request.user, pk)
    require(rules.may_review(request.user, report))
    form = ReviewForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        actions.review_report(
            report=report, accepted=given["accepted"], text=given["text"], by=request.user,
            at=timezone.now(),
        )  # fmt: skip
        return redirect(report)
    here = pgettext("reports", "Review it")
    return form_page(
        request, form, title=here, submit_label=_("Keep the review"), intro=report.title,
        cancel_url=report.get_absolute_url(), crumbs=_crumbs(report, here),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def decide_suggestion(request, pk):
    visible = StayReport.objects.visible_to(request.user).values("pk")
    suggestion = get_object_or_404(
        Suggestion.objects.filter(report__in=visible).select_related("report__stay__cadre"), pk=pk
    )
    require(rules.may_decide_suggestion(request.user, suggestion))
    form = SuggestionForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        actions.decide_suggestion(
            suggestion=suggestion, adopted=given["adopted"], why=given["why"], by=request.user,
            at=timezone.now(),
        )  # fmt: skip
        return redirect(suggestion.report)
    here = _("Is it taken up?")
    return form_page(
        request, form, title=here, submit_label=_("Keep it"), intro=suggestion.text,
        cancel_url=suggestion.report.get_absolute_url(),
        crumbs=_crumbs(suggestion.report, here),
    )  # fmt: skip


@require_safe
def stay_report_sheet(request, pk):
    """蹲点调研报告."""
    report = _visible(request.user, pk)
    context = {"report": report, "stay": report.stay, "suggestions": _suggestions(report)}
    return sheet_page(request, "outreach/slips/stay_report.html", context)


@require_POST
def export_stay_reports(request):
    return start_export(REPORT_LEDGER, request)
