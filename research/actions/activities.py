"""The short fieldwork records, and the matters made from them."""

from django.db import transaction
from django.utils import timezone

from outreach.actions import matters
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import keep, put_what_differs
from portal.trust.access import require
from research.models import ResearchActivity
from research.rules import activities as rules

RELATED = ("batch__topic__lead_organ__division", "unit__division", "unit__host_organ")


@transaction.atomic
def record_activity(*, batch, method, by, at, unit, held_on, **content):
    """Record one symposium, interview, spot check or on-site look."""
    batch = locked(batch, "topic__lead_organ__division", no_key=True)
    require(rules.may_record(by, batch, method))

    facts = {"method": method, "held_on": held_on, "written_by": by, "created_at": at}
    lead = batch.topic.lead_organ_id
    activity = ResearchActivity(batch=batch, organ_id=lead, **facts, **content)
    activity.stand_at(unit)
    activity.validate_constraints()
    keep(activity)
    _note("recorded", activity, by, sorted(content))
    return activity


@transaction.atomic
def correct_activity(*, activity, by, unit, held_on, **content):
    activity = locked(activity, *RELATED)
    require(rules.may_correct_activity(by, activity))

    changed = put_what_differs(activity, {"held_on": held_on, **content})
    if unit.pk != activity.unit_id:
        activity.stand_at(unit)
        changed.append("unit")
    activity.validate_constraints()
    keep(activity)
    _note("corrected", activity, by, changed)
    return activity


@transaction.atomic
def register_matter(*, activity, by, at, unit, **form):
    """需办事项: register a matter in the ledger that links back to the record."""
    activity = locked(activity, *RELATED, no_key=True)
    require(rules.may_register_from(by, activity))

    on = timezone.localdate(at)
    matter = matters.register_matter(unit=unit, by=by, at=at, on=on, **form)
    activity.matters.add(matter)
    audit.record("research.matter_registered", by, activity, ["matters"], {"matter": matter.pk})
    return matter


def _note(event, activity, by, fields):
    values = {name: getattr(activity, name) for name in fields}
    audit.record(f"research.activity_{event}", by, activity, fields, values)
