"""Rules of requests for data; the person first, then the state."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from oversight.models.data_requests import RequestState, own_organ_ids
from oversight.models.fields import in_area
from portal import parameters
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import Decision, NotNow, in_state, only, unless

# Value of the norm if a province has no 一表通.
NO_TABLE = "无"


def may_see_requests(user):
    return only(
        user.holds(P.SEE_PEOPLE) or user.holds(P.ADMIT_REQUESTS),
        _("Requests for data are open to the business."),
    )


def may_see_burden(user):
    said = _("The panel is for those who read the ledger of an area, and who admit requests there.")
    return only(user.holds(P.READ_MATTERS) or user.holds(P.ADMIT_REQUESTS), said)


def may_apply(user):
    said = _("Liaisons, hosts and the office apply, each for their own organ.")
    return only(user.holds(P.REQUEST_DATA) and user.organ_id, said)


def _asks(user, request):
    said = _("Only %(organ)s does this.") % {"organ": request.organ.label}
    own = user.holds(P.REQUEST_DATA) and request.organ_id in own_organ_ids(user)
    return only(own, said)


def admits(user, request):
    return holds_for_organ(user, P.ADMIT_REQUESTS, request.organ)


def _decides(user, request):
    """Nobody decides requests of their own organ."""
    said = _("%(approver)s decides this, not the organ that asks.") % {
        "approver": parameters.text("requests.approver", on=user.today)
    }
    own = request.organ_id in own_organ_ids(user) or request.written_by_id in user.identity_ids
    return only(admits(user, request) and not own, said)


def may_change_request(user, request):
    return _asks(user, request) and in_state(request, RequestState.DRAFT)


def may_drop_request(user, request):
    return may_change_request(user, request) and unless(
        request.steps.exists(),
        pgettext("data requests", "It was handed in before; its history stays."),
        NotNow,
    )


def one_table(on):
    """Return the system for new collections, or "" if there is none."""
    name = parameters.text("requests.one_table", on=on)
    return "" if name == NO_TABLE else name


def may_submit_request(user, request):
    decision = may_change_request(user, request)
    if not decision:
        return decision
    if table := one_table(user.today):
        said = _("New collections go through %(table)s; ask there.")
        return Decision(said % {"table": table})
    return unless(not request.items.exists(), _("Write what columns it asks.")) and unless(
        request.ends_on < user.today, _("Its last day has passed; set a new one first.")
    )


def may_take_back_request(user, request):
    return _asks(user, request) and in_state(request, RequestState.SUBMITTED)


def may_decide_request(user, request):
    return _decides(user, request) and in_state(request, RequestState.SUBMITTED)


def may_withdraw_request(user, request):
    """The requesting organ, or those who admit requests; an expired request ends by itself."""
    said = _("The organ that asks or the approver withdraws it.")
    may = bool(_asks(user, request)) or admits(user, request)
    return (
        only(may, said)
        and in_state(request, RequestState.APPROVED)
        and unless(request.ends_on < user.today, _("It has expired."), NotNow)
    )


def may_tell(user):
    """Hosts of villages are the ones asked for figures, so they may report requests without
    admission."""
    return only(
        user.holds(P.HOST_MATTERS), _("Townships and other hosts say who asks without admission.")
    )


def may_see_unadmitted(user):
    return only(
        user.holds(P.ADMIT_REQUESTS), _("What was asked without admission is told to the approver.")
    )


def may_settle(user, told):
    said = _("What was asked without admission is told to the approver.")
    return only(in_area(user, P.ADMIT_REQUESTS, told), said) and only(
        told.settled_on is None, _("It is settled."), NotNow
    )
