"""困难类型 of households: noted by the host; each reading leaves an audit entry."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pairing.models import HouseholdNeed, Pairing
from pairing.models.households import LONGEST_NEED_DAYS, DifficultyKind
from pairing.rules import pairings as rules
from portal.records import audit
from portal.roles import Permission as P
from portal.tools.saving import keep, put
from portal.trust import privacy
from portal.trust.access import require


@transaction.atomic
def reveal_difficulties(*, household, by):
    """Return the [HouseholdNeed] that run today; each reveal is one audit entry."""
    require(rules.may_read_difficulties(by, household))
    _note("household.difficulties_revealed", household, by, P.READ_CONTACTS)
    with privacy.opened(households=[household.pk]):
        running = HouseholdNeed.objects.filter(household=household).running(by.today)
        return list(running.order_by("noted_on", "pk"))


@transaction.atomic
def note_difficulty(*, household, category, expires_on, by, at):
    """Note a difficulty, or confirm it anew; it runs for one year at most."""
    require(rules.may_note_difficulty(by, household))
    today = timezone.localdate(at)
    expires_on = expires_on or today + timedelta(days=LONGEST_NEED_DAYS - 1)
    with privacy.opened(households=[household.pk]):
        kept = HouseholdNeed.objects.filter(household=household, category=category).first()
        kept = kept or HouseholdNeed(household=household, category=DifficultyKind(category))
        put(kept, {"noted_on": today, "noted_by": by, "expires_on": expires_on})
        keep(kept)
    _note("household.difficulty_noted", household, by, P.NOTE_HELP_NEEDS)
    return kept


@transaction.atomic
def drop_difficulty(*, household, category, by):
    """Delete a difficulty that no longer applies, so that no history of it is kept."""
    require(rules.may_note_difficulty(by, household))
    with privacy.opened(households=[household.pk]):
        HouseholdNeed.objects.filter(household=household, category=category).delete()
    _note("household.difficulty_dropped", household, by, P.NOTE_HELP_NEEDS)


def _note(event, household, by, permission):
    # A placed record, from which the principal's grant is determined.
    place = Pairing(organ_id=household.unit.host_organ_id)
    place.stand_at(household.unit)
    principal = by.principal_for(permission, on=place)
    audit.record(event, on=household, by=by, fields=["category"], principal=principal)
