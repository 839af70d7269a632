"""Conduct reports: submission, and the page for recipients."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import conduct as actions
from outreach.actions.matters import DifferentContent
from outreach.acts.conduct import REPORTS, crumbs, visible_report
from outreach.forms.conduct import ConductForm
from outreach.rules import conduct as rules
from portal.pages.side_list import Area
from portal.pages.web import form_page, posted
from portal.trust.access import require


@require_http_methods(["GET", "HEAD", "POST"])
def new_conduct_report(request):
    # Not an Act: Acts keep typed text as a draft for its author, and only recipients may keep this.
    require(rules.may_hand_in_report(request.user))
    form = ConductForm(posted(request), user=request.user, initial={"key": uuid.uuid4()})
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        key, today = given.pop("key"), request.user.today
        try:
            actions.register_report(by=request.user, client_key=key, on=today, **given)
        except DifferentContent as problem:
            form.add_error(None, str(problem))
        else:
            messages.info(request, _("Sealed. Only the conduct recipients can open it."))
            return redirect("home")
    return form_page(
        request,
        form,
        title=_("Report about the conduct of a person"),
        intro=_(
            "You can also call 12388, the line of discipline inspection. What is written here is "
            "sealed at once: it stands in no list, search or count, and you cannot open it again."
        ),
        submit_label=_("Seal and hand in"),
        cancel_url=reverse("home"),
        crumbs=[Area.GOING_DOWN.crumb, (_("Conduct report"), "")],
    )


@require_safe
def conduct_report(request, pk):
    user, report = request.user, visible_report(request.user, pk)
    context = {
        "report": report,
        "texts": actions.open_report(report=report, by=user),
        "dealing": rules.may_deal_with_report(user, report),
        "acts": REPORTS.buttons(user, report),
        "crumbs": crumbs(report, str(report.received_on)),
    }
    return render(request, "outreach/conduct_report.html", context)
