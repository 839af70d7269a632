"""Takes back the last step of a record: its values before are restored, and both steps stay.

A noun whose steps have the move `UNDONE` calls `remember` with each step that can be taken back.
`portal/acts/undoing.py` builds its act; nothing here decides who may.
"""

import json
from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import parameters
from portal.models import StepBefore
from portal.models.clock import DatabaseClock
from portal.tools.saving import put
from portal.trust import crypto, wall
from portal.trust.access import ALLOWED, NotNow, NotYours

PURPOSE = "step.before"
# The move of a step that takes the last one back.
UNDONE = "undone"


def standing(record, names):
    """{column: value} of what a step is about to change."""
    columns = [record._meta.get_field(name).attname for name in names]
    return {column: getattr(record, column) for column in columns}


def remember(step, before, *, at):
    """Store the values before a step while it can be taken back; 0 hours disable taking back."""
    hours = parameters.number("takeback.hours", on=timezone.localdate(at))
    if not hours:
        return
    # Not Django's encoder, which cuts the moments to milliseconds.
    sealed = crypto.encrypt(json.dumps(before, default=str, ensure_ascii=False), PURPOSE)
    noun = step._meta.label_lower
    until = at + timedelta(hours=hours)
    StepBefore.objects.create(noun=noun, step=step.pk, sealed=sealed, until=until)


def last_step(record):
    """Return the last step of a record, with `kept`: the key of its stored values, if they still
    exist."""
    steps = record.steps
    kept = StepBefore.objects.filter(
        noun=steps.model._meta.label_lower, step=OuterRef("pk"), until__gt=DatabaseClock()
    )
    steps = steps.annotate(kept=Subquery(kept.values("pk")[:1]))
    with wall.as_system("whether a step can be taken back"):
        return steps.select_related("by").order_by("-pk").first()


def may_undo(user, step, supervises):
    """Return whether this user may take back the step: its author, or anyone for whom
    `supervises()`."""
    if step is None or not step.kept:
        hours = parameters.number("takeback.hours", on=user.today)
        said = _("A step is taken back within %(hours)s hours, until somebody goes on with it.")
        return NotNow(said % {"hours": hours})
    if step.by_id not in user.identity_ids and not supervises():
        return NotYours(_("Who made the step takes it back, or who supervises it."))
    return ALLOWED


def restore(record, step):
    """Restore the values before a step and save them; return the columns."""
    kept = StepBefore.objects.get(pk=step.kept)
    before = json.loads(crypto.decrypt(kept.sealed, PURPOSE))
    read = record._meta.get_field
    put(record, {name: read(name).to_python(value) for name, value in before.items()})
    record.save(update_fields=[*before])
    kept.delete()
    return sorted(before)


def mark(steps):
    """Mark the steps that a later one took back; `steps` are the latest first."""
    stands = []
    for step in reversed(steps):
        if getattr(step, step.MOVE_FIELD) != UNDONE:
            stands.append(step)
        elif stands:
            stands.pop().is_taken_back = True
    return steps


def forget(*, at):
    """Delete the stored values of steps that can no longer be taken back."""
    return StepBefore.objects.filter(until__lte=at).delete()[0]
