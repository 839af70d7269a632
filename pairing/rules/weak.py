"""May this person do this about a weak Party organisation now? Person first, then state."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pairing.models import CaseStep, WeakOrganizationCase
from pairing.models.weak_cases import CaseState, stationed
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

P = Permission
# While a plan is written (CONFIRMED) or carried out.
PLANNING = (CaseState.CONFIRMED, CaseState.RECTIFYING)


def _day(day):
    return date_format(day, "DATE_FORMAT")


# --- The yearly check --------------------------------------------------------------------------


def may_open_check(user):
    if user.holds(P.DECIDE_WEAK_CASES):
        return ALLOWED
    return NotYours(_("The programme office opens the yearly check."))


def may_check_area(user, area):
    """Whether the whole area (None: everywhere) lies within one of the office's grants."""
    for grant in user.grants_with(P.DECIDE_WEAK_CASES):
        if grant.organ_id:
            continue
        if not grant.division_id or area and area.path.startswith(grant.division.path):
            return ALLOWED
    return Decision(_("It lies outside the area of your role."))


def may_answer_check(user, report):
    if not holds_for_organ(user, P.CHECK_WEAK_CASES, report.organ):
        return NotYours(_("%(organ)s answers for its units.") % {"organ": report.organ.label})
    if report.reported_at:
        return NotNow(_("It has answered already."))
    return ALLOWED


# --- Before confirmation ------------------------------------------------------------------------


def may_note(user):
    if user.holds(P.CHECK_WEAK_CASES):
        return ALLOWED
    return NotYours(_("The host that manages the unit makes the first check."))


def may_note_organization(user, organization):
    """Whether the Party organisation exists in a unit of this host, without an open case."""
    if organization.unit_id is None:
        said = _(
            "%(name)s belongs to an organ; only organisations of grassroots units are "
            "rectified here."
        )
        return Decision(said % {"name": organization.name})
    if organization.ended_on and organization.ended_on <= user.today:
        words = {"name": organization.name, "day": _day(organization.ended_on)}
        return Decision(_("%(name)s ended on %(day)s.") % words)
    place = WeakOrganizationCase(organ_id=organization.unit.host_organ_id)
    place.stand_at(organization.unit)
    if not (user.holds(P.CHECK_WEAK_CASES, on=place) or user.holds(P.DECIDE_WEAK_CASES, on=place)):
        return Decision(_("This unit lies outside the area of your role."))
    if WeakOrganizationCase.objects.current().filter(party_organization=organization).exists():
        said = _("There is an open case of %(name)s already.")
        return Decision(said % {"name": organization.name})
    return ALLOWED


def may_correct(user, case):
    """Correct a mistake of the first check, before the decision."""
    if not user.holds(P.CHECK_WEAK_CASES, on=case):
        return NotYours(_("The host that manages the unit makes the first check."))
    if case.state != CaseState.NOTED:
        return NotNow(_("It does not wait for a decision."))
    return ALLOWED


def may_decide(user, case):
    if not user.holds(P.DECIDE_WEAK_CASES, on=case):
        return NotYours(_("The county confirms, by its document."))
    if case.state != CaseState.NOTED:
        step = case.steps.filter(move__in=["confirmed", "refused"]).select_related("by").first()
        if step:
            return NotNow(_("%(name)s has decided on it already.") % {"name": step.by.name})
        return NotNow(_("It does not wait for a decision."))
    if case.noted_by_id in user.identity_ids:
        return Decision(_("The author of the first check cannot confirm it."))
    return ALLOWED


# --- Plan, items, help, reviews ------------------------------------------------------------------


def _puts_right(user, case):
    if user.holds(P.CHECK_WEAK_CASES, on=case) or user.holds(P.DECIDE_WEAK_CASES, on=case):
        return ALLOWED
    return NotYours(_("Host and office keep the plan."))


def may_change_plan(user, case):
    """Add items and helpers, before and after the plan is laid down."""
    decision = _puts_right(user, case)
    if decision and case.state not in PLANNING:
        return NotNow(_("It is not under rectification now."))
    return decision


def _has_come_back(case):
    """Whether it failed or relapsed, and no new plan has been laid down since."""
    if case.state != CaseState.RECTIFYING or case.round == 1:
        return False
    moves = [CaseStep.Move.PLANNED, CaseStep.Move.FAILED, CaseStep.Move.RELAPSED]
    last = case.steps.filter(move__in=moves).order_by("at", "pk").last()
    return last is not None and last.move != CaseStep.Move.PLANNED


def may_lay_down(user, case):
    decision = _puts_right(user, case)
    if not decision:
        return decision
    if case.state != CaseState.CONFIRMED and not _has_come_back(case):
        return NotNow(_("Its plan is laid down, or it is not confirmed."))
    planned = set(case.items.exclude(state="dropped").values_list("situation", flat=True))
    without = [one for one in case.situations.all() if one.situation not in planned]
    if without:
        names = _("; ").join(str(one.get_situation_display()) for one in without)
        return Decision(_("No measure yet against: %(names)s.") % {"names": names})
    return ALLOWED


def is_stationed(user, case):
    return stationed(user).filter(unit=case.unit_id).exists()


def answers_for(user, item):
    return item.cadre_id is not None and item.cadre.user_id in user.identity_ids


def may_note_progress(user, item):
    """Host and office, the cadre responsible, and the stationed team."""
    noting = _puts_right(user, item.case) or answers_for(user, item)
    if not (noting or is_stationed(user, item.case)):
        return NotYours(
            _("Host, office, the cadre responsible and the stationed team write the progress.")
        )
    return _is_worked_on(item)


def may_end_item(user, item):
    if not _puts_right(user, item.case):
        return NotYours(_("Only the host and the office close an item."))
    return _is_worked_on(item)


def _is_worked_on(item):
    if item.case.state not in PLANNING:
        return NotNow(_("It is not under rectification now."))
    if not item.is_open:
        return NotNow(_("This item is written off or dropped already."))
    return ALLOWED


def may_end_support(user, support):
    decision = _puts_right(user, support.case)
    if decision and support.ends_on is not None:
        return NotNow(_("It has ended already."))
    if decision and support.case.is_over:
        return NotNow(_("This case is over."))
    return decision


def may_review(user, case):
    decision = _puts_right(user, case)
    if decision and case.state != CaseState.RECTIFYING:
        return NotNow(_("It is not under rectification now."))
    return decision


# --- Acceptance, follow-up, end ------------------------------------------------------------------


def _open_items(case):
    """Return a sentence that names the open items, or "" if there are none."""
    rows = case.items.filter(state="open").order_by("due_on", "pk")
    items = _("; ").join(f"{one.number}. {one.measure}" for one in rows)
    return _("Still open: %(items)s.") % {"items": items} if items else ""


def may_ask_acceptance(user, case):
    if not user.holds(P.CHECK_WEAK_CASES, on=case):
        return NotYours(_("The host asks for acceptance."))
    if case.state != CaseState.RECTIFYING:
        return NotNow(_("It is not under rectification now."))
    return _all_done(case)


def _all_done(case):
    if said := _open_items(case):
        return Decision(said)
    if not case.items.filter(round=case.round, state="done").exists():
        return Decision(_("Since it is put right again, no measure has been carried out."))
    return ALLOWED


def may_accept(user, case):
    if not user.holds(P.DECIDE_WEAK_CASES, on=case):
        return NotYours(_("The office holds the acceptance."))
    if case.state != CaseState.ACCEPTANCE:
        said = _open_items(case) if case.state == CaseState.RECTIFYING else ""
        return NotNow(said or _("It does not wait for acceptance."))
    return _all_done(case)


def may_follow_up(user, case):
    decision = _puts_right(user, case)
    if decision and case.state != CaseState.TRANSFORMED:
        return NotNow(_("It is not followed up now."))
    return decision


def may_close(user, case):
    if not user.holds(P.DECIDE_WEAK_CASES, on=case):
        return NotYours(_("The office writes it off."))
    if case.state != CaseState.TRANSFORMED:
        return NotNow(_("Only transformed organisations can be closed."))
    if user.today <= case.follow_up_until:
        said = _("It is followed up until %(day)s; then it can be written off.")
        return Decision(said % {"day": _day(case.follow_up_until)})
    if case.next_look_on is not None:
        return Decision(_("The check at the end of the follow-up is missing."))
    return ALLOWED


# Print the plan with the secretary's name: office and host, with a reason.
may_name_secretary = _puts_right


def may_export(user):
    if user.holds(P.EXPORT) and user.holds(P.READ_WEAK_CASES):
        return ALLOWED
    return Decision(_("Your roles do not export this register."))
