"""Rules of requests about personal data: the office answers, a second person approves."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from oversight.models.privacy_requests import RequestState, Wish
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import NotNow, in_state, only, unless


def may_see_requests(user):
    return only(
        user.holds(P.APPRAISE_RECORDS) or user.holds(P.APPROVE_DESTRUCTION),
        _("The office answers requests about personal data."),
    )


def may_register(user):
    said = _("The office answers requests about personal data.")
    return only(user.holds(P.APPRAISE_RECORDS) and user.organ_id, said)


def _answers(user, request):
    may = holds_for_organ(user, P.APPRAISE_RECORDS, request.organ)
    return only(may, _("The office answers requests about personal data."))


def may_look_up(user, request):
    """Those who answer or approve may see what is held, until the requester's data are erased."""
    may = holds_for_organ(user, P.APPRAISE_RECORDS, request.organ) or holds_for_organ(
        user, P.APPROVE_DESTRUCTION, request.organ
    )
    said = _("The office answers requests about personal data.")
    return only(may, said) and unless(
        request.name_cipher == "" and request.phone_cipher == "" and request.cadre_id is None,
        pgettext("privacy", "Who asked was erased after the term."),
        NotNow,
    )


def may_prepare(user, request):
    return _answers(user, request) and in_state(request, RequestState.OPEN)


def may_approve(user, request):
    """A second person: of the office, or its leader."""
    may = holds_for_organ(user, P.APPRAISE_RECORDS, request.organ) or holds_for_organ(
        user, P.APPROVE_DESTRUCTION, request.organ
    )
    said = _("The office answers requests about personal data.")
    return (
        only(may, said)
        and in_state(request, RequestState.PREPARED)
        and unless(
            request.prepared_by_id in user.identity_ids, _("A second person approves the answer.")
        )
    )


def may_send_back(user, request):
    return may_approve(user, request)


def _granted(user, request):
    return _answers(user, request) and only(
        request.state == RequestState.ANSWERED and not request.is_refused,
        _("The answer is approved first."),
        NotNow,
    )


def may_copy(user, request):
    """Whether the user may print the person's copy."""
    return (
        _granted(user, request)
        and only(
            request.wish in (Wish.CONSULT, Wish.COPY),
            pgettext("privacy", "The person did not ask for that."),
            NotNow,
        )
        and may_look_up(user, request)
    )


def may_erase(user, request):
    return (
        _granted(user, request)
        and only(
            request.wish == Wish.ERASE,
            pgettext("privacy", "The person did not ask for that."),
            NotNow,
        )
        and may_look_up(user, request)
    )
