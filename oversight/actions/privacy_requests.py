"""Requests about personal data: entered, looked up, answered, approved, carried out."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.actions.matters import erase_contact_at_request, read_contact_at_request
from outreach.models import FollowUp
from oversight import privacy_finder as finder
from oversight.models import PrivacyRequest
from oversight.models.privacy_requests import RequestState
from oversight.rules import privacy_requests as rules
from portal import parameters
from portal.days import workdays
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import keep
from portal.trust import crypto, privacy
from portal.trust.access import require


@transaction.atomic
def register_request(*, by, at, received_on, name="", phone="", cadre=None, **facts):
    """Register a request; the deadline counts from the day it was received."""
    require(rules.may_register(by))
    name, phone = name.strip(), phone.strip()
    if cadre is None and not (name and phone):
        raise ValidationError({"name": _("Enter name and phone, or choose the cadre.")})
    days = parameters.number("privacy.answer_wd", on=received_on)
    found = PrivacyRequest(
        organ=by.organ,
        received_on=received_on,
        display="" if cadre else privacy.display_name(name),
        cadre=cadre,
        due_on=workdays.add_working_days(received_on, days),
        registered_by=by,
        registered_at=at,
        **facts,
    )
    if name and not cadre:
        found.name_cipher = crypto.encrypt(name, finder.NAME)
    if phone and not cadre:
        found.phone_cipher = crypto.encrypt(phone, finder.PHONE)
        found.phone_index = crypto.blind_index(phone)
    keep(found)
    audit.record("privacy.registered", by, found, ["wish", "way", *sorted(facts)])
    return found


@transaction.atomic
def look_up(*, request, by):
    """Return what is held of the person; each lookup is audited."""
    require(rules.may_look_up(by, request))
    audit.record("privacy.looked_up", by, request)
    return finder.held(request, by)


def _locked(request):
    return locked(request, "organ__division", "cadre", no_key=True)


@transaction.atomic
def prepare_answer(*, request, by, decision, answer):
    """Propose an answer; a refusal must state why, as the law requires."""
    request = _locked(request)
    require(rules.may_prepare(by, request))
    facts = {"decision": decision, "answer": answer, "prepared_by": by}
    keep(request, state=RequestState.PREPARED, **facts)
    audit.record("privacy.prepared", by, request, ["answer", "decision"], [decision, answer])
    return request


@transaction.atomic
def send_back_answer(*, request, by, reason):
    request = _locked(request)
    require(rules.may_send_back(by, request))
    keep(request, state=RequestState.OPEN)
    audit.record("privacy.sent_back", by, request, ["state"], {"reason": reason})
    return request


@transaction.atomic
def approve_answer(*, request, by, at):
    request = _locked(request)
    require(rules.may_approve(by, request))
    on = timezone.localdate(at)
    keep(request, state=RequestState.ANSWERED, approved_by=by, answered_on=on)
    audit.record("privacy.approved", by, request, ["state"], [request.decision])
    return request


@transaction.atomic
def copy_for_person(*, request, by):
    """Return (what is held, [(matter, stored name, stored phone)]) for the person's copy."""
    request = _locked(request)
    require(rules.may_copy(by, request))
    found = finder.held(request, by)
    rows = [
        (one.matter, *read_contact_at_request(matter=one.matter, side=one.side, by=by))
        for one in found.contacts
    ]
    audit.record("privacy.copied", by, request, values=[one.matter.pk for one in found.contacts])
    return found, rows


@transaction.atomic
def erase_held(*, request, by, at):
    """Erase the contacts found by phone. A contact needed for an open call-back stays until the
    call is made; running this again then erases it."""
    request = _locked(request)
    require(rules.may_erase(by, request))
    found = finder.held(request, by)
    on = timezone.localdate(at)
    called = set(
        FollowUp.objects.open_on(on)
        .filter(matter__in=[one.matter.pk for one in found.contacts])
        .values_list("matter", flat=True)
    )
    due = [one for one in found.contacts if one.matter.pk not in called]
    for one in due:
        erase_contact_at_request(matter=one.matter, side=one.side, by=by)
    keep(request, erased=(request.erased or 0) + len(due))
    audit.record("privacy.erased", by, request, ["erased"], [one.matter.pk for one in due])
    return len(due), len(found.contacts) - len(due), found.elsewhere
