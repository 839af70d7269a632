"""May this person note, renew, withdraw or close this need; offer, change or withdraw this help?"""

from django.utils.translation import gettext as _

from pairing.models import HelpNeed
from pairing.models.needs import NeedState
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

P = Permission


def may_read_needs(user):
    if user.holds(P.READ_PAIRINGS) or user.holds(P.RECORD_SUPPORT):
        return ALLOWED
    return NotYours(_("Needs are open to those who note them, offer help or are paired."))


def may_note_needs(user):
    if user.holds(P.NOTE_HELP_NEEDS):
        return ALLOWED
    return NotYours(
        _("The host enters the needs of its units and households; the office enters any.")
    )


def may_note_need(user, unit):
    decision = may_note_needs(user)
    if not decision:
        return decision
    if unit.ended_on:
        return Decision(_("%(name)s has ended.") % {"name": unit.name})
    place = HelpNeed(organ_id=user.organ_id)
    place.stand_at(unit)
    if not user.holds(P.NOTE_HELP_NEEDS, on=place):
        return Decision(_("This unit lies outside the area of your role."))
    return ALLOWED


def may_read_name(user, need):
    """Whether the user may read the household: those who note needs there, or help it."""
    if need.household_id is None or user.holds(P.NOTE_HELP_NEEDS, on=need):
        return True
    return need.household.pairings.open_to(user, user.today).exists()


def _notes(user, need):
    if user.holds(P.NOTE_HELP_NEEDS, on=need):
        return ALLOWED
    return NotYours(_("The host of the unit, or the office, does this."))


def may_close_need(user, need):
    """Whether the user may close the need as met or no longer needed."""
    decision = _notes(user, need)
    if decision and need.state != NeedState.OPEN:
        return NotNow(_("This need is closed."))
    return decision


# Also after it ran out, since expiry is nobody's decision.
may_renew_need = may_close_need


def may_read_offers(user):
    if user.holds(P.OFFER_HELP) or user.holds(P.MANAGE_PAIRINGS):
        return ALLOWED
    return NotYours(_("Offers are open to who makes them, and to the programme office."))


def may_offer_help(user):
    if user.holds(P.OFFER_HELP):
        return ALLOWED
    return NotYours(_("The liaison of an organ offers its help, or the office for it."))


def may_offer_for(user, organ):
    decision = may_offer_help(user)
    if not decision:
        return decision
    if organ.ended_on:
        return Decision(_("%(name)s has ended.") % {"name": organ.label})
    if not holds_for_organ(user, P.OFFER_HELP, organ):
        said = _("%(organ)s lies outside the organ or area of your role.")
        return Decision(said % {"organ": organ.label})
    return ALLOWED


def may_change_offer(user, resource):
    if not holds_for_organ(user, P.OFFER_HELP, resource.organ):
        return NotYours(_("The organ that offers it, or the office, does this."))
    if resource.withdrawn_on:
        return NotNow(_("This offer was withdrawn."))
    return ALLOWED
