"""Visits: read as on their pages, recorded by the form and the action of the page."""

import uuid
from typing import Annotated, cast

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from api.models import Scope
from api.v1 import shapes
from api.v1.gate import KEY, operation
from api.v1.paging import Placed, asked_at, page
from api.v1.problems import Problem, of_forms
from api.v1.shapes import Day, codes, named
from outreach.actions import visits as actions
from outreach.acts.visits import visible_visit
from outreach.filters.visits import VISITS_AT
from outreach.forms.matters import MatterPartFormSet, MatterParts
from outreach.forms.visits import TicksField, VisitForm
from outreach.models import Matter
from outreach.models.visits import Purpose
from outreach.rules import visits as rules
from outreach.ticked import TICKED
from portal.pages.web import Sort
from portal.trust import wall
from portal.trust.access import Decision, require

NEWEST = Sort("", "visited_on")
PREFIX = "matters"


class VisitsAsked(Placed):
    visited_from: Day | None = None
    visited_to: Day | None = None
    purpose: codes(Purpose) | None = None
    q: Annotated[str, Field(min_length=2, max_length=60)] | None = None


@operation(
    "GET", "/visits", scope=Scope.VISITS_READ, answer=shapes.Visits, tag="visits", url_name="visits"
)
def list_visits(request, asked: Query[VisitsAsked]):
    """Visits that the account sees, the newest day first."""
    rows = asked_at(VISITS_AT, request.auth.user, asked).for_list()
    found, following = page(rows, NEWEST, asked)
    return {"rows": [_shape(one) for one in found], "next": following}


@operation(
    "GET",
    "/visits/{pk}",
    scope=Scope.VISITS_READ,
    answer=shapes.WholeVisit,
    tag="visits",
    url_name="visit",
)
def read_visit(request, pk: int):
    """One visit, with the numbers of the matters raised on it."""
    return _whole(visible_visit(request.auth.user, pk), request.auth.user)


def _shape(visit):
    return {
        "id": visit.pk,
        "visited_on": visit.visited_on,
        "unit": named(visit.unit),
        "author": named(visit.author),
        "organ": named(visit.organ),
        "mode": visit.mode,
        "meals": visit.meals,
        "purposes": visit.purposes,
        "household_count": visit.household_count,
        "companion_count": visit.companion_count,
        "summary": str(visit.summary),
        "created_at": visit.created_at,
        "voided": visit.voided_at is not None,
    }


def _whole(visit, user):
    seen = Matter.objects.visible_to(user).filter(visit=visit).order_by("number_year", "number")
    return _shape(visit) | {
        "heard": str(visit.heard),
        "next_steps": str(visit.next_steps),
        "matters": [one.number_label for one in seen],
    }


# --- Written down --------------------------------------------------------------------------------


class _SentVisitForm(VisitForm):
    """The form of the page, used without a page: fields that were not sent are not offered."""

    proposes = False

    def _offer(self, units, on):
        for one in TICKED:
            if one.name not in self.data:
                self.fields.pop(one.name, None)
            else:
                cast(TicksField, self.fields[one.name]).offer(self.user, units=units, on=on)


@operation(
    "POST",
    "/visits",
    scope=Scope.VISITS_WRITE,
    answer=shapes.WholeVisit,
    status=201,
    tag="visits",
    is_write=True,
    url_name="visits",
)
def create_visit(request, sent: shapes.NewVisit):
    """Record a visit with the matters raised on it.

    Phone numbers in texts are masked.
    """
    call = request.auth
    if not rules.may_write_visits(call.user):
        require(Decision(_("Cadres, hosts and liaisons write visits down.")))
    key = uuid.uuid5(call.token.key, request.headers[KEY])
    form, parts = _bound(sent, key, call.user)
    is_valid = form.is_valid() & parts.is_valid() & parts.fit(form.cleaned_data.get("unit"))
    if not is_valid:
        named_parts = {f"matters.{n}.": one for n, one in enumerate(parts.forms)}
        raise of_forms({"": form} | named_parts)
    cleaned = dict(form.cleaned_data)
    cleaned.pop("photos")
    author = cleaned.pop("author") or call.user.cadre
    reported = [
        {"client_key": uuid.uuid5(key, str(n)), **one} for n, one in enumerate(parts.matters())
    ]
    try:
        with wall.as_system("an act, after its rule"):
            visit, _new = actions.record_visit(
                client_key=cleaned.pop("key"),
                author=author,
                by=call.user,
                at=call.at,
                reported_matters=reported,
                **cleaned,
            )
    except actions.DifferentContent as problem:
        raise Problem("key_used") from problem
    address = reverse("api:visit", args=[visit.pk])
    return _whole(visible_visit(call.user, visit.pk), call.user), {"Location": address}


def _bound(sent, key, user):
    """The forms of the page, bound to what was sent."""
    query = QueryDict(mutable=True)
    query.update({"key": str(key), "unit": str(sent.unit), "author_text": sent.author})
    query.update({"visited_on": sent.visited_on.isoformat(), "numbers": "mask"})
    for name in ("summary", "group", "mode", "meals", "heard", "next_steps"):
        query[name] = getattr(sent, name)
    query["household_count"] = "" if sent.household_count is None else str(sent.household_count)
    query.update({f"{PREFIX}-TOTAL_FORMS": len(sent.matters), f"{PREFIX}-INITIAL_FORMS": "0"})
    for n, one in enumerate(sent.matters):
        # The raiser can only be typed on the page, so the page's default “named” is used.
        facts = one.model_dump() | {"confidentiality": "named", "numbers": "mask"}
        for name, value in facts.items():
            query[f"{PREFIX}-{n}-{name}"] = value
    form = _SentVisitForm(query, {}, user=user)
    made = MatterPartFormSet(query, prefix=PREFIX, form_kwargs={"user": user})
    parts = cast(MatterParts, made)
    for one in parts.forms:
        one.proposes = False
    return form, parts
