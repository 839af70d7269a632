"""Rules on fieldwork records, and on visits ticked for a batch."""

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models.visits import CORRECTION_DAYS
from outreach.rules.matters import may_register_matter
from portal.roles import Permission as P
from portal.trust import wall
from portal.trust.access import ALLOWED, Decision, NotNow, only, stands_at, unless
from research.models import BatchUnit, ResearchBatch
from research.models.batches import ARRANGED_STATES, BatchState
from research.rules.batches import goes_with
from research.rules.topics import leads


def may_record(user, batch, method):
    """Write down one of the batch's methods, while it is under way."""
    does = leads(user, batch.topic.lead_organ) or goes_with(user, batch)
    return (
        only(method in batch.methods, _("It is no method of this batch."), NotNow)
        and only(does, _("Who goes with the batch writes down what was heard."))
        and only(
            batch.stands(user.today) == BatchState.UNDER_WAY, batch.get_state_display(), stands_at
        )
    )


def may_correct_activity(user, activity):
    wrote = activity.written_by_id in user.identity_ids
    age = (user.today - timezone.localdate(activity.created_at)).days
    return only(wrote, _("Only who wrote it corrects it.")) and only(
        age <= CORRECTION_DAYS,
        _("A record can be corrected for %(days)s days.") % {"days": CORRECTION_DAYS},
        Decision,
    )


def may_register_from(user, activity):
    """Register a matter from a record: for its writer, participants and those who lead the
    research."""
    batch = activity.batch
    does = (
        activity.written_by_id in user.identity_ids
        or leads(user, batch.topic.lead_organ)
        or goes_with(user, batch)
    )
    return (
        only(does, _("Who goes with the batch makes matters of it."))
        and only(user.holds(P.REGISTER_MATTERS), _("Your roles do not register matters."))
        and may_register_matter(user, activity.unit)
    )


def may_count_for(batches, *, unit, author, organ, on):
    """Whether a visit of this cadre at this unit on this day is fieldwork of all these batches."""
    if not batches:
        return ALLOWED
    found = fieldwork_of([author], units=[unit.pk], first=on, last=on)
    # As the system, since another person may be entering the visit.
    with wall.as_system("whether a visit is fieldwork"):
        fitting = set(found.values_list("pk", flat=True))
    others = [one.label for one in batches if one.pk not in fitting]
    said = _("Not under way on this day, not at this place, or not yours: %(batches)s.")
    return unless(others, said % {"batches": _(", ").join(others)})


def fieldwork_of(cadres, *, units, first, last):
    """Arranged or ended batches in these days at one of these units, in which one of these cadres
    takes part."""
    rows = ResearchBatch.objects.filter(state__in=(*ARRANGED_STATES, BatchState.OVER))
    there = BatchUnit.objects.filter(unit__in=units)
    going = ResearchBatch.people.through.objects.filter(cadre__in=cadres)
    return rows.filter(
        starts_on__lte=last,
        ends_on__gte=first,
        pk__in=there.values("batch"),
    ).filter(pk__in=going.values("researchbatch"))
