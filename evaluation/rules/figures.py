"""Who may see the numbers of evaluation."""

from django.utils.translation import gettext as _

from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision


def may_see_numbers(user):
    if user.holds(Permission.READ_EVALUATION):
        return ALLOWED
    return Decision(_("Your roles do not read the evaluation of an area or of an organ."))
