"""Rules of batches; the person first, then the state."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import parameters
from portal.days.workdays import working_days_between
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, in_state, only, stands_at, unless
from research.models.batches import BatchState
from research.rules.topics import leads


def harmonises(user, batch):
    return holds_for_organ(user, P.CHECK_RESEARCH, batch.topic.lead_organ)


def _leads(user, batch):
    organ = batch.topic.lead_organ
    said = _("Only who carries out research for %(organ)s does this.") % {"organ": organ.label}
    return only(leads(user, organ), said)


def goes_with(user, batch):
    """Whether the person takes part in the batch."""
    return batch.people.filter(user__in=user.identity_ids).exists()


def may_change_batch(user, batch):
    """Drafts, and with a reason arranged batches that have not begun; these are harmonised
    again."""
    has_begun = batch.stands(user.today) == BatchState.UNDER_WAY
    return (
        _leads(user, batch)
        and in_state(batch, BatchState.DRAFT, BatchState.ARRANGED)
        and unless(has_begun, _("It is under way; what is new goes into another batch."), NotNow)
        and unless(not batch.topic.is_running, batch.topic.get_state_display(), stands_at)
    )


def may_plan_days(user, batch):
    """The lead organ while drafting, the office while harmonising."""
    said = _("The lead organ plans the days; while a batch is harmonised, the office does.")
    if batch.state == BatchState.CHECKED:
        return only(harmonises(user, batch), said)
    return _leads(user, batch) and in_state(batch, BatchState.DRAFT)


def may_drop_batch(user, batch):
    return (
        _leads(user, batch)
        and in_state(batch, BatchState.DRAFT)
        and unless(batch.steps.exists(), _("It was handed in before; it is cancelled."), NotNow)
    )


def may_submit_batch(user, batch):
    decision = may_change_batch(user, batch) and in_state(batch, BatchState.DRAFT)
    return decision and unless(
        batch.ends_on < user.today, _("Its last day has passed; set new days first.")
    )


def may_take_back_batch(user, batch):
    return _leads(user, batch) and in_state(batch, BatchState.CHECKED)


def may_send_back_batch(user, batch):
    return _harmonises(user, batch) and in_state(batch, BatchState.CHECKED)


def _harmonises(user, batch):
    return only(harmonises(user, batch), _("The office harmonises the batches of all organs."))


def may_arrange_batch(user, batch):
    """Only if every host can still be given due notice."""
    decision = may_send_back_batch(user, batch)
    if not decision:
        return decision
    units = list(batch.units.filter(only_checked=False).select_related("unit").order_by("day"))
    notice = parameters.number("research.notice_wd", on=user.today)
    if not units or working_days_between(user.today, units[0].day) >= notice:
        return ALLOWED
    said = _(
        "%(unit)s is visited on %(day)s already; its host is told %(n)s working days before. "
        "Send it back for a later day."
    )
    words = {"unit": units[0].unit.name, "day": date_format(units[0].day, "Y-m-d"), "n": notice}
    return Decision(said % words)


def may_cancel_batch(user, batch):
    said = _("The lead organ or the office cancels a batch.")
    organ = batch.topic.lead_organ
    decision = (
        only(leads(user, organ) or harmonises(user, batch), said)
        and in_state(batch, BatchState.DRAFT, BatchState.CHECKED, BatchState.ARRANGED)
        and unless(batch.is_draft and not batch.steps.exists(), _("A draft is discarded."), NotNow)
    )
    return decision and unless(
        has_fieldwork(batch), _("There are records of it; end its fieldwork instead.")
    )


def has_fieldwork(batch):
    return batch.activities.exists() or batch.visits.standing().exists()


def may_end_batch(user, batch):
    said = _("The lead organ or somebody who goes ends the fieldwork.")
    does = leads(user, batch.topic.lead_organ) or goes_with(user, batch)
    return only(does, said) and only(
        batch.stands(user.today) == BatchState.UNDER_WAY, batch.get_state_display(), stands_at
    )


def may_resume_batch(user, batch):
    """Resume fieldwork that was ended, while the topic is running."""
    does = leads(user, batch.topic.lead_organ) or goes_with(user, batch)
    return (
        only(does, _("The lead organ or somebody who goes does this."))
        and in_state(batch, BatchState.OVER)
        and unless(not batch.topic.is_running, batch.topic.get_state_display(), stands_at)
    )
