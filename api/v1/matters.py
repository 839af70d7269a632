"""Matters without their raisers, and the steps that the account may make."""

import uuid
from typing import Annotated, Literal

from django.http import QueryDict
from django.urls import reverse
from ninja import Query
from pydantic import Field

from api.models import Scope
from api.v1 import shapes
from api.v1.gate import KEY, operation
from api.v1.paging import Placed, asked_at, page
from api.v1.problems import Problem, of_forms
from api.v1.shapes import MOVES_OFFERED, Day, codes, named
from outreach.actions import matters as actions
from outreach.acts.matters import visible_matter
from outreach.filters.matters import MATTERS_AT
from outreach.models import Matter
from outreach.models.matters import Category, Status, Word
from outreach.moves import DONE, MOVES, WORD_MOVES
from outreach.rules import matters as rules
from portal.pages.web import Sort
from portal.records.audit import digest
from portal.records.seen import sees
from portal.trust import wall
from portal.trust.access import require

NEWEST = Sort("", "registered_on")


class MattersAsked(Placed):
    tab: Literal["all", "waiting", "handling", "call_back", "closed", "mine"] = "all"
    category: codes(Category) | None = None
    status: codes(Status) | None = None
    word: codes(Word) | None = None
    due: Literal["overdue", "soon", "week"] | None = None
    lead_organ: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    registered_from: Day | None = None
    registered_to: Day | None = None
    closed_from: Day | None = None
    closed_to: Day | None = None
    q: Annotated[str, Field(min_length=2, max_length=60)] | None = None


@operation(
    "GET",
    "/matters",
    scope=Scope.MATTERS_READ,
    answer=shapes.Matters,
    tag="matters",
    url_name="matters",
)
def list_matters(request, asked: Query[MattersAsked]):
    """Matters that the account may read, the newest first.

    `tab=waiting` limits them to those that wait for a move of the account.
    """
    rows = asked_at(MATTERS_AT, request.auth.user, asked).for_list()
    found, following = page(rows, NEWEST, asked)
    return {"rows": [_shape(one) for one in found], "next": following}


@operation(
    "GET",
    "/matters/{pk}",
    scope=Scope.MATTERS_READ,
    answer=shapes.WholeMatter,
    tag="matters",
    url_name="matter",
)
def read_matter(request, pk: int):
    """One matter with its steps.

    The ETag stands for its state: send it as If-Match when you make a step.
    """
    user = request.auth.user
    whole, etag = _whole(visible_matter(user, pk), user)
    return whole, {"ETag": etag}


def _shape(matter):
    return {
        "id": matter.pk,
        "number": matter.number_label,
        "title": str(matter.title),
        "status_label": matter.get_status_display(),
        **{name: getattr(matter, name) for name in _AS_THEY_ARE},
        "unit": named(matter.unit),
        "organ": named(matter.organ),
        "host_organ": named(matter.host_organ),
        "lead_organ": named(matter.lead_organ),
    }


_AS_THEY_ARE = (
    *("category", "status", "stage", "urgency", "nature", "source"),
    *("registered_on", "due_on", "answered_on", "closed_on", "closure", "resolution", "word"),
)


def _whole(matter, user):
    """(the matter with its steps, its ETag)"""
    standing = rules.Standing(user, matter, on=user.today)
    # Internal notes are for the host and the desk, on the page only.
    steps = [
        one
        for one in matter.steps.select_related("organ").order_by("at", "pk")
        if not one.is_internal
    ]
    may = [code for code in MOVES_OFFERED if rules.may(user, matter, code, standing=standing)]
    shown = _shape(matter) | {
        "request_text": str(matter.request_text),
        "result_text": str(matter.result_text),
        "steps": [_step(one, matter) for one in steps],
        "may": may,
    }
    return shown, _etag(matter)


def _step(step, matter):
    move = step.facts.get("move") if step.takes_back_id else step.move
    # What the two sides of a dispute said is shown only on the page, to those who handle it.
    is_withheld = matter.is_dispute and step.move in WORD_MOVES
    return {
        "id": step.pk,
        "move": "take_back" if step.takes_back_id else step.move,
        "label": str(DONE.get(move, move)),
        "at": step.at,
        "organ": named(step.organ),
        "to_status": step.to_status,
        "text": "" if is_withheld else str(step.text),
    }


def _etag(matter):
    last = matter.steps.order_by("-pk").values_list("pk", flat=True).first()
    print_of = [matter.pk, matter.status, last, matter.due_on, matter.lead_organ_id]
    return f'"{digest(print_of)[:24]}"'


# --- The next step -------------------------------------------------------------------------------

_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the matter as it was read; another state is refused by 412.",
    "schema": {"type": "string"},
}


@operation(
    "POST",
    "/matters/{pk}/steps",
    scope=Scope.MATTERS_WRITE,
    answer=shapes.Moved,
    status=201,
    tag="matters",
    is_write=True,
    also=(412,),
    url_name="steps",
    openapi_extra={"parameters": [_IF_MATCH]},
)
def make_step(request, pk: int, sent: shapes.NewStep):
    """Make the next step of a matter, under the same form and rules as on its page."""
    call = request.auth
    matter = visible_matter(call.user, pk)
    wanted = request.headers.get("If-Match")
    if wanted and wanted != "*" and wanted != _etag(matter):
        raise Problem("changed")
    standing = rules.Standing(call.user, matter, on=call.user.today)
    require(rules.may(call.user, matter, sent.move, standing=standing))
    form = MOVES[sent.move].form(_query(sent, matter), user=call.user, standing=standing)
    form.proposes = False
    if not form.is_valid():
        raise of_forms({"": form})
    _refuse_unused(sent, form)
    facts = form.facts()
    if not facts.get("attachments", True):
        facts.pop("attachments")
    key = uuid.uuid5(call.token.key, request.headers[KEY])
    seen = standing.in_question(sent.move)
    try:
        with wall.as_system("an act, after its rule"):
            actions.move_matter(
                matter=matter,
                code=sent.move,
                by=call.user,
                at=call.at,
                client_key=key,
                seen=seen,
                **facts,
            )
    except actions.RefusedValue as refusal:
        raise Problem("invalid", str(refusal)) from refusal
    moved = Matter.by_name.get(pk=pk)
    headers = {"Location": reverse("api:matter", args=[pk])}
    # A step may take the matter out of the account's reach; then no more is revealed.
    if sees(call.user, Matter, pk):
        headers["ETag"] = _etag(moved)
    return _moved(moved), headers


def _moved(matter):
    return {
        "id": matter.pk,
        "number": matter.number_label,
        "status": matter.status,
        "status_label": matter.get_status_display(),
    }


def _query(sent, matter):
    query = QueryDict(mutable=True)
    query["numbers"] = "mask"
    if sent.move == "assign":
        # Prefilled on the page as well.
        query["urgency"] = matter.urgency
    for name, value in sent.model_dump(exclude={"move"}).items():
        if isinstance(value, list):
            query.setlist(name, [str(one) for one in value])
        elif value not in (None, ""):
            query[name] = str(value)
    return query


def _refuse_unused(sent, form):
    """Refuse fields that the move does not use, which would otherwise be lost silently."""
    given = sent.model_dump(exclude={"move"}, exclude_defaults=True)
    if unused := sorted(set(given) - set(form.fields)):
        words = str(MOVES[sent.move].label)
        raise Problem("invalid", errors=[(name, words) for name in unused])
