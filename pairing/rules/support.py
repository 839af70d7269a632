"""May this person promise help, note it as done, or ask the helped side about it?

Person first, then state. Helpers note what was done; others ask whether it was.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outreach.models.matters import Word
from outreach.rules.outside import stands_outside
from pairing.models import SupportStep
from pairing.models.pairings import PairingState
from pairing.models.support import SupportState
from pairing.rules.pairings import is_own
from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

P = Permission
# A promise further ahead is a typing error.
LONGEST_DAYS = 5 * 366


def _day(day):
    return date_format(day, "Y-m-d")


def _writes(user, pairing):
    """Open to the cadre, and to those who may enter for others at the helping organ or the place
    (代录)."""
    stands_for_it = is_own(user, pairing) or user.holds(P.RECORD_FOR_OTHERS, on=pairing)
    if user.holds(P.RECORD_SUPPORT) and stands_for_it:
        return ALLOWED
    said = _("The cadre of the pairing writes it down, or the liaison or the host for them.")
    return NotYours(said)


def may_promise(user, pairing):
    if pairing.is_mentoring:
        return NotYours(_("What a master teaches stands in the agreement."))
    decision = _writes(user, pairing)
    if not decision:
        return decision
    today = user.today
    if pairing.state == PairingState.CANCELLED:
        return NotNow(_("This pairing was cancelled before it began."))
    if pairing.last_day < today:
        said = _("This pairing ended on %(day)s; nothing new is promised. Renew it first.")
        return NotNow(said % {"day": _day(pairing.last_day)})
    if pairing.starts_on > today:
        return Decision(_("This pairing begins on %(day)s.") % {"day": _day(pairing.starts_on)})
    if pairing.cadre and pairing.cadre.left_on and pairing.cadre.left_on <= today:
        said = _("%(name)s left on %(day)s; name a successor first.")
        return Decision(said % {"name": pairing.cadre.name, "day": _day(pairing.cadre.left_on)})
    return ALLOWED


def may_be_promised(user, pairing, *, on, until):
    """Whether a promise made on day `on` and due on day `until` fits its pairing."""
    if on > user.today:
        return Decision(_("Enter a promise on its day or later."))
    if on < pairing.starts_on:
        return Decision(_("The pairing began on %(day)s only.") % {"day": _day(pairing.starts_on)})
    if until < on:
        return Decision(_("It is promised for a day after the promise."))
    if until > pairing.last_day:
        said = _("The pairing runs until %(day)s; promise something within this term, or renew it.")
        return Decision(said % {"day": _day(pairing.last_day)})
    if until > on + timedelta(days=LONGEST_DAYS):
        return Decision(_("That is more than five years ahead: check the year."))
    return ALLOWED


def may_meet(need, pairing, *, on):
    """Whether this need is open and of the helped side of the pairing."""
    household = pairing.household_id if pairing.is_personal else None
    if (need.unit_id, need.household_id) != (pairing.unit_id, household):
        return Decision(_("This need is of another place or household."))
    if not need.is_open(on):
        return Decision(_("This need is no longer open."))
    return ALLOWED


def _still_promised(user, item):
    decision = _writes(user, item.pairing)
    if decision and item.state == SupportState.DONE:
        return NotNow(_("It is noted as done."))
    if decision and item.state == SupportState.DROPPED:
        return NotNow(_("It was dropped."))
    return decision


def may_change_promise(user, item):
    return _still_promised(user, item) and may_promise(user, item.pairing)


# Allowed after the pairing ended, so that help given within its days can still be entered.
may_finish = may_drop = _still_promised


def may_be_done(user, item, *, on):
    if on > user.today:
        return Decision(_("That day is in the future; enter it once it is done."))
    if on < item.promised_on:
        return Decision(_("It was done before it was promised: check the days."))
    if on > item.pairing.last_day:
        said = _("The pairing ended on %(day)s; what came later belongs to another one.")
        return Decision(said % {"day": _day(item.pairing.last_day)})
    return ALLOWED


def may_take_back_done(user, item):
    """Correct a typing error: on the same day, by its author, before the helped side answered."""
    decision = _writes(user, item.pairing)
    if not decision:
        return decision
    if item.state != SupportState.DONE:
        return NotNow(_("It is not noted as done."))
    step = item.steps.filter(move=SupportStep.Move.DONE).order_by("-pk").first()
    if step is None or step.by_id != user.pk:
        return NotYours(_("Only the person who marked it as done can take it back."))
    if timezone.localdate(step.at) != user.today:
        return NotNow(_("It can be taken back on the same day only."))
    if item.word:
        return Decision(_("The helped side has already given its answer, which is final."))
    return ALLOWED


# --- The word of the helped side ----------------------------------------------------------------


def _may_ask(user, item):
    if not user.holds(P.ARRANGE_CALL_BACKS, on=item):
        return NotYours(_("The host of the place or the office asks the helped side."))
    if is_own(user, item.pairing):
        return NotYours(_("Somebody who did not help asks about it."))
    if user.organ_id and item.organ_id in user.organ.ancestor_ids:
        return NotYours(_("Your organ helped here; the host or the office asks about it."))
    return ALLOWED


may_read_remarks = _may_ask


def may_hear_word(user, item):
    decision = _may_ask(user, item)
    if not decision:
        return decision
    if item.state != SupportState.DONE:
        return NotNow(_("They are asked once it is done."))
    if item.word in (Word.SATISFIED, Word.BASICALLY):
        return NotNow(_("The helped side has already given its answer, which is final."))
    return ALLOWED


def may_meet_in_person(user, item):
    """Whether the user may ask at the door: only the host of the place."""
    if user.holds(P.HOST_MATTERS, on=item):
        return ALLOWED
    return Decision(_("Only the host of the place asks in person."))


def may_print_slip(user, item):
    """Open to those who write for the pairing, and to those who ask the helped side."""
    if not _writes(user, item.pairing) and not _may_ask(user, item):
        return NotYours(_("Whoever helps, or the host of the place, prints its slip."))
    if item.state == SupportState.DROPPED or item.word:
        return NotNow(_("No word is being asked for."))
    return ALLOWED


def may_print_deciding_slip(user, item):
    """Whether the word by this slip would count.

    It is printed after completion by somebody who may ask the helped side and does not belong to an
    organ of those who helped or wrote it down.
    """
    decision = may_print_slip(user, item)
    if not decision:
        return decision
    if item.state != SupportState.DONE:
        return NotNow(_("They are asked once it is done."))
    if not _may_ask(user, item) or not is_outside(user, item):
        return NotYours(
            _(
                "You or your organ helped or wrote this down. A slip whose word counts is printed "
                "by the host or the office that had no hand in it."
            )
        )
    return ALLOWED


def is_outside(user, item):
    cadre = item.pairing.cadre
    involved = [
        (item.noted_by_id, item.organ_id),
        (cadre and cadre.user_id, cadre and cadre.organ_id),
    ]
    involved += item.steps.order_by().values_list("by", "by__organ")
    people, organs = map(set, zip(*involved, strict=True))
    return stands_outside(user, people=people, organs=organs)


def decides(slip, *, on):
    """Whether the word by this slip counts on a day: its printer must still be uninvolved."""
    return slip.decides and is_outside(slip.made_by.acting(on=on), slip.item)
