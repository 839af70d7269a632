"""Who may record the word of a side, or print a unit's link. Checks the person, then the state.

Nobody gives a word on themselves or on somebody they stand in for.
"""

from django.utils.translation import gettext as _

from evaluation.models import UnitLetter
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import Subject
from evaluation.models.words import Side, Via, speaks_for
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, covers


def collects_unit_words(user, appraised):
    """Whether the user collects the words of units, on paper or by link."""
    return any(user.holds(may, on=appraised) for may in (P.COUNT_BALLOTS, P.MANAGE_EVALUATION))


def may_open_words(user):
    if user.holds(P.GIVE_ORGANISATION_WORD) or user.holds(P.COUNT_BALLOTS):
        return ALLOWED
    return NotYours(
        _("The liaison of the sending organ and the host write down the word of the organisation.")
    )


def may_give(user, appraised, side, *, current=None):
    """Who may give or correct a side's word. `current` is that side's word now, or None."""
    reaching = [
        grant
        for grant in user.grants_with(P.GIVE_ORGANISATION_WORD)
        if speaks_for(grant, side) and covers(grant, appraised)
    ]
    if not reaching and not (side == Side.UNIT and collects_unit_words(user, appraised)):
        return NotYours(_REFUSED[side]())
    if appraised.cadre_id and appraised.cadre.user_id in {user.pk, *user.identity_ids}:
        return Decision(_("Nobody gives a word on themselves; somebody else writes it down."))
    if (
        side == Side.SENDING
        and appraised.subject == Subject.ORGAN
        and all(grant.organ_id == appraised.organ_id for grant in reaching)
    ):
        return Decision(_("An organ gives no word on its own leading team."))
    if appraised.is_left_out:
        return Decision(_("%(name)s is left out of this cycle.") % {"name": appraised.name})
    if not (decision := is_asked(appraised, side)):
        return decision
    asked = {Side.UNIT: appraised.unit_id, Side.HOST: appraised.host_organ_id}
    if not asked.get(side, True):
        return Decision(_("%(name)s did not serve in a single unit.") % {"name": appraised.name})
    if current and current.via == Via.LINK:
        return Decision(
            _("The unit has given this word itself, by its link. A new link lets it correct it.")
        )
    return may_be_said(appraised.cycle)


def is_asked(appraised, side):
    """Whether the scheme gives the word of this side a weight."""
    if appraised.scheme.weights[Side(side).component] > 0:
        return ALLOWED
    return NotNow(
        _("“%(title)s” gives this word no weight, so nobody is asked for it.")
        % {"title": appraised.scheme.title}
    )


_REFUSED = {
    Side.SENDING: lambda: _("The liaison of the sending organ writes its word down."),
    Side.HOST: lambda: _("The host of the place writes its word down."),
    Side.UNIT: lambda: _("The host or who counts ballots types what the unit says on paper."),
}


def may_be_said(cycle):
    if cycle.state == CycleState.COLLECTING:
        return ALLOWED
    if cycle.state == CycleState.OPEN:
        return NotNow(_("Words are given once collecting has begun."))
    return NotNow(_("Collecting has ended; words can no longer be given or corrected."))


def may_close_cycle(cycle):
    """For `hooks.BEFORE_CLOSING`: refuses while letters from the door wait for import. Missing
    words are no obstacle."""
    coming = UnitLetter.objects.filter(link__cycle=cycle, taken_at=None, is_lost=False)
    if coming.exists():
        return Decision(_("Words of units are just coming in; try again in a few seconds."))
    return ALLOWED


def may_hear_units(user):
    if user.holds(P.COUNT_BALLOTS) or user.holds(P.MANAGE_EVALUATION):
        return ALLOWED
    return NotYours(
        _("Only those who count ballots or manage the evaluation print links of units.")
    )


def may_print_link(user, appraised):
    """Who may print the unit's link. Not the host, who has a word of their own and could use it."""
    if not collects_unit_words(user, appraised):
        return NotYours(
            _("Only those who count ballots or manage the evaluation print links of units.")
        )
    return may_be_said(appraised.cycle)
