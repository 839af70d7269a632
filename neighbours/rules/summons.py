"""May this person call organs together, answer, decide, note or conclude? Person, then state."""

from django.utils.translation import gettext as _

from neighbours.models.summons import OPEN, AskedState, Summons, SummonsState
from outreach.models.matters import Status
from portal.models.places import DivisionLevel
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.tools.prepared import Prepared
from portal.trust.access import ALLOWED, Decision, NotNow, in_state, only, stands_at, unless

S, A = SummonsState, AskedState
# Prepared, because the page of each open matter of a host asks it.
_WAITING = Prepared(
    lambda matter: Summons.objects.filter(
        matter=matter, state=S.CONCLUDED, assigned_at=None
    ).order_by("pk")[:1],
    matter=-1,
)
# States in which a matter can be given to the organs that were called.
GATHERED_FROM = frozenset({Status.REGISTERED, Status.ESCALATED, Status.IN_PROGRESS})


def may_see_summons(user):
    return only(user.holds(P.SEE_PEOPLE), _("Summons are open to the business."))


def may_call(user):
    return only(user.holds(P.HOST_MATTERS), _("The host of the place calls organs together."))


def may_call_for(user, organ, unit=None):
    """The user must be a host for this organ; a unit must be managed by it."""
    if not (decision := may_call(user)):
        return decision
    if not holds_for_organ(user, P.HOST_MATTERS, organ):
        said = _("%(organ)s lies outside of the area of your role.") % {"organ": organ.label}
        return Decision(said)
    if unit is None:
        return ALLOWED
    return only(
        unit.host_organ.path.startswith(organ.path),
        _("%(unit)s is not managed by %(organ)s.") % {"unit": unit.name, "organ": organ.label},
        Decision,
    )


def may_be_called(organ, caller, *, on):
    """Whether `caller` can call this organ. It must not have ended, must be neither part of the
    caller nor above it, and must belong to the same county, or to the same group where there are no
    divisions."""
    names = {"organ": organ.label, "caller": caller.label}
    if organ.ended_on and organ.ended_on <= on:
        return Decision(ended_words(organ))
    if organ.path.startswith(caller.path):
        return Decision(_("%(organ)s belongs to %(caller)s itself; call others.") % names)
    if caller.path.startswith(organ.path):
        return Decision(_("%(organ)s stands above %(caller)s; report to it instead.") % names)
    if caller.division_id is None or organ.division_id is None:
        is_near = organ.ancestor_ids[0] == caller.ancestor_ids[0]
        return only(is_near, _("%(organ)s lies outside of your group.") % names, Decision)
    if organ.division.level < DivisionLevel.COUNTY:
        said = _("%(organ)s stands above the county; ask it by way of the county.")
        return Decision(said % names)
    county = caller.division.ancestors_by_level.get(DivisionLevel.COUNTY)
    is_near = organ.division.ancestors_by_level.get(DivisionLevel.COUNTY) == county
    return only(is_near, _("%(organ)s lies outside of your county.") % names, Decision)


def ended_words(organ):
    names = {"organ": organ.label, "day": organ.ended_on}
    if organ.successor_id is None:
        return _("%(organ)s ended on %(day)s; choose its successor.") % names
    names["heir"] = organ.successor.label
    return _("%(organ)s ended on %(day)s; choose %(heir)s, which took it over.") % names


def _calls(user, summons):
    return only(user.holds(P.HOST_MATTERS, on=summons), _("Only who called the organs does this."))


def may_note_attendance(user, summons):
    """Once, by the caller, from the day of the meeting."""
    return (
        _calls(user, summons)
        and in_state(summons, S.CALLED)
        and unless(
            user.today < summons.meet_on,
            _("They come together on %(day)s; note it then.") % {"day": summons.meet_on},
        )
    )


def may_conclude(user, summons):
    """Once the organs came together and the desk has decided about every objection."""
    if not (decision := _calls(user, summons) and in_state(summons, S.GATHERED)):
        return decision
    organs = list(summons.organs.select_related("organ").in_order())
    if waiting := [one.organ.label for one in organs if one.state == A.NOT_OURS]:
        said = _("The desk has not decided yet whether it is the task of %(organs)s.")
        return Decision(said % {"organs": _(", ").join(waiting)})
    is_left = any(one.state != A.RELEASED for one in organs)
    return only(is_left, _("No organ is left; call it off and call others."), Decision)


def may_be_about(user, summons, matter):
    """Whether the conclusion may be about this matter of the ledger: of the same place, open, and
    not with the desk."""
    if not user.holds(P.HOST_MATTERS, on=matter):
        return Decision(_("Another host has this matter."))
    return (
        unless(
            summons.unit_id and matter.unit_id != summons.unit_id,
            _("This matter is about another place."),
        )
        and unless(matter.assigned_by_desk, _("The desk has assigned this matter."))
        and only(
            matter.status in GATHERED_FROM,
            _("Not possible while the matter is “%(status)s”.")
            % {"status": matter.get_status_display()},
            Decision,
        )
    )


def may_cancel(user, summons):
    return _calls(user, summons) and in_state(summons, *OPEN)


# --- The organ that is called, and the desk -------------------------------------------------------


def _of_organ(user, asked):
    said = _("Only %(organ)s answers.") % {"organ": asked.organ.label}
    return only(holds_for_organ(user, P.HANDLE_MATTERS, asked.organ), said)


def _is_asked(asked):
    """Whether an answer is still expected."""
    if asked.summons.state not in OPEN:
        return stands_at(asked.summons.get_state_display())
    if asked.answer_by is None:
        return NotNow(_("In an emergency nobody answers in writing."))
    return in_state(asked, A.ASKED)


def may_answer(user, asked):
    return _of_organ(user, asked) and _is_asked(asked)


def may_say_not_ours(user, asked):
    """Only once: a decision of the desk is final."""
    return (
        _of_organ(user, asked)
        and _is_asked(asked)
        and unless(asked.is_final, _("The desk has decided that it is the task of your organ."))
    )


def may_decide(user, asked):
    said = _("The assignment desk decides whose task it is.")
    decision = only(user.holds(P.ASSIGN_MATTERS, on=asked.summons), said)
    if decision and asked.summons.state not in OPEN:
        return stands_at(asked.summons.get_state_display())
    return decision and in_state(asked, A.NOT_OURS)


def may_read_attendance(user, asked):
    """Whether an organ came is read by the caller, by that organ and by the desk."""
    summons = asked.summons
    return only(
        user.holds(P.HOST_MATTERS, on=summons)
        or user.holds(P.ASSIGN_MATTERS, on=summons)
        or holds_for_organ(user, P.HANDLE_MATTERS, asked.organ),
        _("Who called, the organ and the desk read it."),
    )


# --- The move of the matter -----------------------------------------------------------------------


def may_gather(standing):
    """Whether a summons about the matter is concluded and not yet given to the organs."""
    if standing.matter.assigned_by_desk:
        return NotNow(_("The desk has assigned this matter."))
    if waiting_summons(standing.matter) is None:
        return NotNow(_("No summons about this matter waits to be assigned."))
    if standing.open_request:
        return NotNow(_("A request about this matter is waiting."))
    return ALLOWED


def waiting_summons(matter):
    """The concluded summons about this matter that has not been given to the organs yet, or
    None."""
    return _WAITING.first(matter=matter.pk)
