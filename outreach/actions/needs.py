"""双报到: publishing, taking up, giving back and confirming needs; noting activities."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import CommunityActivity, CommunityNeed
from outreach.rules import needs as rules
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change
from portal.trust import privacy
from portal.trust.access import require


@transaction.atomic
def publish_need(*, unit, by, at, title, details, when, **facts):
    """Publish what a unit needs; `facts` are job, wanted and until."""
    require(rules.may_publish_need(by, unit))

    texts = {"title": title.strip(), "when": when.strip()}
    texts["details"] = privacy.mask_ids(details.strip())
    need = CommunityNeed(published_by=by, **texts, **facts)
    _place(need, unit, by, at)
    values = {"title": need.title, "unit": unit.pk, "until": need.until}
    audit.record("need.published", by, need, ["title", "job", "until"], values)
    return need


def _place(record, unit, by, at):
    """Save a new need or activity at its unit."""
    record.created_at, record.organ_id = at, by.organ_id or unit.host_organ_id
    record.stand_at(unit)
    record.save()


@transaction.atomic
def close_need(*, need, by, at):
    """Stop taking pledges; those made so far continue."""
    need = locked(need)
    require(rules.may_close_need(by, need))

    change(need, closed_by=by, closed_on=timezone.localdate(at))
    audit.record("need.closed", by, need, ["closed_on"])
    return need


@transaction.atomic
def take_up(*, need, by, at):
    """Take up a need. Its lock prevents more pledges than cadres wanted."""
    need = locked(need)
    require(rules.may_take_up(by, need))

    try:
        with transaction.atomic():
            organ_id = by.cadre.organ_id
            pledge = need.pledges.create(cadre=by.cadre, organ_id=organ_id, pledged_at=at)
    except IntegrityError as problem:
        raise PermissionDenied(_("You have taken this up already.")) from problem
    audit.record("need.taken_up", by, need, values={"cadre": pledge.cadre_id})
    return pledge


@transaction.atomic
def give_back(*, pledge, by, at):
    """Give a pledge back; no reason is asked."""
    pledge = locked(pledge, "need", "cadre")
    require(rules.may_give_back(by, pledge))

    change(pledge, ended_on=timezone.localdate(at))
    audit.record("need.given_back", by, pledge.need, values={"cadre": pledge.cadre_id})
    return pledge


@transaction.atomic
def confirm_pledge(*, pledge, by, at, served_on, feedback):
    pledge = locked(pledge, "need", "cadre")
    require(rules.may_confirm(by, pledge))

    said = {"served_on": served_on, "feedback": feedback.strip()}
    change(pledge, **said, confirmed_by=by, confirmed_on=timezone.localdate(at))
    values = {"cadre": pledge.cadre_id, **said, "feedback": pledge.feedback}
    audit.record("need.confirmed", by, pledge.need, said, values)
    return pledge


@transaction.atomic
def note_activity(*, unit, by, at, job, title, held_on, head_count):
    require(rules.may_publish_need(by, unit))

    facts = {"title": title.strip(), "held_on": held_on, "head_count": head_count}
    activity = CommunityActivity(job=job, noted_by=by, **facts)
    _place(activity, unit, by, at)
    audit.record("activity.noted", by, activity, facts, {**facts, "title": activity.title})
    return activity
