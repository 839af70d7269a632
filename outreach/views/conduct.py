"""Complaints about the conduct of a person: handing one in, and the recipients' sealed desk."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import conduct as actions
from outreach.actions.matters import DifferentContent
from outreach.forms.conduct import ConductForm, ConductOutcomeForm, HandOverForm
from outreach.models import ConductReport
from outreach.rules import conduct as rules
from portal.access import Decision, Permission, require
from portal.seen import seen
from portal.side_list import Area
from portal.web import Sort, form_page, listed, posted

SORT = Sort(gettext_lazy("newest first"), "received_on")


@require_safe
def conduct_reports(request):
    if not request.user.holds(Permission.READ_CONDUCT):
        require(Decision(_("Conduct reports are read by their recipients alone.")))
    context = {
        **listed(request, ConductReport.objects.visible_to(request.user), SORT),
        "crumbs": [Area.GOING_DOWN.crumb, (_("Conduct reports"), "")],
    }
    return render(request, "outreach/conduct_reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_conduct_report(request):
    require(rules.may_hand_in_report(request.user))
    form = ConductForm(posted(request), user=request.user, initial={"key": uuid.uuid4()})
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            actions.register_report(
                by=request.user, client_key=given.pop("key"), on=request.user.today, **given
            )
        except DifferentContent as problem:
            form.add_error(None, str(problem))
        else:
            messages.info(request, _("Sealed. Only the conduct recipients can open it."))
            return redirect("home")
    context = {
        "title": _("Report about the conduct of a person"),
        "intro": _(
            "You can also call 12388, the line of discipline inspection. What is written here is "
            "sealed at once: it stands in no list, search or count, and you cannot open it again."
        ),
        "form": form,
        "submit_label": _("Seal and hand in"),
        "cancel_url": reverse("home"),
        "crumbs": [Area.GOING_DOWN.crumb, (_("Conduct report"), "")],
    }
    return form_page(request, **context)


def _crumbs(here):
    return [(_("Conduct reports"), reverse("outreach:conduct_reports")), (here, "")]


@seen
def _visible(user):
    return ConductReport.objects.visible_to(user).select_related("subject_organ", "closed_by")


@require_safe
def conduct_report(request, pk):
    report = _visible(request.user, pk)
    context = {
        "report": report,
        "texts": actions.open_report(report=report, by=request.user),
        "dealing": rules.may_deal_with_report(request.user, report),
        "crumbs": _crumbs(str(report.received_on)),
    }
    return render(request, "outreach/conduct_report.html", context)


def _deal_with(request, pk, *, form_class, act, here, **page):
    report = _visible(request.user, pk)
    require(rules.may_deal_with_report(request.user, report))
    form = form_class(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        act(report=report, by=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect(report)
    return form_page(
        request, form, cancel_url=report.get_absolute_url(), crumbs=_crumbs(here), **page
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_report(request, pk):
    return _deal_with(
        request, pk, form_class=HandOverForm, act=actions.hand_over,
        title=_("Hand over to discipline inspection"),
        intro=_("The text is erased here once the receipt is entered. This cannot be undone."),
        submit_label=_("Hand over and erase"), here=_("Hand over"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def close_report(request, pk):
    return _deal_with(
        request, pk, form_class=ConductOutcomeForm, act=actions.close_report,
        title=_("Dealt with here"), submit_label=_("Close"), here=_("Close"),
    )  # fmt: skip


@require_POST
def step_aside(request, pk):
    report = _visible(request.user, pk)
    actions.step_aside(report=report, by=request.user)
    messages.info(request, _("You have stepped aside; this report is no longer shown to you."))
    return redirect("outreach:conduct_reports")
