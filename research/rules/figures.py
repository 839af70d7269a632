"""May this person see the numbers of research?"""

from django.utils.translation import gettext as _

from outreach.rules import whole
from portal.roles import Permission
from portal.trust.access import only


def may_see_numbers(user):
    return whole.may_see_dashboard(user) and only(
        user.holds(Permission.READ_RESEARCH),
        _("Your roles do not read the research of an area or of an organ."),
    )
