"""Stays: publishing them, and all later changes, each with its document.

The columns of a stay hold its current state; its steps tell what happened, by whom and why.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outreach.actions.areas import pass_on_area
from outreach.models import ContactArea, FollowUp, Matter, MatterCare, Stay, StayStep
from outreach.models.stays import Ending, StayState
from outreach.papers import add_steps
from outreach.rules import matters as matter_rules
from outreach.rules import stays as rules
from outreach.stay_days import whole_months
from portal import parameters
from portal.kinds import KINDS
from portal.models import Experience
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep
from portal.trust import privacy
from portal.trust.access import require

Move = StayStep.Move

MOVE_OF = {
    Ending.TERM: Move.COMPLETED,
    Ending.EARLY: Move.EARLY,
    Ending.RECALLED: Move.RECALLED,
    Ending.REPLACED: Move.REPLACED,
}
STAY = ("cadre__user", "cadre__organ", "unit__host_organ", "unit__division")


@transaction.atomic
def publish_stay(*, cadre, unit, document, by, at, **terms):
    """Send a cadre to a unit by a document.

    `terms` are kind, starts_on and ends_on, and programme, lodging, is_leader and `replaces`, the
    stay that it follows. Raises ValidationError when the cadre stays elsewhere on one of the days.
    """
    require(rules.may_publish_stay(by, cadre, unit))
    require(rules.may_last(terms["kind"], terms["starts_on"], terms["ends_on"]))
    stay = Stay(cadre=cadre, post=cadre.post, organ_id=cadre.organ_id, document=document, **terms)
    stay.created_at = at
    stay.stand_at(unit)
    keep(stay)
    take_step(stay, Move.PUBLISHED, by=by, at=at, document=document)
    fields = ["cadre", "unit", "starts_on", "ends_on"]
    values = [cadre.pk, unit.pk, stay.starts_on, stay.ends_on, document]
    audit.record("stay.published", by, stay, fields, values)
    return stay


@transaction.atomic
def change_end(*, stay, ends_on, document, reason, by, at):
    """Lengthen or shorten the term, under a document."""
    stay = locked(stay, *STAY)
    require(rules.may_change_end(by, stay))
    require(rules.may_end_on(stay, ends_on))
    require(rules.may_last(stay.kind, stay.starts_on, ends_on))
    before, stay.ends_on = stay.ends_on, ends_on
    keep(stay, fields=["ends_on"])
    facts = {"before": before.isoformat(), "after": ends_on.isoformat()}
    take_step(stay, Move.END_CHANGED, by=by, at=at, document=document, words=reason, facts=facts)
    audit.record("stay.end_changed", by, stay, ["ends_on"], facts)
    _drop_leave_after(stay, by=by, at=at)
    return stay


@transaction.atomic
def end_stay(*, stay, on, ending, by, at, **basis):
    """End a stay early or recall the cadre; `on` is the last day, `basis` document and reason."""
    stay = locked(stay, *STAY)
    require(rules.may_end_stay(by, stay))
    _end(stay, on, Ending(ending), by=by, at=at, **basis)
    return stay


@transaction.atomic
def complete_stay(*, stay, document="", by, at):
    """End a stay with its term; if long enough, it becomes grassroots experience."""
    stay = locked(stay, *STAY)
    require(rules.may_complete(by, stay))
    _end(stay, stay.ends_on, Ending.TERM, document=document, reason="", by=by, at=at)
    return stay


@transaction.atomic
def cancel_stay(*, stay, document, reason, by, at):
    stay = locked(stay, *STAY)
    require(rules.may_cancel(by, stay))
    change(stay, state=StayState.CANCELLED)
    take_step(stay, Move.CANCELLED, by=by, at=at, document=document, words=reason)
    audit.record("stay.cancelled", by, stay, ["state"])
    return stay


@transaction.atomic
def replace_stay(
    *, stay, cadre, starts_on, ends_on, document, reason, by, at, promises="", things=""
):
    """Replace the cadre: the stay ends on the day before, a new one begins, and the work passes on.

    Returns the new stay.
    """
    stay = locked(stay, *STAY)
    require(rules.may_replace(by, stay))
    require(rules.may_succeed(stay, cadre))
    actor = {"by": by, "at": at}
    last, facts = starts_on - timedelta(days=1), {"cadre": cadre.name}
    _end(stay, last, Ending.REPLACED, document=document, reason=reason, facts=facts, **actor)
    terms = {
        name: getattr(stay, name) for name in ["unit", "kind", "programme", "lodging", "is_leader"]
    }
    terms |= {"starts_on": starts_on, "ends_on": ends_on, "document": document}
    new = publish_stay(cadre=cadre, replaces=stay, **terms, **actor)
    given = {"promises": promises, "things": things}
    hand_over(stay=stay, successor=cadre, on=starts_on, **given, **actor)
    return new


@transaction.atomic
def hand_over(*, stay, successor, on, by, at, promises="", things=""):
    """Pass open matters, contact areas and promises at the unit to the successor."""
    stay = locked(stay, *STAY)
    require(rules.may_hand_over(by, stay))
    require(rules.may_succeed(stay, successor))
    given = {"promises": promises, "things": things}
    given = {name: privacy.mask_ids(text.strip()) for name, text in given.items()}
    handover = stay.handovers.create(successor=successor, on=on, by=by, at=at, **given)
    areas = [
        pass_on_area(area, by=by, on=on, cadre=successor, values=[stay.pk])
        for area in _areas_of(stay, on)
    ]
    handover.areas.set(areas)
    matters = _pass_matters(stay, handover)
    facts = {"cadre": successor.name, "matters": len(matters), "areas": len(areas)}
    take_step(stay, Move.HANDED_OVER, by=by, at=at, facts=facts)
    values = [successor.pk, len(matters), len(areas)]
    audit.record("stay.handed_over", by, stay, ["successor"], values)
    return handover


def _areas_of(stay, on):
    """Contact areas of the leaver at the unit that run on that day or begin later, locked."""
    rows = _areas(stay).exclude(ends_on__lt=on).select_related("cadre", "unit")
    return locked_many(rows, no_key=True)


def _areas(stay):
    return ContactArea.objects.filter(cadre=stay.cadre_id, unit=stay.unit_id)


def _pass_matters(stay, handover):
    """Pass open matters to the successor, with their call-backs; the registrar does not change."""
    leaver, successor, at, by = stay.cadre, handover.successor, handover.at, handover.by
    matters = locked_many(_matters(stay), no_key=True)
    keys = [matter.pk for matter in matters]
    MatterCare.objects.running().filter(matter__in=keys).update(ended_at=at)
    passed = {"cadre": successor, "handover": handover}
    MatterCare.objects.bulk_create(MatterCare(matter=matter, **passed) for matter in matters)
    text = f"{leaver.name} → {successor.name}"
    add_steps(matters, "hand_over", by=by, at=at, text=text, facts={"document": stay.document})
    records = [(matter, [stay.pk, text]) for matter in matters]
    audit.record_each("matter.hand_over", by, records, ["carrier"])
    _pass_calls(leaver, successor, keys, by)
    return matters


def _matters(stay):
    """Open matters at the unit that the leaver registered or carries on."""
    open_here = Matter.objects.open().filter(unit=stay.unit_id)
    cared = MatterCare.objects.running().filter(cadre=stay.cadre_id).values("matter")
    anothers = MatterCare.objects.running().exclude(cadre=stay.cadre_id).values("matter")
    mine = open_here.filter(registered_by=stay.cadre_id).exclude(pk__in=anothers)
    return mine | open_here.filter(pk__in=cared)


def to_hand_over(stay, *, on):
    """How many (matters, contact areas) would pass on."""
    return _matters(stay).count(), _areas(stay).exclude(ends_on__lt=on).count()


def _pass_calls(leaver, successor, matters, by):
    """Pass open call-backs of the leaver to the successor if they may make them; else unassign
    them."""
    if leaver.user_id is None:
        return
    waiting = FollowUp.objects.filter(answered_at=None, given_up_at=None, caller=leaver.user_id)
    waiting = waiting.filter(matter__in=matters).select_related("matter__registered_by")
    user = successor.user if successor.user and successor.user.is_active else None
    passed = []
    for call in waiting.order_by("pk"):
        able = user and matter_rules.may_be_called_by(user.acting(on=by.today), call)
        change(call, caller=user if able else None)
        passed.append((call, [leaver.pk, successor.pk]))
    audit.record_each("follow_up.passed_on", by, passed, ["caller"])


def _end(stay, on, ending, *, document, reason, by, at, facts=None):
    require(rules.may_end_on(stay, on))
    if not stay.starts_on <= on <= stay.ends_on:
        raise ValidationError({"ended_on": _("The last day lies within the days of the stay.")})
    keep(stay, state=StayState.ENDED, ended_on=on, ending=ending)
    facts = (facts or {}) | {"last_day": on.isoformat()}
    if experience := _experience(stay):
        facts["experience"] = experience.pk
        values = [stay.pk, experience.pk]
        audit.record("cadre.experience_added", by, stay.cadre, ["experiences"], values)
    take_step(stay, MOVE_OF[ending], by=by, at=at, document=document, words=reason, facts=facts)
    audit.record("stay.ended", by, stay, ["state", "ended_on", "ending"])
    _drop_leave_after(stay, by=by, at=at)


def _drop_leave_after(stay, *, by, at):
    """Withdraw leave that begins after the last day of the stay."""
    leaves = stay.leaves.filter(starts_on__gt=stay.last_day, withdrawn_at=None, returned_on=None)
    dropped = locked_many(leaves.exclude(approved=False))
    records = [(leave, [stay.pk]) for leave in dropped]
    audit.record_each("leave.withdrawn", by, records, ["withdrawn_at"])
    stay.leaves.filter(pk__in=[leave.pk for leave in dropped]).update(withdrawn_at=at)


def _experience(stay):
    """Create an experience if the stay lasted enough months and was not recalled; else return
    None."""
    months = whole_months(stay.starts_on, stay.ended_on)
    least = parameters.number("posting.experience_months", on=stay.ended_on)
    if stay.ending == Ending.RECALLED or months < least:
        return None
    return Experience.objects.create(
        cadre=stay.cadre,
        started_on=stay.starts_on,
        ended_on=stay.ended_on,
        organ_kind=KINDS[stay.unit.kind].experience,
        place=f"{stay.place_label} {stay.get_kind_display()}"[:120],
    )
