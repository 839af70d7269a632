"""Rules of complaints about the portal; the person first, then the state."""

from django.db.models import Q
from django.utils.translation import gettext as _

from oversight.models.complaints import OPEN, ComplaintState
from oversight.models.fields import county_of, in_area
from portal.models import Division, RoleGrant
from portal.roles import GRANTS
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, in_state, only, unless


def may_complain(user):
    """Anybody with an account, regardless of roles."""
    return ALLOWED


def has_outside_recipient(user):
    """Whether anybody outside the office receives complaints of the user's county: through a role
    that receives them but does not keep the office's records."""
    roles = [
        role
        for role, may in GRANTS.items()
        if P.RECEIVE_COMPLAINTS in may and P.APPRAISE_RECORDS not in may
    ]
    running = RoleGrant.objects.running(user.today).filter(role__in=roles, user__is_active=True)
    # As `area_reach`, for the county or the top organ that a complaint of this user names.
    county = county_of(user)
    area = Division.objects.filter(pk=county.get("area_id")).first()
    within = Q(division=None) | Q(division__in=area.ancestor_ids if area else [])
    return running.filter(within, Q(organ=None) | Q(organ=county.get("organ_id"))).exists()


def receives(user, complaint):
    return in_area(user, P.RECEIVE_COMPLAINTS, complaint)


def _deals(user, complaint):
    said = _("The two recipients deal with complaints about the portal.")
    own = complaint.author_id == user.pk
    return only(receives(user, complaint), said) and unless(
        own, _("Nobody deals with their own complaint."), Decision
    )


def may_accept(user, complaint):
    return _deals(user, complaint) and in_state(complaint, ComplaintState.RECEIVED)


def may_answer(user, complaint):
    return _deals(user, complaint) and in_state(complaint, ComplaintState.ACCEPTED)


def may_extend(user, complaint):
    return may_answer(user, complaint) and unless(
        complaint.is_extended, _("The time was extended once already."), NotNow
    )


def may_ask_consent(user, complaint):
    return may_answer(user, complaint) and unless(
        complaint.door, _("Its writer was asked already."), NotNow
    )


def may_pass_on(user, complaint):
    return may_answer(user, complaint) and only(
        bool(complaint.door and complaint.agrees),
        _("It is passed on only when its writer agrees."),
        NotNow,
    )


def may_archive(user, complaint):
    return _deals(user, complaint) and in_state(
        complaint, ComplaintState.ANSWERED, ComplaintState.PASSED_ON
    )


def supervises_step(user, complaint, step):
    return bool(_deals(user, complaint))


# --- The writer: known by the account, or by the code ------------------------------------------


def _writes(user, complaint):
    return only(complaint.author_id == user.pk, _("Only its writer does this."))


def can_be_rated(complaint):
    return in_state(complaint, ComplaintState.ANSWERED) and unless(
        complaint.rating, _("It was rated."), NotNow
    )


def can_be_consented(complaint):
    return in_state(complaint, *OPEN) and only(
        complaint.waits_for_consent, _("Nobody asks whether it may be passed on."), NotNow
    )


def may_rate(user, complaint):
    return _writes(user, complaint) and can_be_rated(complaint)


def may_consent(user, complaint):
    return _writes(user, complaint) and can_be_consented(complaint)
