"""Who may hold the appraisal of a branch's members. Checks the person first, then the state."""

from django.utils.translation import gettext as _

from evaluation.models.members import most_outstanding, organizations_of
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotYours, stands_at


def may_hold_appraisals(user):
    if user.holds(P.HOLD_MEMBER_APPRAISALS):
        return ALLOWED
    return NotYours(_("The office, the liaison of the organ and the host hold the appraisal."))


def may_begin(user, organization, year):
    if not (decision := may_hold_appraisals(user)):
        return decision
    if not organizations_of(user).filter(pk=organization.pk).exists():
        return Decision(
            _("%(name)s is no branch within your role; members are appraised in their branch.")
            % {"name": organization.name}
        )
    if organization.ended_on:
        return Decision(_("%(name)s has ended.") % {"name": organization.name})
    this = user.today.year
    if not this - 1 <= year <= this:
        return Decision(_("This year or the last one."))
    return ALLOWED


def may_change(user, appraisal):
    if not user.holds(P.HOLD_MEMBER_APPRAISALS, on=appraisal):
        return NotYours(_("It is outside the area or organ of your role."))
    if not appraisal.is_open:
        return stands_at(appraisal.get_state_display())
    return ALLOWED


def may_finish(user, appraisal):
    """All steps must be done, and at most a third may be outstanding."""
    if not (decision := may_change(user, appraisal)):
        return decision
    if appraisal.held_on is None or appraisal.valid is None:
        return Decision(_("Enter the meeting first: its day, who attended, which ballots count."))
    members = list(appraisal.members.order_by("place"))
    if not members:
        return Decision(_("Enter the members first."))
    full = [one for one in members if not one.is_probationary]
    # Probationary members get no grade.
    waiting = [one.name for one in members if not one.self_done or one in full and not one.grade]
    if waiting:
        return Decision(
            _("Self-appraisal or grade is missing: %(names)s.") % {"names": _(", ").join(waiting)}
        )
    return outstanding_fits(full, on=user.today)


def outstanding_fits(full_members, *, on):
    most = most_outstanding(len(full_members), on=on)
    chosen = sum(one.grade == 1 for one in full_members)
    if chosen > most:
        return Decision(
            _("At most %(most)s of %(n)s can be outstanding, %(chosen)s are.")
            % {"most": most, "n": len(full_members), "chosen": chosen}
        )
    return ALLOWED


def may_reopen(user, appraisal):
    if not user.holds(P.HOLD_MEMBER_APPRAISALS, on=appraisal):
        return NotYours(_("It is outside the area or organ of your role."))
    if appraisal.is_open:
        return stands_at(appraisal.get_state_display())
    return ALLOWED
