"""May this person decide on what the door holds back, or print a slip with a query code?"""

from django.utils.translation import gettext as _

from outreach.models import DoorMessage
from outreach.rules.decisions import NotNow, NotYours
from outreach.rules.matters import Standing
from portal.access import ALLOWED, Permission

P = Permission


def may_see_held(user):
    if user.holds(P.HOST_MATTERS) or user.holds(P.MANAGE_PEOPLE):
        return ALLOWED
    return NotYours(_("Host and office look at what the villager's door holds back."))


def may_decide_message(user, message):
    decision = may_see_held(user)
    if not decision:
        return decision
    if message.state != DoorMessage.State.HELD:
        return NotNow(_("Somebody has decided on it already."))
    if not DoorMessage.objects.visible_to(user).filter(pk=message.pk).exists():
        return NotYours(_("It is for the host of the place or the office."))
    return ALLOWED


def may_print_slip(user, matter, *, standing=None):
    """Who may print the reply slip; for one raiser, so for no dispute of two sides."""
    standing = standing or Standing(user, matter, on=user.today)
    if not (standing.takes_part or standing.reviews or standing.is_registrar):
        return NotYours(_("Who registered, handles or reviews the matter prints its slip."))
    if matter.referred_to or not matter.has_somebody_to_ask or matter.is_dispute:
        return NotNow(_("Nobody is asked for a word by slip in this matter."))
    return ALLOWED
