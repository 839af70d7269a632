"""双报到: publishing a need, taking it up, giving it back, confirming; noting an activity."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import CommunityActivity, CommunityNeed, NeedPledge
from outreach.rules import needs as rules
from portal.run.locking import locked
from portal.run.saving import change
from portal.trust import audit, privacy
from portal.trust.access import require


@transaction.atomic
def publish_need(*, unit, by, at, job, title, details, when, wanted, until):
    require(rules.may_publish_need(by, unit))

    need = CommunityNeed(
        job=job,
        title=title.strip(),
        details=privacy.mask_ids(details.strip()),
        when=when.strip(),
        wanted=wanted,
        until=until,
        published_by=by,
        created_at=at,
        organ_id=by.organ_id or unit.host_organ_id,
    )
    need.stand_at(unit)
    need.save()
    audit.record(
        "need.published",
        on=need,
        by=by,
        fields=["title", "job", "until"],
        values={"title": need.title, "unit": unit.pk, "until": until},
    )
    return need


@transaction.atomic
def close_need(*, need, by, at):
    """Nobody more is wanted; what was taken up goes on."""
    need = locked(need)
    require(rules.may_close_need(by, need))

    change(need, closed_by=by, closed_on=timezone.localdate(at))
    audit.record("need.closed", on=need, by=by, fields=["closed_on"])
    return need


@transaction.atomic
def take_up(*, need, by, at):
    """Under the need's lock, so that no more take it up than are wanted."""
    need = locked(need)
    require(rules.may_take_up(by, need))

    try:
        with transaction.atomic():
            pledge = NeedPledge.objects.create(
                need=need, cadre=by.cadre, organ_id=by.cadre.organ_id, pledged_at=at
            )
    except IntegrityError as problem:
        raise PermissionDenied(_("You have taken this up already.")) from problem
    audit.record("need.taken_up", on=need, by=by, values={"cadre": pledge.cadre_id})
    return pledge


@transaction.atomic
def give_back(*, pledge, by, at):
    """No reason is asked and none is kept."""
    pledge = locked(pledge, "need", "cadre")
    require(rules.may_give_back(by, pledge))

    change(pledge, ended_on=timezone.localdate(at))
    audit.record("need.given_back", on=pledge.need, by=by, values={"cadre": pledge.cadre_id})
    return pledge


@transaction.atomic
def confirm_pledge(*, pledge, by, at, served_on, feedback):
    pledge = locked(pledge, "need", "cadre")
    require(rules.may_confirm(by, pledge))

    pledge.served_on, pledge.feedback = served_on, feedback.strip()
    pledge.confirmed_by, pledge.confirmed_on = by, timezone.localdate(at)
    pledge.save(update_fields=["served_on", "feedback", "confirmed_by", "confirmed_on"])
    audit.record(
        "need.confirmed",
        on=pledge.need,
        by=by,
        fields=["served_on", "feedback"],
        values={"cadre": pledge.cadre_id, "served_on": served_on, "feedback": pledge.feedback},
    )
    return pledge


@transaction.atomic
def note_activity(*, unit, by, at, job, title, held_on, head_count):
    require(rules.may_publish_need(by, unit))

    activity = CommunityActivity(
        job=job,
        title=title.strip(),
        held_on=held_on,
        head_count=head_count,
        noted_by=by,
        created_at=at,
        organ_id=by.organ_id or unit.host_organ_id,
    )
    activity.stand_at(unit)
    activity.save()
    audit.record(
        "activity.noted",
        on=activity,
        by=by,
        fields=["title", "held_on", "head_count"],
        values={"title": activity.title, "held_on": held_on, "head_count": head_count},
    )
    return activity
