"""Who may see hints and record what was found."""

from django.utils.translation import gettext as _

from portal.roles import Permission
from portal.trust.access import ALLOWED, NotYours


def may_open_hints(user):
    if user.holds(Permission.MANAGE_EVALUATION):
        return ALLOWED
    return NotYours(_("Only those who manage the evaluation can look at hints."))


def may_review(user, hint):
    if user.holds(Permission.MANAGE_EVALUATION, on=hint.poll):
        return ALLOWED
    return NotYours(_("Only those who manage the evaluation can look at hints."))
