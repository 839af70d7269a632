"""12345工单: tickets in, screened like imported lists; answers out."""

from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from api.models import Scope
from api.v1 import shapes
from api.v1.gate import operation
from api.v1.paging import Paged, Placed, asked_at, page
from api.v1.problems import Problem
from api.v1.shapes import Day, codes, named
from neighbours import screening
from neighbours.actions import hotline as actions
from neighbours.acts.hotline import visible_ticket
from neighbours.filters.hotline import TICKETS_AT
from neighbours.models import HotlineTicket
from outreach.models.matters import Category
from portal import uses
from portal.models import Division, GrassrootsUnit, Organ
from portal.models.places import DivisionLevel
from portal.pages.web import Sort
from portal.trust import wall
from portal.trust.access import Decision, only, require

NEWEST = Sort("", "noted_on")
BY_ANSWER = Sort("", "matter__answered_on", descending=False)


class TicketsAsked(Placed):
    tab: Literal["all", "not_judged", "statutory", "unmapped"] = "all"
    category: codes(Category) | None = None
    from_day: Day | None = None
    to_day: Day | None = None


class AnswersAsked(Paged):
    answered_from: Day | None = None
    answered_to: Day | None = None
    number: shapes.Text(30) = Field("", description="Of one ticket.")


def _in_use():
    said = _("“%(use)s” is not used here at present; its records are kept.")
    require(only(uses.is_on("hotline"), said % {"use": uses.USES["hotline"].title}, Decision))


@operation(
    "GET",
    "/hotline/tickets",
    scope=Scope.HOTLINE_READ,
    answer=shapes.Tickets,
    tag="hotline",
    url_name="tickets",
)
def list_tickets(request, asked: Query[TicketsAsked]):
    """Tickets in the account's area, the most recently imported first."""
    _in_use()
    rows = asked_at(TICKETS_AT, request.auth.user, asked).for_list().select_related("organ")
    found, following = page(rows, NEWEST, asked)
    return {"rows": [_shape(one) for one in found], "next": following}


@operation(
    "GET",
    "/hotline/tickets/{pk}",
    scope=Scope.HOTLINE_READ,
    answer=shapes.Ticket,
    tag="hotline",
    url_name="ticket",
)
def read_ticket(request, pk: int):
    """One ticket with the latest verdict of the hotline."""
    _in_use()
    return _shape(visible_ticket(request.auth.user, pk))


def _shape(ticket):
    return {
        "id": ticket.pk,
        "number": ticket.number,
        "unit": named(ticket.unit),
        "organ": named(ticket.organ),
        "host_organ": named(ticket.host_organ),
        "received_on": ticket.received_on,
        "noted_on": ticket.noted_on,
        "category_said": str(ticket.category_said),
        "category": ticket.category,
        "location": str(ticket.location),
        "summary": str(ticket.summary),
        "statutory": ticket.is_statutory,
        "due_on": ticket.due_on,
        "said": str(ticket.said),
        "given_on": ticket.given_on,
        "sent_to": str(ticket.sent_to),
        "matter": ticket.matter and ticket.matter.number_label,
    }


@operation(
    "GET",
    "/hotline/answers",
    scope=Scope.HOTLINE_READ,
    answer=shapes.Answers,
    tag="hotline",
    url_name="answers",
)
def list_answers(request, asked: Query[AnswersAsked]):
    """Results of the tickets that have a matter, the oldest answer first.

    To get newer answers, call again from the last day that you have.
    """
    _in_use()
    tied = HotlineTicket.objects.visible_to(request.auth.user).prefetch_related("matter")
    rows = tied.filter(matter__answered_on__isnull=False)
    if asked.answered_from:
        rows = rows.filter(matter__answered_on__gte=asked.answered_from)
    if asked.answered_to:
        rows = rows.filter(matter__answered_on__lte=asked.answered_to)
    if asked.number:
        rows = rows.filter(number=asked.number)
    found, following = page(rows, BY_ANSWER, asked)
    return {"rows": [_answer(one) for one in found], "next": following}


def _answer(ticket):
    matter = ticket.matter
    return {
        "id": ticket.pk,
        "number": ticket.number,
        "matter": matter.number_label,
        "resolution": matter.resolution,
        "result_text": str(matter.result_text),
        "answered_on": matter.answered_on,
        "word": matter.word,
    }


# --- Brought in ----------------------------------------------------------------------------------


@operation(
    "POST",
    "/hotline/tickets",
    scope=Scope.HOTLINE_WRITE,
    answer=shapes.Ticket,
    status=201,
    tag="hotline",
    is_write=True,
    url_name="tickets",
)
def take_ticket(request, sent: shapes.NewTicket):
    """Import a ticket, or an update of a known one.

    What may not be kept is removed first. A ticket for a statutory channel is reduced to its number
    and destination.
    """
    _in_use()
    call = request.auth
    # Named like the columns of the hotline's lists, so that the same screening applies.
    given = {name: value for name, value in sent.model_dump().items() if isinstance(value, str)}
    given |= {"number_said": given.pop("number"), "statutory": "是" if sent.statutory else ""}
    kept = screening.screened(given, {})
    facts = {"number": kept["number_said"], "destination": kept["destination"]}
    if kept.get("statutory"):
        if call.user.organ is None:
            raise Problem(
                "invalid", errors=[("handled_by", _("Your account belongs to no organ."))]
            )
        facts |= {"organ": call.user.organ, "is_statutory": True}
    else:
        unit, organ = _place(kept, on=call.user.today)
        facts |= {"unit": unit, "organ": organ, "category_said": kept["category"]}
        facts |= {"category": actions.Categories().find(kept["category"])}
        facts |= {"location": kept["place"], "summary": kept["summary"], "said": kept["said"]}
        facts |= {name: getattr(sent, name) for name in ("received_on", "given_on", "due_on")}
    with wall.as_system("an act, after its rule"):
        verdict = actions.take_ticket(by=call.user, at=call.at, **facts)
    address = reverse("api:ticket", args=[verdict.ticket_id])
    return _shape(visible_ticket(call.user, verdict.ticket_id)), {"Location": address}


def _place(kept, *, on):
    """(unit or None, organ): the named unit, else the handling one; the handling organ, else the
    host of the unit. Only full names match, since nobody reviews what a machine sends."""
    unit = _unit(kept["unit"], kept["township"], on) if kept["unit"] else None
    if kept["unit"] and unit is None:
        raise _unknown("unit", kept["unit"])
    handled_by = kept["handled_by"]
    if unit is None and handled_by:
        unit = _unit(handled_by, kept["township"], on)
    organs = Organ.objects.called_exactly(handled_by, on=on) if handled_by else Organ.objects.none()
    organs = list(organs.select_related("division")[:2])
    organ = organs[0] if len(organs) == 1 else None
    if unit is None and organ is None:
        raise _unknown("handled_by" if handled_by else "unit", handled_by)
    return unit, organ or unit.host_organ


def _unit(name, township, on):
    """The only unit of this name; if there are several, the only one in this township."""
    units = GrassrootsUnit.objects.current(on).filter(name=name)
    units = list(units.select_related("host_organ__division", "division").order_by("pk"))
    if len(units) > 1 and township:
        # A unit may lie at the township itself or anywhere below it, an enterprise above any.
        named = Division.objects.filter(level=DivisionLevel.TOWNSHIP, name=township)
        paths = tuple(named.values_list("path", flat=True))
        units = [one for one in units if one.division and one.division.path.startswith(paths)]
    return units[0] if len(units) == 1 else None


def _unknown(field, text):
    said = _("Say which unit it is about, or which organ handles it.")
    if text:
        said = _("No unit or organ is called “%(text)s”.") % {"text": text[:40]}
    return Problem("invalid", errors=[(field, said)])
