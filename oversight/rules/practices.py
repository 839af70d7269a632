"""May this person write, review, try, spread this practice or turn it into a rule?"""

from django.utils.translation import gettext as _

from oversight.models.practices import PracticeRule, PracticeState
from portal import parameters
from portal.roles import Permission as P
from portal.trust.access import Decision, NotNow, in_state, only, unless

PS = PracticeState


def may_see_practices(user):
    return only(user.holds(P.SEE_PEOPLE), _("The library is open to the business."))


def may_write_practices(user):
    """Everybody in the business may, but nobody has to."""
    return only(user.holds(P.SEE_PEOPLE) and user.organ_id, _("Practices are written by organs."))


def _writes(user, practice):
    said = _("Who wrote it down changes it.")
    return only(practice.written_by_id in user.identity_ids, said)


def _checks(user, practice):
    said = _("The programme office of its area reviews it.")
    return only(user.holds(P.CHECK_PRACTICES, on=practice), said)


def _checks_of_others(user, practice):
    return _checks(user, practice) and unless(
        practice.written_by_id in user.identity_ids, _("Somebody else reviews what you wrote.")
    )


def may_change_practice(user, practice):
    return _writes(user, practice) and in_state(practice, PS.DRAFT, PS.TO_ADD)


def may_drop_practice(user, practice):
    return _writes(user, practice) and in_state(practice, PS.DRAFT)


def may_submit_practice(user, practice):
    return _writes(user, practice) and in_state(practice, PS.DRAFT, PS.TO_ADD)


def may_ask_to_add(user, practice):
    """Only once."""
    return (
        _checks_of_others(user, practice)
        and in_state(practice, PS.SUBMITTED)
        and unless(practice.was_added_to, _("It was added to once already: decide."))
    )


def may_try_practice(user, practice):
    return _checks_of_others(user, practice) and in_state(practice, PS.SUBMITTED, PS.TRIAL)


def may_end_trial(user, practice):
    """Record the result at one unit."""
    return (
        _checks(user, practice)
        and in_state(practice, PS.TRIAL)
        and unless(
            not practice.trials.filter(ended_on=None).exists(), _("No trial is under way."), NotNow
        )
    )


def may_finish_trials(user, practice):
    """Two units or three months are required (norms)."""
    decision = _checks(user, practice) and in_state(practice, PS.TRIAL)
    if not decision:
        return decision
    trials = list(practice.trials.all())
    if any(one.ended_on is None for one in trials):
        return Decision(_("A trial is still under way."))
    units = parameters.number("practice.trial_units", on=user.today)
    days = parameters.number("practice.trial_days", on=user.today)
    longest = max(((one.ended_on - one.starts_on).days + 1 for one in trials), default=0)
    said = _("It is tried at %(units)s units, or over %(days)s days.")
    return unless(len(trials) < units and longest < days, said % {"units": units, "days": days})


def may_decide_practice(user, practice):
    """The office records the decision of the meeting."""
    return _checks(user, practice) and in_state(practice, PS.TRIED)


def may_refuse_practice(user, practice):
    states = (PS.SUBMITTED, PS.TRIAL, PS.TRIED)
    return _checks_of_others(user, practice) and in_state(practice, *states)


def may_spread_practice(user, practice):
    return _checks(user, practice) and in_state(practice, PS.DECIDED)


# --- Rules ---------------------------------------------------------------------------------------


def may_begin_rule(user, practice):
    """Only once: a practice becomes one rule."""
    return (
        _checks(user, practice)
        and unless(
            PracticeRule.objects.filter(practice=practice).exists(),
            _("This practice was turned into a rule already."),
            NotNow,
        )
        and in_state(practice, PS.SPREAD)
    )


def may_advance_rule(user, practice):
    return (
        _checks(user, practice)
        and in_state(practice, PS.MAKING)
        and only(practice.rule.next_stage is not None, practice.rule.get_stage_display(), NotNow)
    )


def may_issue_rule(user, practice):
    return (
        _checks(user, practice)
        and in_state(practice, PS.MAKING)
        and unless(
            practice.rule.next_stage is not None,
            _("First: opinions, the check of lawfulness, deliberation."),
        )
    )


def may_extend_rule(user, practice):
    return _has_rule_in_force(user, practice) and only(
        practice.rule.valid_to is not None, _("It has no last day."), NotNow
    )


def may_end_rule(user, practice):
    return _has_rule_in_force(user, practice)


def _has_rule_in_force(user, practice):
    return (
        _checks(user, practice)
        and in_state(practice, PS.RULE)
        and only(practice.rule.ended_on is None, _("The rule has ended."), NotNow)
    )


def supervises_step(user, practice, step):
    return bool(_checks_of_others(user, practice))
