"""Acts on exports of personal data: request, approve or refuse, take back, withdraw."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.actions import exports as actions
from portal.forms.exports import PurposeForm
from portal.models import ExportRequest, Job
from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm


def _job(user, pk):
    return get_object_or_404(Job.objects.visible_to(user).select_related("request"), pk=pk)


def visible_request(user, pk):
    rows = ExportRequest.objects.visible_to(user)
    rows = rows.select_related("job__owner__organ__division", "decided_by")
    return get_object_or_404(rows, pk=pk)


def _exports(job, *more):
    return [
        (_("Exports"), reverse("jobs")),
        (job.title, job.get_absolute_url()),
        *[(label, "") for label in more],
    ]


def crumbs(request, *more):
    said = gettext("Approval of an export")
    return [(said, request.get_absolute_url() if more else ""), *[(one, "") for one in more]]


HELD_JOBS = Acts(
    "",
    "job",
    "jobs/<int:pk>/",
    _job,
    _exports,
    acts=(
        Act(
            "ask_for_export",
            _("Ask for approval"),
            rules.may_ask_for_export,
            actions.ask_for_export,
            PurposeForm,
            "ask/",
            intro=_(
                "Somebody who approves exports for your organ reads how many people the sheet is "
                "about and what you need it for, and not what stands in it."
            ),
            primary=True,
            audit={"export.asked_for": _("Approval of an export asked for")},
            undo="request.withdraw_export",
        ),
    ),
)

EXPORTS = Acts(
    "",
    "request",
    "exports/<int:pk>/",
    visible_request,
    crumbs,
    acts=(
        Act(
            "approve_export",
            pgettext_lazy("export", "Approve"),
            rules.may_decide_export,
            actions.approve_export,
            path="approve/",
            primary=True,
            audit={"export.approved": _("Export of personal data approved")},
            undo="take_back_export",
        ),
        Act(
            "refuse_export",
            pgettext_lazy("export", "Refuse"),
            rules.may_decide_export,
            actions.refuse_export,
            ReasonForm,
            "refuse/",
            intro=_("Whoever asked reads the reason."),
            audit={"export.refused": _("Export of personal data refused")},
            undo="take_back_export",
        ),
        Act(
            "take_back_export",
            _("Take the decision back"),
            rules.may_take_back_export,
            actions.take_back_export,
            path="take-back/",
            confirm=_("Take it back? The request waits again; a sheet that was made is deleted."),
            audit={"export.taken_back": _("Decision on an export taken back")},
        ),
        Act(
            "withdraw_export",
            _("Withdraw"),
            rules.may_withdraw_export,
            actions.withdraw_export,
            path="withdraw/",
            confirm=_("Withdraw the request? For the sheet you then export again."),
            audit={"export.withdrawn": _("Request for an export withdrawn")},
        ),
    ),
)
