"""Rules of hotline tickets; the person first, then the state."""

from django.utils.translation import gettext as _

from outreach.models import Visit
from outreach.models.matters import Source
from outreach.rules.matters import may_register_matter
from outreach.rules.places import looks_after
from portal import parameters
from portal.roles import Permission as P
from portal.trust.access import Decision, NotNow, only, unless

# Value of the norm where callers and answers are exchanged with the hotline.
EXCHANGED = "yes"


def may_see_tickets(user):
    return only(
        user.holds(P.READ_MATTERS), _("Tickets are open to those who read the ledger of an area.")
    )


def may_know_number(user, unit):
    """People who visit a unit or look after it know how many tickets it has, without reading
    them."""
    goes_there = Visit.objects.filter(unit=unit, author__user__in=user.identity_ids).exists()
    known = goes_there or looks_after(user, unit)
    return only(known, _("Their number is open to those who visit the unit."))


def _takes_in(user, ticket):
    """The host of the place and the desk of the area."""
    own = user.holds(P.HOST_MATTERS, on=ticket) or user.holds(P.ASSIGN_MATTERS, on=ticket)
    return only(own, _("The host of the place or the desk does this."))


def may_take_ticket(user, ticket):
    """Whether a row of the hotline's list may be imported at this place."""
    decision = _takes_in(user, ticket)
    return decision or Decision(_("This place lies outside the area of your role."))


def _open_to_matters(user, ticket):
    return (
        _takes_in(user, ticket)
        and unless(ticket.is_statutory, _("It went to a channel by law."), NotNow)
        and unless(ticket.matter_id, _("A matter belongs to it already."), NotNow)
        and unless(ticket.unit_id is None, _("It names no unit."), NotNow)
    )


def may_link_ticket(user, ticket):
    return _open_to_matters(user, ticket)


def may_unlink_ticket(user, ticket):
    return (
        _takes_in(user, ticket)
        and only(ticket.matter_id, _("No matter belongs to it."), NotNow)
        and unless(
            ticket.matter_id and ticket.matter.source == Source.HOTLINE,
            _("The matter was taken over from this ticket."),
            NotNow,
        )
    )


def may_take_over_ticket(user, ticket):
    decision = _open_to_matters(user, ticket)
    if not decision:
        return decision
    asked = {"on": user.today, "at": parameters.place_of_unit(ticket.unit)}
    if parameters.text("hotline.exchange", **asked) != EXCHANGED:
        said = _("Tickets are referred and not taken over (%(basis)s).")
        return Decision(said % {"basis": parameters.basis("hotline.exchange", **asked)})
    return may_register_matter(user, ticket.unit)


def may_set_code(user, row):
    return only(user.holds(P.SET_PARAMETERS), _("The programme office enters the codes."))
