"""May this person see the numbers of pairing?"""

from django.utils.translation import gettext as _

from outreach.rules import whole
from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision


def may_see_numbers(user):
    if not (decision := whole.may_see_dashboard(user)):
        return decision
    if user.holds(Permission.READ_PAIRINGS):
        return ALLOWED
    return Decision(_("Your roles do not read the pairings of an area or of an organ."))
