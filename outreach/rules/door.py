"""May this person decide on a message held by the door, or print a slip with a query code?"""

from datetime import datetime, time, timedelta

from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from outreach.models import DoorMessage, FollowUp, MatterAssignment, MatterCare
from outreach.models.matters import CHASED_FOR, RaiserKind, Status
from outreach.rules.matters import Standing, may_change_contact, outside_moves
from outreach.rules.outside import stands_outside
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

ABOUT_CONTACT = (DoorMessage.Kind.CORRECT, DoorMessage.Kind.ERASE)
# How long a receipt can be shown again to the user who registered the matter.
SHOWN_FOR = timedelta(hours=24)
# The longest delay of a contact's erasure by an open call.
LONGEST_WAIT = timedelta(days=30)


def may_see_held(user):
    if user.holds(P.HOST_MATTERS) or user.holds(P.MANAGE_PEOPLE):
        return ALLOWED
    return NotYours(_("Host and office look at what the villager's door holds back."))


def may_decide_message(user, message):
    if not (decision := may_see_held(user)):
        return decision
    if message.state != DoorMessage.State.HELD:
        return NotNow(_("Somebody has decided on it already."))
    if not DoorMessage.objects.visible_to(user).filter(pk=message.pk).exists():
        return NotYours(_("It is for the host of the place or the office."))
    return ALLOWED


def may_release_message(user, message):
    """A request about the contact may come from the printer of the slip, or anybody who knows its
    code. It is released by somebody who may change the contact or is independent of the matter, and
    never by the printer."""
    decision = may_decide_message(user, message)
    slip = message.slip
    if not decision or message.kind not in ABOUT_CONTACT or not (slip and slip.is_from_inside):
        return decision
    if slip.made_by_id in user.identity_ids | {user.pk}:
        return Decision(_("You or whom you stand in for printed this slip; somebody else decides."))
    if may_change_contact(user, slip.matter) or is_outside(user, slip.matter):
        return ALLOWED
    return Decision(
        _(
            "You may not change this contact, and you or your organ registered, handled or "
            "reviewed the matter. Somebody else decides, such as the office."
        )
    )


def may_read_remarks(user, matter):
    if user.holds(P.ARRANGE_CALL_BACKS, on=matter):
        return ALLOWED
    return NotYours(_("Host, desk and office read what is added by slip."))


# --- Slips ------------------------------------------------------------------------------------


def may_print_slip(user, matter, *, standing=None):
    """People who register, handle or review the matter print a slip for following it and adding
    remarks; those who may print a deciding slip print that one."""
    standing = standing or Standing(user, matter, on=user.today)
    if not (standing.takes_part or standing.reviews or standing.is_registrar):
        return may_print_closing_slip(user, matter)
    return _has_a_slip(matter)


def _has_a_slip(matter):
    """Only a matter with a single raiser, named or anonymous, has a slip."""
    if matter.referred_to or matter.is_dispute or matter.raiser_kind == RaiserKind.CADRE_FOUND:
        return NotNow(_("There is nobody to whom a slip of this matter is given."))
    return ALLOWED


def may_show_receipt(user, matter, *, at):
    """The user who has just registered a matter may show its receipt to the raiser, on the
    screen."""
    if not (decision := _has_a_slip(matter)):
        return decision
    if matter.typed_by_id != user.pk:
        return NotYours(_("Who wrote the matter down shows its receipt."))
    # Nobody sits in front of the screen when an old ledger is imported.
    if matter.batch_id or at - matter.created_at > SHOWN_FOR:
        return NotNow(_("It is shown for 24 hours. Print a receipt with a query code instead."))
    return ALLOWED


def may_print_closing_slip(user, matter):
    """A deciding slip closes or reopens the matter (DESIGN 6.3). It concerns the reviewed result
    and is printed by somebody who arranges call-backs and is independent of the matter."""
    if not (decision := _has_a_slip(matter)):
        return decision
    if matter.status != Status.AWAITING_WORD or not matter.has_somebody_to_ask:
        return NotNow(_("A slip that decides is printed once the result has passed its review."))
    if user.holds(P.ARRANGE_CALL_BACKS, on=matter) and is_outside(user, matter):
        return ALLOWED
    return NotYours(_who_prints_instead(matter))


def is_outside(user, matter):
    """Whether the person is independent: neither they nor anybody of their organs registered,
    handled or reviewed the matter."""
    people, organs = _handling_chain(matter)
    return stands_outside(user, people=people, organs=organs)


def _handling_chain(matter):
    """(accounts, organs) of all who registered, handled or reviewed the matter; their organs of
    that day and of today. Passing it up does not count."""
    registrar = matter.registered_by
    people = {matter.typed_by_id, registrar and registrar.user_id}
    organs = {
        matter.organ_id,
        matter.typed_by and matter.typed_by.organ_id,
        registrar and registrar.organ_id,
    }
    steps = matter.steps.exclude(move__in=[*outside_moves(), "pass_up"]).order_by()
    for by, its, principal, whose, of_the_day in steps.values_list(
        "by", "by__organ", "on_behalf_of", "on_behalf_of__organ", "organ"
    ):
        people |= {by, principal}
        organs |= {its, whose, of_the_day}
    care = MatterCare.objects.filter(matter=matter)
    given = MatterAssignment.objects.filter(matter=matter, returned_reason="")
    for who, organ in [
        *care.values_list("cadre__user", "cadre__organ"),
        *given.values_list("signed_by", "organ"),
    ]:
        people.add(who)
        organs.add(organ)
    return people - {None}, organs - {None}


def _who_prints_instead(matter):
    _people, organs = _handling_chain(matter)
    able = []
    if matter.host_organ_id not in organs:
        able.append(_("the host of the place"))
    if not matter.assigned_by_desk:
        able.append(_("the assignment desk"))
    able.append(_("the office"))
    return _(
        "Who registered, handled or reviewed the matter, or belongs to their organs, prints no "
        "slip that closes it. That is done by %(who)s; or somebody calls back."
    ) % {"who": _(" or ").join(able)}


def decides(slip, *, on):
    """Whether a word by this slip closes or reopens its matter on this day. It does not if the
    printer has handled the matter since."""
    if slip.closes_round != slip.matter.reopen_count:
        return False
    return is_outside(slip.made_by.acting(on=on), slip.matter)


def may_chase(matter, *, on):
    """Whether the holder of a slip may urge the matter (催一催)."""
    if matter.is_closed:
        return NotNow(_("The matter is closed: there is nothing to urge any more."))
    if matter.chased_on and on < matter.chased_on + CHASED_FOR:
        return NotNow(_("The matter was urged within the last seven days already."))
    return ALLOWED


def erasing_waits(message, matter, *, on):
    """Whether the erasure of a contact waits for an open call."""
    is_asked = FollowUp.objects.open_on(on).filter(matter=matter).exists()
    return is_asked and message.received_at >= waits_if_received_from(on)


def waits_if_received_from(on):
    """Return the moment before which received erasures no longer wait, in whole days."""
    return make_aware(datetime.combine(on - LONGEST_WAIT, time()))
