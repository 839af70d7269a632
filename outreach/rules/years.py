"""Rules of closing a year."""

from django.utils.translation import gettext as _

from portal.roles import Permission as P
from portal.rules import may_count
from portal.trust.access import ALLOWED, Decision


def may_close_years(user):
    if user.holds(P.SET_PARAMETERS):
        return ALLOWED
    return Decision(_("The programme office closes the year of its area."))


def may_close_year(user, subject):
    decision = may_close_years(user)
    return may_count(user, subject) if decision else decision
