"""May this person make something public for an enterprise, or withdraw it? Person, then state."""

from django.utils.translation import gettext as _

from portal.roles import Permission as P
from portal.trust.access import Decision, NotNow, only, unless
from works.models import Disclosure
from works.rules.places import is_enterprise


def may_see_disclosures(user):
    return only(user.holds(P.SEE_PEOPLE), _("Disclosures are open to the business."))


def may_disclose(user):
    said = _("The host of an enterprise enters what was made public.")
    return only(user.holds(P.HOST_MATTERS), said)


def may_disclose_at(user, organ, unit=None):
    """Who may disclose for the organ itself, or for an enterprise of it."""
    if unit is not None:
        if unit.ended_on:
            return Decision(_("%(name)s has ended.") % {"name": unit.name})
        if not (decision := is_enterprise(unit)):
            return decision
    place = Disclosure()
    place.stand_with(organ, unit)
    said = _("%(place)s lies outside of the area of your role.")
    return only(
        user.holds(P.HOST_MATTERS, on=place), said % {"place": unit or organ.label}, Decision
    )


def may_withdraw(user, disclosure):
    said = _("The host of the enterprise withdraws it.")
    return only(user.holds(P.HOST_MATTERS, on=disclosure), said) and unless(
        disclosure.is_withdrawn, _("It was withdrawn already."), NotNow
    )
