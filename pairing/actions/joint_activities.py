"""Joint activities of two partnered branches: entered, corrected, voided."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outreach.actions.matters import DifferentContent
from pairing.models import JointActivity
from pairing.rules import joint_activities as rules
from portal.pages import search
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, put_what_differs
from portal.trust.access import require

FIELDS = ("kind", "theme", "held_on", "place", "head_count", "deeds", "effect")


@transaction.atomic
def record_activity(*, pairing, client_key, by, at, photos=(), **content):
    """Return (activity, whether it is new); a repeated submission is entered once."""
    pairing = locked(pairing, "organ", "unit", no_key=True)
    require(rules.may_record_activity(by, pairing))
    known = JointActivity.objects.filter(client_key=client_key).first()
    if known:
        return _same(known, pairing, by, content), False
    _check_day(by, pairing, content["held_on"])

    activity = JointActivity(pairing=pairing, client_key=client_key, recorded_by=by, created_at=at)
    _fill(activity, content)
    activity.save()
    activity.photos.add(*photos)
    audit.record("joint_activity.recorded", on=activity, by=by, fields=FIELDS, values=content)
    return activity, True


def _same(known, pairing, by, content):
    is_same = (known.pairing_id, known.recorded_by_id) == (pairing.pk, by.pk)
    if not is_same or known.held_on != content["held_on"]:
        raise DifferentContent
    return known


@transaction.atomic
def correct_activity(*, activity, by, **content):
    activity = locked(activity, "pairing__organ", "pairing__unit")
    require(rules.may_correct_activity(by, activity))
    _check_day(by, activity.pairing, content["held_on"])
    changed = _fill(activity, content)
    if changed:
        activity.save(update_fields=[*changed, "search"])
        audit.record("joint_activity.corrected", on=activity, by=by, fields=changed, values=content)
    return activity


@transaction.atomic
def void_activity(*, activity, by, at, reason):
    """Void an activity: it stays visible with the reason but no longer counts."""
    activity = locked(activity, "pairing__organ", "pairing__unit")
    require(rules.may_void_activity(by, activity))
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why.")})
    change(activity, voided_by=by, voided_at=at, void_reason=reason)
    fields = ["voided_at", "void_reason"]
    audit.record("joint_activity.voided", on=activity, by=by, fields=fields, values=[reason])
    return activity


def _check_day(by, pairing, day):
    if not (decision := rules.may_be_held_on(by, pairing, day)):
        raise ValidationError({"held_on": decision.refusal})


def _fill(activity, content):
    """Fill in what was typed, and return the names of the changed fields."""
    changed = put_what_differs(activity, {name: content[name] for name in FIELDS})
    searched = [getattr(activity, name) for name in JointActivity.SEARCHED_FIELDS]
    activity.search = search.vector(*searched)
    return changed
