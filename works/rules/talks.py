"""May this person enter a talk, void it, or read the name of the worker? Person, then state."""

from django.utils.translation import gettext as _

from outreach.rules.visits import may_write_visits, records_by_role
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, only, unless


def may_see_talks(user):
    return only(may_write_visits(user), _("Talks are read by those who talked, and their branch."))


def may_count_talks(user):
    """Readers of the visits of organs or units; a number reveals nothing about a single talk."""
    return only(user.holds(P.READ_VISITS), _("Talks are counted for who oversees the visits."))


def may_export_talks(user):
    return user.holds(P.EXPORT) and user.holds(P.HOST_MATTERS)


def may_enter(user):
    return only(may_write_visits(user), _("Cadres enter their own talks."))


def may_be_at(unit):
    if unit is not None and unit.ended_on:
        return Decision(_("%(name)s has ended.") % {"name": unit.name})
    return ALLOWED


def may_enter_for(user, cadre):
    """For oneself, or for a colleague of the organ."""
    said = _("You may enter talks for yourself and for cadres of your own organ.")
    return only(records_by_role(user, cadre), said, Decision)


def _talked(user, talk):
    return talk.cadre.user_id is not None and talk.cadre.user_id in user.identity_ids


def may_read_worker(user, talk):
    """Only the person who talked, and the host of the organ for its register, read a worker's
    name."""
    said = _("Who it was is read by who talked, and in the register of the branch.")
    return only(_talked(user, talk) or holds_for_organ(user, P.HOST_MATTERS, talk.organ), said)


def may_void(user, talk):
    entered = _talked(user, talk) or talk.typed_by_id in user.identity_ids
    return only(entered, _("Who entered the talk voids it.")) and unless(
        talk.is_void, _("It is void."), NotNow
    )
