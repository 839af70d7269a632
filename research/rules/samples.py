"""May this person prepare, freeze, draw, assign, ask, release or give up? Person, then state."""

from django.utils.translation import gettext as _

from outreach.models import ContactArea, Stay
from portal.models import AvoidancePair
from portal.models.places import DivisionLevel
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust import wall
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, stands_at, unless
from research.models.batches import ARRANGED_STATES
from research.models.questionnaires import QuestionnaireState
from research.models.samples import ANSWERED, ContactTry, Disposition
from research.models.topics import Method

P = Permission

# States without answers, in which the sample of a questionnaire may still be given up.
BEFORE_ANSWERS = (
    QuestionnaireState.REVIEWED,
    QuestionnaireState.FROZEN,
    QuestionnaireState.DRAWN,
)


def may_read_samples(user):
    held = (P.READ_RESEARCH, P.DECIDE_RESEARCH, P.SEE_PEOPLE)
    if any(user.holds(one) for one in held):
        return ALLOWED
    return NotYours(_("Samples are open to those who do research or ask in it."))


def _leads(user, organ):
    if holds_for_organ(user, P.LEAD_RESEARCH, organ):
        return ALLOWED
    return NotYours(_("The organ that carries the research out does this."))


def may_sample_questionnaire(user, questionnaire):
    decision = _leads(user, questionnaire.organ)
    if not decision:
        return decision
    if questionnaire.sample is not None:
        return NotNow(_("The questionnaire has a sample already."))
    if questionnaire.state != QuestionnaireState.REVIEWED:
        return NotNow(_("A sample is drawn for a questionnaire that is reviewed."))
    return unless(
        questionnaire.valid_until < user.today, _("The questionnaire is no longer valid.")
    )


def may_sample_batch(user, batch):
    decision = _leads(user, batch.topic.lead_organ)
    if not decision:
        return decision
    if Method.SPOT_CHECK not in batch.methods:
        return NotNow(_("This batch has no random spot checks."))
    is_over = batch.state not in ARRANGED_STATES
    return unless(is_over, _("A sample is drawn for an arranged batch."), NotNow)


def _keeps(user, sample):
    decision = _leads(user, sample.organ)
    if decision and sample.is_given_up:
        return NotNow(_("This sample was given up."))
    return decision


def is_at_work(sample):
    """Whether a worker is freezing or drawing it now."""
    return sample.job is not None and sample.job.is_open


def may_change(user, sample):
    decision = _keeps(user, sample)
    if decision and sample.is_frozen:
        return NotNow(_("Frame and plan are frozen and published; nothing of them changes."))
    if decision and is_at_work(sample):
        return NotNow(_("A worker is at it."))
    return decision


may_freeze = may_change


def may_enter_seed(user, sample):
    decision = _keeps(user, sample)
    if not decision:
        return decision
    if not sample.is_frozen:
        return Decision(
            _(
                "Freeze and publish frame and plan first. A seed that is thrown before could be "
                "chosen to fit."
            )
        )
    return unless(
        sample.seeded_at,
        _(
            "The seed is entered; a sample is drawn once. If it cannot be used, give it up with a "
            "reason and begin a new one."
        ),
        NotNow,
    )


def may_draw_again(user, sample):
    """Only if the job of the draw failed: same seed, same result."""
    decision = _keeps(user, sample)
    if decision and (not sample.seeded_at or sample.is_drawn or is_at_work(sample)):
        return NotNow(_("There is nothing to resume."))
    return decision


def may_give_up(user, sample):
    decision = _keeps(user, sample)
    if not decision:
        return decision
    if is_at_work(sample):
        return NotNow(_("A worker is at it."))
    if sample.questionnaire is not None:
        is_answered = sample.questionnaire.state not in BEFORE_ANSWERS
        return unless(is_answered, _("Answers are taken already; the sample stands."), NotNow)
    return unless(sample.batch.state not in ARRANGED_STATES, _("The batch is over."), NotNow)


def may_export(user, sample):
    decision = may_print(user, sample)
    if decision and not user.holds(P.EXPORT):
        return NotYours(_("Your roles may not export ledgers."))
    return decision


def may_print(user, sample):
    if not sample.is_drawn:
        return NotNow(_("The sample is not drawn yet."))
    return ALLOWED


def may_release(user, sample):
    decision = _keeps(user, sample)
    if not decision:
        return decision
    if not sample.is_drawn or sample.batches_released >= sample.reserve_batches:
        return NotNow(_("No reserve is left."))
    if not sample.is_under_way:
        return Decision(_("The reserve is released while people are asked."))
    lost = sample.drawn.released().exclude(disposition__in=("", *ANSWERED))
    return unless(
        not lost.exists(), _("Nobody is lost yet; the reserve is for those who do not answer.")
    )


def may_assign(user, sample):
    decision = _keeps(user, sample)
    if decision and not sample.is_drawn:
        return NotNow(_("The sample is not drawn yet."))
    if decision and sample.questionnaire is not None:
        is_over = sample.questionnaire.state not in (
            QuestionnaireState.DRAWN,
            QuestionnaireState.RUNNING,
            QuestionnaireState.LATE,
        )
        return unless(is_over, _("The survey is over."), NotNow)
    return decision


# --- Who asks where -------------------------------------------------------------------------------


def refused_places(cadre, units, *, on):
    """Return [(unit, reason)] of units where this cadre must not ask: managed by their own organ,
    assigned to them for other work, or home. Division and host organ of the units must be loaded.
    """
    pks = [unit.pk for unit in units]
    with wall.as_system("where a cadre works"):
        stays = set(Stay.objects.running(on).filter(cadre=cadre, unit__in=pks).values_list("unit"))
        areas = ContactArea.objects.running(on).filter(cadre=cadre, unit__in=pks)
        areas = set(areas.values_list("unit"))
    apart = AvoidancePair.objects.filter(cadre=cadre, unit__in=pks, ended_at=None)
    apart = set(apart.values_list("unit"))
    home = cadre.home_division
    refused = []
    for unit in units:
        if cadre.organ.path.startswith(unit.host_organ.path):
            refused.append((unit, _("is managed by the organ of this cadre")))
        elif (unit.pk,) in stays:
            refused.append((unit, _("is where this cadre stays")))
        elif (unit.pk,) in areas:
            refused.append((unit, _("is a contact area of this cadre")))
        elif (unit.pk,) in apart:
            # Only the office knows of avoidances, so the reason stays vague.
            refused.append((unit, _("is for somebody else to ask at")))
        elif _is_home(home, unit):
            refused.append((unit, _("is this cadre's home")))
    return refused


def _is_home(home, unit):
    if home is None or unit.division is None or home.level < DivisionLevel.TOWNSHIP:
        return False
    return unit.division.path.startswith(home.path)


def _asks(user, drawn):
    """The asker of the unit, or those who manage the sample."""
    sample = drawn.sample
    is_asker = drawn.asked_by is not None and drawn.asked_by.user_id in user.identity_ids
    if not is_asker and not _leads(user, sample.organ):
        return NotYours(_("Whoever asks there notes this, or the organ for them."))
    if not sample.is_under_way or not drawn.is_released:
        return NotNow(_("Nobody is asked here now."))
    return ALLOWED


def may_note_try(user, drawn):
    decision = _asks(user, drawn)
    if decision and drawn.disposition:
        return stands_at(drawn.get_disposition_display())
    return decision


def may_dispose(user, drawn):
    """Any disposition except an answer, which sets its own."""
    decision = _asks(user, drawn)
    if decision and drawn.disposition in ANSWERED and drawn.sample.questionnaire_id:
        return stands_at(drawn.get_disposition_display())
    return decision


def by_hand(sample):
    """Dispositions that people may choose; the others follow from answers or three tries."""
    of_itself = {Disposition.NOT_MET}
    if sample.questionnaire_id:
        of_itself |= set(ANSWERED)
    return [one for one in Disposition if one not in of_itself]


def may_assign_one(user, drawn):
    decision = may_assign(user, drawn.sample)
    if decision and (drawn.disposition or not drawn.is_released):
        return NotNow(_("Nobody is asked here now."))
    return decision


def was_sought_enough(tries):
    """Whether there were tries at three different times of day."""
    return len({one.time for one in tries}) >= ContactTry.NEEDED
