"""Rules of contact cards and their texts."""

from django.utils.translation import gettext as _

from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless


def may_issue_cards(user):
    if user.holds(P.ISSUE_CARDS):
        return ALLOWED
    return NotYours(_("Office, host and liaisons issue contact cards, each within their area."))


def _keeps(user, area):
    """Whether the area's cadre or unit belongs to the person's organ or area."""
    return holds_for_organ(user, P.ISSUE_CARDS, area.cadre.organ) or holds_for_organ(
        user, P.ISSUE_CARDS, area.unit.host_organ
    )


def may_issue_card(user, area):
    if not (decision := may_issue_cards(user)):
        return decision
    if not _keeps(user, area):
        return Decision(_("It is outside the area or organ of your role."))
    today = user.today
    if area.starts_on > today or (area.ends_on and area.ends_on < today):
        return Decision(_("Nobody looks after this area today."))
    if not area.cadre.public_phone:
        return Decision(
            _("%(name)s has no public phone; enter one first.") % {"name": area.cadre.name}
        )
    return ALLOWED


def may_print_card(user, card):
    """Allowed to those who keep the cards and to the cadre named on it."""
    is_own = card.area.cadre.user_id in user.identity_ids
    if not (is_own or _keeps(user, card.area)):
        return NotYours(_("It is outside the area or organ of your role."))
    if not card.is_in_force(on=user.today):
        return NotNow(_("A card that is not in force is not printed."))
    return ALLOWED


def may_renew_card(user, card):
    decision = may_print_card(user, card)
    if decision and card.stands(user.today) != card.State.CHANGED:
        return NotNow(_("What is printed on the card is still right."))
    if decision and not card.area.cadre.public_phone:
        return Decision(
            _("%(name)s has no public phone; enter one first.") % {"name": card.area.cadre.name}
        )
    return decision


def may_revoke_card(user, card):
    return only(
        _keeps(user, card.area), _("Office, host and liaisons revoke contact cards.")
    ) and unless(card.revoked_on, _("The card is revoked."), NotNow)


def may_keep_texts(user):
    if user.holds(P.SET_PARAMETERS):
        return ALLOWED
    return NotYours(_("The programme office keeps the texts of the cards."))


def may_keep_text(user, division):
    """Allowed within the territory of the grant; texts without a territory require an unlimited
    grant."""
    if not (decision := may_keep_texts(user)):
        return decision
    for grant in user.grants_with(P.SET_PARAMETERS):
        reaches = (
            not grant.division_id or division and division.path.startswith(grant.division.path)
        )
        if reaches and not grant.organ_id:
            return ALLOWED
    return Decision(_("It is outside the area or organ of your role."))
