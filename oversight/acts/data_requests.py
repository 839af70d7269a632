"""Acts on requests for data, and on what was asked without admission."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.actions import data_requests as actions
from oversight.forms import data_requests as forms
from oversight.models import DataRequest, UnadmittedRequest
from oversight.rules import data_requests as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen

FIELDS = (
    *("title", "kind", "basis", "asked_of", "asked_count", "frequency", "way", "minutes"),
    *("starts_on", "ends_on", "sent_on", "notice", "questionnaire"),
)


@seen
def visible_request(user):
    return DataRequest.objects.visible_to(user).select_related(
        "organ__division", "written_by", "decided_by", "notice", "questionnaire"
    )


crumbs = crumbs_under(_("Requests for data"), "oversight:data_requests", attrgetter("title"))


def _as_drafted(user, request):
    columns = request.items.order_by("place").values_list("name", flat=True)
    return {name: getattr(request, name) for name in FIELDS} | {"columns": "\n".join(columns)}


REQUESTS = Acts(
    "oversight",
    "request",
    "data-requests/<int:pk>/",
    visible_request,
    crumbs,
    listing="oversight:data_requests",
    starts=(
        Act(
            "new_data_request",
            _("Apply for a request"),
            rules.may_apply,
            actions.draft_request,
            forms.DataRequestForm,
            "data-requests/new/",
            submit=_("Keep and look at it"),
            intro=_("The next page strikes what the portal holds already."),
            audit={"data_request.drafted": _("Request for data drafted")},
            undo="drop_data_request",
        ),
    ),
    acts=(
        Act(
            "admit_data_request",
            pgettext_lazy("data requests", "Admit it"),
            rules.may_decide_request,
            actions.admit_request,
            forms.AdmitForm,
            "admit/",
            intro=attrgetter("title"),
            primary=True,
            audit={"data_request.approved": _("Request for data admitted")},
        ),
        Act(
            "provide_data_request",
            _("Taken from the portal instead"),
            rules.may_decide_request,
            actions.provide_request,
            forms.ProvideForm,
            "provide/",
            intro=_("Nobody is asked; the organ takes it from what the portal holds."),
            audit={"data_request.provided": _("Request for data answered by the portal")},
        ),
        Act(
            "return_data_request",
            pgettext_lazy("data requests", "Send it back"),
            rules.may_decide_request,
            actions.return_request,
            ReasonForm,
            "return/",
            audit={"data_request.returned": _("Request for data sent back")},
        ),
        Act(
            "submit_data_request",
            pgettext_lazy("data requests", "Hand it in"),
            rules.may_submit_request,
            actions.submit_request,
            path="submit/",
            primary=True,
            audit={"data_request.submitted": _("Request for data handed in")},
            undo="take_back_data_request",
        ),
        Act(
            "change_data_request",
            pgettext_lazy("data requests", "Change the draft"),
            rules.may_change_request,
            actions.change_request,
            forms.DataRequestForm,
            "edit/",
            about=True,
            initial=_as_drafted,
            submit=_("Keep and look at it"),
            audit={"data_request.changed": _("Draft of a request for data changed")},
        ),
        Act(
            "take_back_data_request",
            pgettext_lazy("data requests", "Take it back"),
            rules.may_take_back_request,
            actions.take_back_request,
            path="take-back/",
            audit={"data_request.taken_back": _("Request for data taken back")},
        ),
        Act(
            "withdraw_data_request",
            pgettext_lazy("data requests", "Withdraw it"),
            rules.may_withdraw_request,
            actions.withdraw_request,
            ReasonForm,
            "withdraw/",
            intro=_("It stays in the register, marked as withdrawn; nobody need answer it."),
            audit={"data_request.withdrawn": _("Request for data withdrawn")},
        ),
        Act(
            "drop_data_request",
            _("Discard"),
            rules.may_drop_request,
            actions.drop_request,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda _request, _none: "oversight:data_requests",
            audit={"data_request.dropped": _("Draft of a request for data discarded")},
        ),
    ),
)


@seen
def visible_unadmitted(user):
    return UnadmittedRequest.objects.visible_to(user).select_related("organ", "area", "settled_by")


unadmitted_crumbs = crumbs_under(
    _("Asked without admission"), "oversight:unadmitted_requests", attrgetter("organ.label")
)

UNADMITTED = Acts(
    "oversight",
    "told",
    "unadmitted/<int:pk>/",
    visible_unadmitted,
    unadmitted_crumbs,
    listing="oversight:data_requests",
    starts=(
        Act(
            "tell_unadmitted",
            _("Somebody asks without admission"),
            rules.may_tell,
            actions.tell_unadmitted,
            forms.UnadmittedForm,
            "unadmitted/new/",
            intro=_("It is told to the approver. That it was you is not kept."),
            then=lambda _none, _told: "oversight:data_requests",
            said=_("It was told to the approver, without your name."),
            is_untraced=True,
            audit={"unadmitted_request.told": _("Told what was asked without admission")},
        ),
    ),
    acts=(
        Act(
            "settle_unadmitted",
            pgettext_lazy("data requests", "Settle it"),
            rules.may_settle,
            actions.settle_unadmitted,
            forms.OutcomeForm,
            "settle/",
            audit={"unadmitted_request.settled": _("What was asked without admission settled")},
        ),
    ),
)
