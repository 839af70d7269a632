"""Rules of inspections; the person first, then the state.

Nobody inspects their own chain: not their organ, nor one above or below it.
"""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from oversight.models.findings import FindingState
from oversight.models.inspections import OPEN_TO_THE_INSPECTED, InspectionState, InspectionStep
from portal import parameters
from portal.days.words import short_day
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, in_state, only, stands_at, unless

State = InspectionState


def may_see_inspections(user):
    return only(
        user.holds(P.SEE_PEOPLE),
        _("Inspections are open to those who work with places and people."),
        Decision,
    )


# --- Who --------------------------------------------------------------------------------------


def leads(user, inspection):
    return holds_for_organ(user, P.LEAD_INSPECTIONS, inspection.organ)


def cadre_in_group(user, inspection):
    """Return the cadre through whom the user belongs to the group, or None."""
    ids = user.identity_ids
    return next((one for one in inspection.group if one.user_id in ids), None)


def answers_for(user, organ):
    return holds_for_organ(user, P.ANSWER_INSPECTIONS, organ)


def are_of_one_chain(one, other):
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def chain_of(matter):
    """The organs that registered, host or handle a matter."""
    given = [row.organ for row in matter.assignments.select_related("organ")]
    return [one for one in (matter.organ, matter.host_organ, matter.lead_organ, *given) if one]


def is_author(user, finding):
    """Whether the person had a part in a finding: found, drafted, inspected, approved, concluded
    or re-checked it."""
    inspection, ids = finding.inspection, user.identity_ids
    part = {
        finding.found_by_id,
        finding.checked_by_id,
        inspection.written_by_id,
        inspection.concluded_by_id,
        inspection.approver.user_id,
    }
    return not part.isdisjoint(ids) or cadre_in_group(user, inspection) is not None


def _leads(user, inspection):
    return only(leads(user, inspection), _("Supervisors of this area do this."))


def _of_group(user, inspection):
    return only(
        cadre_in_group(user, inspection) is not None,
        _("Head and members of the group do this."),
    )


def _of_group_or_leads(user, inspection):
    return only(
        leads(user, inspection) or cadre_in_group(user, inspection) is not None,
        _("The group or a supervisor of this area does this."),
    )


def _approves(user, inspection):
    """Only the leader named in the plan, and not if they drafted it."""
    return only(
        inspection.approver.user_id in user.identity_ids,
        _("The leader named in the plan does this."),
    ) and unless(
        inspection.written_by_id in user.identity_ids,
        _("Whoever drafted the plan does not approve it; name another leader."),
    )


# --- The plan ---------------------------------------------------------------------------------


def may_plan_inspections(user):
    return only(user.holds(P.LEAD_INSPECTIONS), _("Supervisors plan inspections."))


def may_plan_for(user, organ):
    said = _("%(organ)s lies outside the area of your role.") % {"organ": organ.label}
    return only(holds_for_organ(user, P.LEAD_INSPECTIONS, organ), said, Decision)


def may_inspect(user, organs):
    """Whether the user's role covers every organ to be inspected."""
    decisions = (may_plan_for(user, one) for one in organs)
    return next((decision for decision in decisions if not decision), ALLOWED)


def may_draw_from(organ, area):
    """Whether the area lies within that of the organ: a draw shows what was closed there."""
    if area is None:
        return ALLOWED
    within = organ.division is not None and area.path.startswith(organ.division.path)
    said = _("%(area)s lies outside of the area of %(organ)s.")
    return only(within, said % {"area": area.name, "organ": organ.label}, Decision)


def may_send(organs, group):
    """Whether this group may inspect these organs: nobody inspects their own chain."""
    for one in group:
        for organ in organs:
            if are_of_one_chain(one.organ, organ):
                said = _("%(name)s is of the chain of %(organ)s; nobody inspects their own.")
                return Decision(said % {"name": one.name, "organ": organ.label})
    return ALLOWED


def may_name_approver(organs, approver, group):
    if approver in group:
        said = _("%(name)s is of the group; somebody else approves and concludes.")
        return Decision(said % {"name": approver.name})
    said = _("%(name)s is of an inspected organ and does not approve its inspection.")
    inspected = any(are_of_one_chain(approver.organ, organ) for organ in organs)
    return unless(inspected, said % {"name": approver.name})


def may_change_inspection(user, inspection):
    return _leads(user, inspection) and in_state(inspection, State.DRAFT)


def may_drop_inspection(user, inspection):
    return may_change_inspection(user, inspection) and unless(
        inspection.steps.exists(), _("It was submitted before; its history stays."), NotNow
    )


def may_submit_inspection(user, inspection):
    return may_change_inspection(user, inspection) and unless(
        inspection.ends_on < user.today, _("Its last day has passed; set new days first.")
    )


def may_send_back_inspection(user, inspection):
    return _approves(user, inspection) and in_state(inspection, State.SUBMITTED)


may_approve_inspection = may_send_back_inspection


# --- The draw ---------------------------------------------------------------------------------


def may_freeze(user, inspection):
    return (
        _leads(user, inspection)
        and in_state(inspection, State.APPROVED)
        and only(inspection.drawn_from, _("Nothing is drawn in this inspection."), NotNow)
    )


def may_enter_seed(user, inspection):
    before = {State.APPROVED: Decision, State.DRAFT: NotNow, State.SUBMITTED: NotNow}
    if inspection.drawn_from and inspection.state in before:
        said = _("The frame is frozen first; a seed thrown before it proves nothing.")
        return _leads(user, inspection) and before[inspection.state](said)
    return _leads(user, inspection) and in_state(inspection, State.FROZEN)


def may_begin(user, inspection):
    ready = State.DRAWN if inspection.drawn_from else State.APPROVED
    return (
        _of_group_or_leads(user, inspection)
        and in_state(inspection, ready)
        and unless(
            inspection.starts_on > user.today,
            _("It begins on %(day)s.") % {"day": short_day(inspection.starts_on, on=user.today)},
        )
    )


# --- On site ----------------------------------------------------------------------------------


def may_look(user, row):
    """Whether this member of the group may check this unit or matter."""
    inspection = row.inspection
    decision = _of_group(user, inspection) and in_state(inspection, State.ON_SITE)
    cadre = cadre_in_group(user, inspection)
    if not decision or cadre is None:
        return decision
    chain = chain_of(row.matter) if row.matter else [row.unit.host_organ]
    said = _("You are of the chain of this one; another member of the group goes.")
    return unless(any(are_of_one_chain(cadre.organ, organ) for organ in chain), said)


def may_find(user, inspection):
    return _of_group(user, inspection) and in_state(inspection, State.ON_SITE)


may_note = may_find


# --- Facts, conclusion, feedback --------------------------------------------------------------


def may_send_facts(user, inspection):
    return _of_group_or_leads(user, inspection) and in_state(inspection, State.ON_SITE)


def may_answer_facts(user, asked):
    return (
        only(
            answers_for(user, asked.organ),
            _("%(organ)s answers for itself.") % {"organ": asked.organ.label},
        )
        and in_state(asked.inspection, State.CHECKING)
        and unless(asked.is_answered, _("Answered."), NotNow)
    )


def may_verify(user, finding):
    """Whether the user may confirm or refuse a finding after the fact check."""
    inspection = finding.inspection
    asked = inspection.inspected.filter(organ=finding.organ).first()
    is_heard = asked is None or asked.is_answered or (asked.due_on or user.today) < user.today
    return (
        only(
            inspection.head.user_id in user.identity_ids or leads(user, inspection),
            _("The head of the group or a supervisor of this area does this."),
        )
        and in_state(inspection, State.CHECKING)
        and only(finding.state == FindingState.NOTED, finding.get_state_display(), stands_at)
        and only(
            is_heard,
            _("%(organ)s has not answered yet, and its days are not over.")
            % {"organ": finding.organ.label},
            Decision,
        )
    )


def may_conclude(user, inspection):
    return (
        _approves(user, inspection)
        and in_state(inspection, State.CHECKING)
        and unless(
            inspection.findings.filter(state=FindingState.NOTED).exists(),
            _("Findings are still to be verified."),
        )
    )


def may_give_feedback(user, inspection):
    return _of_group_or_leads(user, inspection) and in_state(inspection, State.CONCLUDED)


def may_complete(user, inspection):
    states = (State.FED_BACK, State.RECTIFYING, State.RECHECKING)
    return (
        _leads(user, inspection)
        and in_state(inspection, *states)
        and unless(
            inspection.has_mandate and inspection.findings.open().exists(),
            _("Not all findings are written off."),
        )
        and unless(
            inspection.findings.filter(
                objections__isnull=False, objections__decided_on=None
            ).exists(),
            _("A review is not decided yet."),
        )
    )


def may_archive_inspection(user, inspection):
    return _leads(user, inspection) and in_state(inspection, State.DONE)


def may_cancel_inspection(user, inspection):
    before = (State.SUBMITTED, State.APPROVED, State.FROZEN, State.DRAWN, State.ON_SITE)
    return _leads(user, inspection) and in_state(inspection, *before)


def supervises_step(user, inspection, step):
    """Supervisors of the area may undo each other's steps, but not the leader's conclusion."""
    return step.move != InspectionStep.Move.CONCLUDED and leads(user, inspection)


def nothing_followed(inspection, step):
    """The beginning cannot be undone once the group has recorded anything."""
    written = (
        inspection.rows.filter(looked_on__isnull=False),
        inspection.findings,
        inspection.notes,
    )
    is_begun = step.move == InspectionStep.Move.BEGUN
    return unless(
        is_begun and any(rows.exists() for rows in written),
        _("Something is written down of it already; it can be cancelled with a reason."),
        NotNow,
    )


# --- Notices ----------------------------------------------------------------------------------


def may_issue_notices(user, inspection):
    return (
        _approves(user, inspection)
        and in_state(inspection, State.FED_BACK, State.RECTIFYING, State.RECHECKING)
        and only(
            inspection.has_mandate,
            _("A work re-visit has no mandate and issues no notice."),
            Decision,
        )
        and only(
            inspection.findings.filter(state=FindingState.CONFIRMED).exists(),
            pgettext("inspections", "No finding waits for a notice."),
            NotNow,
        )
    )


def may_number_notice(user, notice):
    return _leads(user, notice.inspection) and unless(
        notice.number, _("It has its number."), NotNow
    )


def may_sign_for(user, notice):
    return only(
        answers_for(user, notice.organ),
        _("%(organ)s signs for it.") % {"organ": notice.organ.label},
    ) and unless(notice.received_at, _("Signed for."), NotNow)


# --- Findings ---------------------------------------------------------------------------------


def _of_finding(finding, *states):
    return only(finding.state in states, finding.get_state_display(), stands_at)


def _answers(user, finding):
    return only(
        answers_for(user, finding.organ),
        _("%(organ)s does this itself.") % {"organ": finding.organ.label},
    )


def may_put_right_at_once(user, finding):
    return (
        _of_group_or_leads(user, finding.inspection)
        and _of_finding(finding, FindingState.CONFIRMED)
        and in_state(finding.inspection, State.FED_BACK, State.RECTIFYING, State.RECHECKING)
    )


def may_report(user, finding):
    return _answers(user, finding) and only(
        finding.is_to_report, finding.get_state_display(), stands_at
    )


def may_recheck(user, finding):
    """Only a person who did not find it and is not of the responsible organ, once it is reported or
    overdue."""
    inspection = finding.inspection
    late = finding.is_to_report and finding.due_on < user.today
    is_reported = finding.state == FindingState.REPORTED
    said = _("It is to be put right by %(day)s and not reported yet.")
    return (
        _leads(user, inspection)
        and only(is_reported or finding.is_to_report, finding.get_state_display(), stands_at)
        and unless(
            finding.found_by_id in user.identity_ids,
            _("Whoever found it does not re-check it."),
        )
        and unless(
            user.organ is not None and are_of_one_chain(user.organ, finding.organ),
            _("The responsible organ does not re-check itself."),
        )
        and only(
            is_reported or late,
            said % {"day": short_day(finding.due_on, on=user.today)},
            Decision,
        )
    )


def may_fail(user, finding):
    return may_recheck(user, finding) and unless(
        finding.has_second_date,
        _("It had its second date; take it into long-term rectification, or write it off."),
    )


may_take_long = may_recheck


def may_object(user, finding):
    """Once, within the objection period after feedback."""
    inspection = finding.inspection
    return (
        _answers(user, finding)
        and only(
            inspection.fed_back_on is not None and not inspection.is_over,
            inspection.get_state_display(),
            stands_at,
        )
        and only(
            finding.state not in (FindingState.REFUSED,), finding.get_state_display(), stands_at
        )
        and unless(finding.objections.exists(), _("A finding is reviewed once."), NotNow)
        and unless(
            inspection.fed_back_on is not None and user.today > last_day_to_object(finding),
            _("The days in which a review can be asked for are over."),
        )
    )


def last_day_to_object(one):
    """Return the last day for objections to a finding, or to the findings of a notice."""
    day = one.inspection.fed_back_on
    return day + timedelta(days=parameters.number("inspection.objection_days", on=day))


def may_review(user, finding):
    """Anybody who had a part in the finding is recused."""
    inspection = finding.inspection
    return (
        only(
            holds_for_organ(user, P.REVIEW_INSPECTIONS, inspection.organ),
            _("A supervisor or the office of this area decides the review."),
        )
        and only(finding.objections.open().exists(), _("No review is asked for."), NotNow)
        and unless(
            is_author(user, finding),
            _("You had a part in this finding and are recused."),
        )
        and unless(
            user.organ is not None and are_of_one_chain(user.organ, finding.organ),
            _("You are of the organ that asks for the review."),
        )
    )


# --- Pages --------------------------------------------------------------------------------------


def _whole(is_whole):
    return only(is_whole, _("Only whoever reads the inspection whole sees this."), Decision)


def may_read_frame(user, inspection, *, is_whole):
    return _whole(is_whole) and only(
        inspection.frozen_at is not None, _("The frame is not frozen yet."), Decision
    )


def may_read_closures(user, inspection, *, is_whole):
    return (
        _whole(is_whole)
        and only(inspection.is_of_closures, _("No closures are inspected here."), Decision)
        and only(
            inspection.state in OPEN_TO_THE_INSPECTED,
            _("The figures stand here once the facts are sent to the organs."),
            Decision,
        )
    )


def may_see_closures(user):
    return only(
        user.holds(P.READ_INSPECTIONS),
        _("The truth of closures is read by those who read inspections."),
        Decision,
    )
