"""May this person draft, decide, issue, adjust or report on this plan? Person, then state."""

from django.utils.translation import gettext as _

from outreach.rules import whole
from oversight.models import QuarterNote
from oversight.models.plans import (
    OPEN_TO_CHANGE,
    PlanItem,
    PlanState,
    last_quarter,
    reporting,
)
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, in_state, only, unless

MOST_ITEMS = 2_000


def may_see_plans(user):
    return only(user.holds(P.SEE_PEOPLE), _("Plans are open to the business."))


def may_see_plan_numbers(user):
    """The figures on the leader's page."""
    if not (decision := whole.may_see_dashboard(user)):
        return decision
    said = _("The numbers of plans are for those who read the plans of an area.")
    return only(user.holds(P.READ_PLANS), said, Decision)


def may_draft_plans(user):
    return only(user.holds(P.MANAGE_PLANS), _("The programme office drafts plans."))


def may_plan_for(user, organ):
    """Whether the person keeps the plans of this organ."""
    said = _("%(organ)s lies outside of the area of your role.") % {"organ": organ.label}
    return only(holds_for_organ(user, P.MANAGE_PLANS, organ), said, Decision)


def _keeps(user, plan):
    said = _("The programme office of its area keeps this plan.")
    return only(holds_for_organ(user, P.MANAGE_PLANS, plan.organ), said)


def may_change_plan(user, plan):
    return _keeps(user, plan) and in_state(plan, *OPEN_TO_CHANGE)


def may_add_item(user, plan):
    return may_change_plan(user, plan) and unless(
        plan.items.count() >= MOST_ITEMS, _("A plan has at most %(n)s items.") % {"n": MOST_ITEMS}
    )


def may_drop_plan(user, plan):
    return may_change_plan(user, plan) and unless(
        plan.steps.exists(), _("The organs were heard already; its history stays."), NotNow
    )


def may_hear_plan(user, plan):
    return (
        _keeps(user, plan)
        and in_state(plan, PlanState.DRAFT)
        and unless(not plan.items.exists(), _("Write its tasks first."))
    )


def may_say_opinion(user, plan):
    """Organs named by an item may give their opinion on the draft."""
    decision = in_state(plan, PlanState.HEARD)
    if not decision:
        return decision
    mine = reporting(user, "lead_organ") | reporting(user, "organs")
    named = PlanItem.objects.filter(mine, plan=plan)
    return only(named.exists(), _("Organs that a task names are heard."))


def may_send_plan_back(user, plan):
    return _keeps(user, plan) and in_state(plan, PlanState.HEARD, PlanState.DELIBERATED)


def may_deliberate_plan(user, plan):
    return _keeps(user, plan) and in_state(plan, PlanState.HEARD)


def may_record_plan_decision(user, plan):
    """The office records what the deciding body decided."""
    return _keeps(user, plan) and in_state(plan, PlanState.DELIBERATED)


def may_issue_plan(user, plan):
    return _keeps(user, plan) and in_state(plan, PlanState.DECIDED)


def may_count_plan(user, plan):
    return _keeps(user, plan) and in_state(plan, PlanState.ISSUED)


def may_sum_up_plan(user, plan):
    """From the last month of its last year on."""
    first_day = plan.days[1].replace(day=1)
    return (
        _keeps(user, plan)
        and in_state(plan, PlanState.ISSUED)
        and unless(
            user.today < first_day,
            _("It is summed up from %(day)s on.") % {"day": first_day.isoformat()},
            NotNow,
        )
    )


def supervises_step(user, plan, step):
    return bool(_keeps(user, plan))


def may_archive_plan(user, plan):
    return _keeps(user, plan) and in_state(plan, PlanState.SUMMED_UP)


# --- Items ---------------------------------------------------------------------------------------


def may_change_item(user, item):
    return may_change_plan(user, item.plan)


def _runs(item):
    return in_state(item.plan, PlanState.ISSUED) and only(
        item.cancelled_on is None, _("This task was cancelled."), NotNow
    )


def may_adjust_item(user, item):
    """Only the deciding body may adjust an item; the office records it."""
    return _keeps(user, item.plan) and _runs(item)


def may_note_item_done(user, item):
    return (
        _keeps(user, item.plan)
        and _runs(item)
        and only(not item.is_counted, _("The portal counts this task."), NotNow)
        and only(item.done_on is None, _("It is noted as done."), NotNow)
    )


def may_reopen_item(user, item):
    return (
        _keeps(user, item.plan)
        and _runs(item)
        and only(item.done_on is not None, _("It is not noted as done."), NotNow)
    )


def may_say_quarter(user, item):
    """The lead organ may write one sentence on the last quarter, if the portal does not count."""
    said = _("The lead organ says how this task stands.")
    year, quarter = last_quarter(user.today)
    return (
        only(holds_for_organ(user, P.REPORT_PROGRESS, item.lead_organ), said)
        and _runs(item)
        and only(not item.is_counted, _("The portal counts this task."), NotNow)
        and only(
            item.plan.first_year <= year <= item.plan.last_year,
            _("No quarter of the plan is over yet."),
            NotNow,
        )
        and unless(
            QuarterNote.objects.filter(item=item, year=year, quarter=quarter)
            .exclude(reviewed_at=None)
            .exists(),
            _("The sentence on the last quarter was reviewed already."),
            NotNow,
        )
    )


def may_review_note(user, note):
    """The office reviews the sentence, but not its writer."""
    return (
        _keeps(user, note.item.plan)
        and only(note.written_by_id is not None, _("The portal counted it."), NotNow)
        and only(note.reviewed_at is None, _("It was reviewed."), NotNow)
        and unless(
            note.written_by_id in user.identity_ids, _("Somebody else reviews what you wrote.")
        )
    )


def may_carry_out(plan, above):
    """Whether main points of a year, as typed, may carry out this plan of several years."""
    if above.kind != "long":
        return Decision(_("Choose a plan of several years."))
    if not above.first_year <= plan["first_year"] <= above.last_year:
        return Decision(_("The year lies outside of that plan."))
    return ALLOWED
