"""May this person pair two Party branches, or change what they agreed on?"""

from django.utils.translation import gettext as _

from pairing.models import Pairing
from pairing.models.pairings import PairingState
from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

P = Permission


def may_agree_partnerships(user):
    if user.holds(P.MANAGE_PAIRINGS):
        return ALLOWED
    return NotYours(_("Branches are paired by the programme office."))


def may_agree_partnership(user, helper_branch, helped_branch):
    """Both sides exist today, and the unit is in the area of the office."""
    decision = may_agree_partnerships(user)
    if not decision:
        return decision
    if helper_branch.organ_id is None:
        said = _("%(name)s belongs to no organ; a branch of an organ helps.")
        return Decision(said % {"name": helper_branch.name})
    if helped_branch.unit_id is None:
        said = _("%(name)s belongs to no grassroots unit; a branch of a unit is helped.")
        return Decision(said % {"name": helped_branch.name})
    for branch in (helper_branch, helped_branch):
        for one in (branch, branch.place):
            if one.ended_on:
                return Decision(_("%(name)s has ended.") % {"name": one.name})
    place = Pairing(organ_id=helper_branch.organ_id)
    place.stand_at(helped_branch.unit)
    if not user.holds(P.MANAGE_PAIRINGS, on=place):
        return Decision(_("These branches are outside the area or organ of your role."))
    return ALLOWED


def may_answer_for(cadre, helper_branch):
    """Whether a cadre can be the contact person of a helping branch."""
    if cadre.left_on:
        return Decision(_("%(name)s left on %(day)s.") % {"name": cadre.name, "day": cadre.left_on})
    if not cadre.organ.path.startswith(helper_branch.organ.path):
        said = _("%(name)s belongs to another organ than the helping branch.")
        return Decision(said % {"name": cadre.name})
    return ALLOWED


def may_change_plan(user, pairing):
    if not user.holds(P.MANAGE_PAIRINGS, on=pairing):
        return NotYours(_("What was agreed is kept by the programme office."))
    if pairing.state != PairingState.AGREED:
        return NotNow(_("This partnership has ended."))
    return ALLOWED
