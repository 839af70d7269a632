"""Who opens, closes and strips a questionnaire, gives answers, and decides on the results. Person
first, then state."""

from datetime import timedelta

from django.utils.translation import gettext as _

from portal import parameters
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, in_state, only, unless
from research.models import SealedAnswer, SecondEntry
from research.models.answers import Channel
from research.models.questionnaires import TAKES_ANSWERS
from research.models.questionnaires import QuestionnaireState as State
from research.rules import samples

# A questionnaire asks for answers for a year at most.
MOST_DAYS = 366


def leads(user, questionnaire):
    return only(
        holds_for_organ(user, P.LEAD_RESEARCH, questionnaire.organ),
        _("Those who lead research in %(organ)s do this.") % {"organ": questionnaire.organ.name},
    )


def may_open(user, questionnaire):
    return leads(user, questionnaire) and in_state(questionnaire, State.DRAWN)


def may_close(user, questionnaire):
    return leads(user, questionnaire) and in_state(questionnaire, State.RUNNING)


def last_day(questionnaire):
    """The last day for late answers."""
    late = int(parameters.number("research.late_days", on=questionnaire.closes_on))
    return questionnaire.closes_on + timedelta(days=late)


def may_strip(user, questionnaire):
    decision = leads(user, questionnaire) and in_state(questionnaire, *TAKES_ANSWERS)
    if not decision:
        return decision
    day = last_day(questionnaire)
    if user.today <= day:
        said = _("Late answers are taken until %(day)s.")
        return Decision(said % {"day": f"{day:%Y-%m-%d}"})
    waiting = waiting_seconds(questionnaire).count()
    return unless(
        waiting,
        _("Second entries of paper answers to be typed or compared first: %(n)s.") % {"n": waiting},
    )


def waiting_seconds(questionnaire):
    return SecondEntry.objects.filter(answer__questionnaire=questionnaire, is_settled=False)


# --- Answers ------------------------------------------------------------------------------------


def takes_answers(questionnaire, *, on):
    """Whether answers are taken on this day."""
    if questionnaire.stripped_at:
        return Decision(too_late())
    if questionnaire.state not in TAKES_ANSWERS:
        return Decision(
            _("No answers are taken now: %(state)s.") % {"state": questionnaire.get_state_display()}
        )
    if on < questionnaire.opens_on:
        return Decision(
            _("Answers are taken from %(day)s on.") % {"day": f"{questionnaire.opens_on:%Y-%m-%d}"}
        )
    return unless(on > last_day(questionnaire), _("The days for this questionnaire are over."))


def too_late():
    return _(
        "The marks of persons have been removed and the key is destroyed: this answer came too "
        "late and is not taken. That it came is counted; nothing of it is kept."
    )


def may_ask(user, drawn):
    """Whether this person fills the questionnaire in with the person drawn."""
    cadre, questionnaire = drawn.asked_by, drawn.sample.questionnaire
    if cadre is None or cadre.user_id not in user.identity_ids:
        return NotYours(_("Whoever was given this unit to ask does this."))
    if drawn.unit_id and samples.refused_places(cadre, [drawn.unit], on=user.today):
        return Decision(_("Nobody asks in a village of their own work. Hand it to somebody else."))
    return _may_give(user, drawn, questionnaire, Channel.VISIT)


def may_enter_paper(user, drawn):
    questionnaire = drawn.sample.questionnaire
    decision = leads(user, questionnaire)
    return decision and _may_give(user, drawn, questionnaire, Channel.PAPER)


def _may_give(user, drawn, questionnaire, channel):
    decision = takes_answers(questionnaire, on=user.today)
    if decision and drawn.reserve > drawn.sample.batches_released:
        return Decision(_("This unit is of a reserve that is not released."))
    return decision and by_one_channel(drawn, channel)


def by_one_channel(drawn, channel):
    """An answer may be replaced only through its own channel, and not at all if it came by link."""
    given = SealedAnswer.objects.filter(drawn=drawn).values_list("channel", flat=True).first()
    if given is None or given == channel != Channel.LINK:
        return ALLOWED
    if given == Channel.LINK == channel:
        return Decision(_("This link has been used: the answer is received."))
    return Decision(
        _("An answer was given already: %(channel)s. It is not replaced by another way.")
        % {"channel": Channel(given).label}
    )


def may_print_links(user, questionnaire):
    return leads(user, questionnaire) and in_state(questionnaire, *TAKES_ANSWERS)


def may_type_second(user, second):
    """Only a person other than the first typist."""
    decision = leads(user, second.answer.questionnaire)
    if decision and second.typed_by_id:
        return NotNow(_("It is typed already."))
    return decision and only(
        second.answer.typed_by_id not in user.identity_ids,
        _("Somebody else than who typed it first types it again."),
        Decision,
    )


def may_settle(user, second):
    decision = leads(user, second.answer.questionnaire)
    if decision and (second.typed_by_id is None or second.is_settled):
        return NotNow(_("There is nothing to compare."))
    return decision


# --- Results ------------------------------------------------------------------------------------


def may_read_results(user, questionnaire):
    """Until they are decided on, only those who lead, check or decide research may read the
    results."""
    if not questionnaire.has_results:
        return NotNow(_("There are no results before the marks of persons are removed."))
    if questionnaire.state in (State.INTERNAL, State.PUBLISHED):
        return ALLOWED
    return only(
        any(
            holds_for_organ(user, permission, questionnaire.organ)
            for permission in (P.LEAD_RESEARCH, P.CHECK_RESEARCH, P.DECIDE_RESEARCH)
        ),
        _("The results are not decided upon yet."),
        Decision,
    )


def may_decide_results(user, questionnaire):
    """The leader of the organ, or those who lead research and name the decision."""
    return only(
        holds_for_organ(user, P.DECIDE_RESEARCH, questionnaire.organ)
        or holds_for_organ(user, P.LEAD_RESEARCH, questionnaire.organ),
        _("The leader of %(organ)s decides this, or it is recorded with the decision.")
        % {"organ": questionnaire.organ.name},
    )


def may_use_internally(user, questionnaire):
    return may_decide_results(user, questionnaire) and in_state(questionnaire, State.STRIPPED)


def may_publish(user, questionnaire):
    return may_decide_results(user, questionnaire) and in_state(
        questionnaire, State.STRIPPED, State.INTERNAL
    )


def may_export_results(user, questionnaire):
    decision = only(user.holds(P.EXPORT), _("Your roles do not make sheets."))
    return decision and may_read_results(user, questionnaire)


# --- Microdata ----------------------------------------------------------------------------------


def may_ask_for_microdata(user, questionnaire):
    decision = may_export_results(user, questionnaire)
    if decision and questionnaire.state == State.STRIPPED:
        return NotNow(_("The results are not decided upon yet."))
    return decision


def may_decide_microdata(user, asked):
    decision = only(
        holds_for_organ(user, P.DECIDE_RESEARCH, asked.questionnaire.organ),
        _("The leader of %(organ)s decides this.") % {"organ": asked.questionnaire.organ.name},
    )
    if decision and asked.granted is not None:
        return NotNow(_("It is decided already."))
    return decision and only(
        asked.asked_by_id not in user.identity_ids,
        _("Nobody grants their own request."),
        Decision,
    )


def may_make_microdata(user, asked):
    if asked.asked_by_id not in user.identity_ids:
        return NotYours(_("Who asked for the rows makes the file."))
    if asked.granted is not True:
        return NotNow(_("It is not granted."))
    return only(user.holds(P.EXPORT), _("Your roles do not make sheets."))
