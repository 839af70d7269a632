"""Requests for data, from the draft to expiry."""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.held import held_in
from oversight.models import DataRequest, DataRequestStep, RequestItem, UnadmittedRequest
from oversight.models.data_requests import RequestKind, RequestState
from oversight.models.fields import county_of
from oversight.rules import data_requests as rules
from portal import parameters
from portal.days import workdays
from portal.records import audit, steps
from portal.records.steps import take_step
from portal.tools.locking import lock_name, locked
from portal.tools.saving import change, keep, put
from portal.trust.access import require

Move = DataRequestStep.Move
# Numbers issued by the portal. A typed number in this form would break the sequence.
_OURS = re.compile(r"ZR\d{4}-.*", re.IGNORECASE)
RELATED = ("organ__division", "written_by")


@transaction.atomic
def draft_request(*, by, at, columns=(), **content):
    require(rules.may_apply(by))

    request = DataRequest(written_by=by, organ_id=by.organ_id, created_at=at)
    _fill(request, content, on=timezone.localdate(at))
    keep(request)
    _put_items(request, columns)
    _note("drafted", request, by, content)
    return request


@transaction.atomic
def change_request(*, request, by, at, columns=(), **content):
    request = locked(request, *RELATED)
    require(rules.may_change_request(by, request))

    _fill(request, content, on=timezone.localdate(at))
    keep(request)
    _put_items(request, columns)
    _note("changed", request, by, content)
    return request


def _fill(request, content, *, on):
    put(request, content)
    if request.kind != RequestKind.EMERGENCY:
        request.sent_on = request.file_by = None
    elif request.sent_on:
        days = parameters.number("requests.emergency_wd", on=on)
        request.file_by = workdays.add_working_days(request.sent_on, days)


def _put_items(request, columns):
    """Replace the columns, comparing each with what the portal holds on this day."""
    request.items.all().delete()
    rows = [
        RequestItem(request=request, place=place, name=name, held_in=held_in(name))
        for place, name in enumerate(dict.fromkeys(columns), start=1)
    ]
    RequestItem.objects.bulk_create(rows)


@transaction.atomic
def drop_request(*, request, by):
    request = locked(request, *RELATED)
    require(rules.may_drop_request(by, request))

    audit.record("data_request.dropped", by, request)
    with steps.allowing_deletion():
        request.delete()


@transaction.atomic
def submit_request(*, request, by, at):
    request = locked(request, *RELATED)
    require(rules.may_submit_request(by, request))

    _put_items(request, [str(one.name) for one in request.items.order_by("place")])
    facts = {"state": RequestState.SUBMITTED, "submitted_on": timezone.localdate(at)}
    return _move(request, Move.SUBMITTED, by, at, **facts)


@transaction.atomic
def take_back_request(*, request, by, at):
    request = locked(request, *RELATED)
    require(rules.may_take_back_request(by, request))

    return _move(request, Move.TAKEN_BACK, by, at, **_AS_DRAFT)


@transaction.atomic
def return_request(*, request, by, at, reason):
    request = locked(request, *RELATED)
    require(rules.may_decide_request(by, request))

    return _move(request, Move.RETURNED, by, at, reason, **_AS_DRAFT)


_AS_DRAFT = {"state": RequestState.DRAFT, "submitted_on": None}


@transaction.atomic
def admit_request(*, request, by, at, number="", opinion=""):
    """Admit it under a number given outside, or under the portal's next one."""
    request = locked(request, *RELATED)
    require(rules.may_decide_request(by, request))

    on = timezone.localdate(at)
    if _OURS.match(number.strip()):
        said = _("The portal gives numbers of this form; leave it empty.")
        raise ValidationError({"number": said})
    number = number.strip() or _next_number(on.year)
    facts = _decided(RequestState.APPROVED, by, on) | {"number": number, "opinion": opinion.strip()}
    return _move(request, Move.APPROVED, by, at, opinion, document=number, **facts)


@transaction.atomic
def provide_request(*, request, by, at, text):
    """改为系统取数: nobody is asked; the organ gets the data from the portal."""
    request = locked(request, *RELATED)
    require(rules.may_decide_request(by, request))

    facts = _decided(RequestState.PROVIDED, by, timezone.localdate(at))
    return _move(request, Move.PROVIDED, by, at, text, **facts, opinion=text.strip())


def _decided(state, by, on):
    approver = parameters.text("requests.approver", on=on)
    return {"state": state, "decided_by": by, "decided_on": on, "approver": approver}


def _next_number(year):
    lock_name("data requests")
    before = f"ZR{year}-"
    given = DataRequest.objects.filter(number__startswith=before).values_list("number", flat=True)
    last = [int(one[len(before) :]) for one in given]
    return f"{before}{max(last, default=0) + 1:04d}"


@transaction.atomic
def withdraw_request(*, request, by, at, reason):
    request = locked(request, *RELATED)
    require(rules.may_withdraw_request(by, request))

    return _move(request, Move.WITHDRAWN, by, at, reason, state=RequestState.WITHDRAWN)


def _move(request, move, by, at, words="", document=None, **facts):
    keep(request, **facts)
    take_step(request, move, by=by, at=at, words=words, document=document)
    audit.record(f"data_request.{move}", by, request, sorted(facts), facts | {"words": words})
    return request


def _note(event, request, by, content):
    audit.record(f"data_request.{event}", by, request, sorted(content), content)


# --- 未准入索取 --------------------------------------------------------------------------------


@transaction.atomic
def tell_unadmitted(*, by, organ, text, asked_on):
    """The informant is recorded nowhere: neither here nor in the audit."""
    require(rules.may_tell(by))

    area_id = county_of(by).get("area_id")
    told = UnadmittedRequest(organ=organ, text=text, asked_on=asked_on, area_id=area_id)
    keep(told)
    with audit.from_address(None):
        audit.record("unadmitted_request.told", "sealed", told)
    return told


@transaction.atomic
def settle_unadmitted(*, told, by, at, outcome):
    told = locked(told, "organ", "area")
    require(rules.may_settle(by, told))

    settled = {"settled_on": timezone.localdate(at), "settled_by": by, "outcome": outcome.strip()}
    change(told, **settled)
    audit.record("unadmitted_request.settled", by, told, sorted(settled), settled)
    return told
