"""May this person take back the last move of a matter? The person first, then the state."""

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import MatterStep
from outreach.moves import DONE, MOVES, NOT_HANDLING, WORD_MOVES
from outreach.rules import moves
from outreach.rules.matters import Standing
from portal import parameters
from portal.days.words import short_day
from portal.models.clock import DatabaseClock
from portal.roles import Permission as P
from portal.tools.prepared import Prepared
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

# Moves that the assigning organ may take back too, and moves that only their author may.
_OF_ORGANS = (moves.lead, moves.participant, moves.assigned_organ, moves.who_answers_orders)
_OF_THEMSELVES = (moves.leader, moves.order_writer, moves.lead_official)
_OF_THEMSELVES += (moves.host_or_desk_notes,)

# Steps that can still be taken back by time; usually none.
_RUNNING = Prepared(
    lambda matter: (
        MatterStep.objects.filter(matter=matter, before__until__gt=DatabaseClock())
        # The people's word is never taken back; they are asked again instead.
        .exclude(move__in=WORD_MOVES)
        .select_related("by", "on_behalf_of", "organ")
        .order_by("-pk")
    ),
    matter=-1,
)


def may_take_back(user, matter):
    return decided(user, matter)[1]


def step_to_take_back(user, matter):
    """Return the step that this person may take back now, or None."""
    return decided(user, matter)[0]


def decided(user, matter):
    """(the step that this person takes back or None, the decision)"""
    running = _RUNNING.rows(matter=matter.pk)
    if not running:
        hours = parameters.number("takeback.hours", on=user.today)
        return None, NotNow(
            _("A move is taken back within %(hours)s hours, until somebody goes on with it.")
            % {"hours": hours}
        )
    own = [step for step in running if {step.by_id, step.on_behalf_of_id} & user.identity_ids]
    # Authors of a move must not bypass those who continued by taking back the later moves first.
    found = own or [step for step in running if _supervises(user, matter, step)]
    if not found:
        return None, NotYours(_("Who made the move takes it back, or who supervises it."))
    later = _later(matter, found[-1])
    for step in found:
        if not _first_after(step, later):
            return step, ALLOWED
    if not own:
        return None, NotNow(_("Somebody has gone on with it."))
    return None, _gone_on(_first_after(own[0], later), on=user.today)


def _supervises(user, matter, step):
    """The office supervises all moves but those of leaders and internal notes; the assigning organ
    supervises what organs did."""
    person = MOVES[step.move].person if step.move in MOVES else None
    if person is None or person in _OF_THEMSELVES:
        return False
    if user.holds(P.SET_PARAMETERS, on=matter):
        return True
    return person in _OF_ORGANS and Standing(user, matter, on=user.today).reviews


def _later(matter, step):
    """Return the steps in force from this one on, except those beside the handling."""
    rows = MatterStep.objects.standing().filter(matter=matter, pk__gte=step.pk)
    return list(rows.exclude(move__in=NOT_HANDLING).select_related("by").order_by("pk"))


def _first_after(step, later):
    return next((one for one in later if one.pk > step.pk), None)


def _gone_on(step, *, on):
    moment = timezone.localtime(step.at)
    said = _("%(name)s went on with it on %(day)s at %(time)s (%(move)s); it stays as it is.")
    return Decision(
        said
        % {
            "name": step.author,
            "day": short_day(moment.date(), on=on),
            "time": f"{moment:%H:%M}",
            "move": DONE.get(step.move, step.move),
        }
    )
