"""Rules of community needs and of pledges; the person first, then the state."""

from django.utils.translation import gettext as _

from outreach.models.needs import CommunityNeed, NeedPledge
from portal.kinds import KINDS
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless


def may_publish_needs(user):
    return only(user.holds(P.PUBLISH_NEEDS), _("The host publishes what its communities need."))


def may_publish_need(user, unit):
    if not (decision := may_publish_needs(user)):
        return decision
    if unit.ended_on:
        return Decision(_("%(name)s has ended.") % {"name": unit.name})
    if not KINDS[unit.kind].has_residents:
        return Decision(_("Needs are those of communities and villages."))
    place = CommunityNeed(organ_id=user.organ_id)
    place.stand_at(unit)
    if not user.holds(P.PUBLISH_NEEDS, on=place):
        return Decision(_("This unit lies outside the area of your role."))
    return ALLOWED


def _publishes(user, need):
    return only(user.holds(P.PUBLISH_NEEDS, on=need), _("The host of the community does this."))


def may_close_need(user, need):
    return _publishes(user, need) and unless(need.closed_on, _("This need is closed."), NotNow)


def may_read_pledges(user, need):
    """Only the community sees who offered help; others see the number."""
    return _publishes(user, need)


def taken(need):
    """Return the number of pledges: as annotated for a page, or counted from the rows that the act
    reads."""
    known = getattr(need, "taken", None)
    return need.pledges.not_given_back().count() if known is None else known


def may_take_up(user, need):
    cadre = getattr(user, "cadre", None)
    if cadre is None or not user.holds(P.RECORD_VISITS):
        return NotYours(_("Cadres take needs up, each for themselves."))
    if NeedPledge.objects.not_given_back().filter(need=need, cadre=cadre).exists():
        return NotNow(_("You have taken this up already."))
    if need.closed_on:
        return Decision(_("This need is closed."))
    if need.until < user.today:
        return Decision(_("Its last day has passed."))
    if taken(need) >= need.wanted:
        return Decision(_("Enough people have taken it up."))
    return ALLOWED


def may_give_back(user, pledge):
    """A cadre gives back their own pledge without a reason; the community ends any pledge."""
    if pledge.cadre.user_id not in user.identity_ids and not _publishes(user, pledge.need):
        return NotYours(_("Only who took it up gives it back."))
    if pledge.ended_on:
        return NotNow(_("It was given back already."))
    if pledge.confirmed_on:
        return NotNow(_("The community has confirmed it."))
    return ALLOWED


def may_confirm(user, pledge):
    return (
        _publishes(user, pledge.need)
        and unless(
            pledge.cadre.user_id and pledge.cadre.user_id in user.identity_ids,
            _("The community confirms it, not who did it."),
        )
        and unless(pledge.ended_on, _("It was given back already."), NotNow)
        and unless(pledge.confirmed_on, _("The community has confirmed it."), NotNow)
    )
