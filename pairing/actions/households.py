"""困难类型 of households: noted by the host, looked at by few, each time with an audit entry."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pairing.models import HouseholdNeed, Pairing
from pairing.models.households import LONGEST_NEED_DAYS, DifficultyKind
from pairing.rules import pairings as rules
from portal.roles import Permission
from portal.run.saving import keep
from portal.trust import audit, privacy
from portal.trust.access import require

P = Permission


@transaction.atomic
def reveal_difficulties(*, household, by):
    """[HouseholdNeed] that run today; each reveal is one audit entry."""
    require(rules.may_read_difficulties(by, household))
    audit.record(
        "household.difficulties_revealed",
        on=household,
        by=by,
        fields=["category"],
        principal=by.principal_for(P.READ_CONTACTS, on=_place(household)),
    )
    with privacy.opened(households=[household.pk]):
        running = HouseholdNeed.objects.filter(household=household).running(by.today)
        return list(running.order_by("noted_on", "pk"))


@transaction.atomic
def note_difficulty(*, household, category, expires_on, by, at):
    """Noted, or looked at anew: it runs for one year at most."""
    require(rules.may_note_difficulty(by, household))
    today = timezone.localdate(at)
    with privacy.opened(households=[household.pk]):
        kept = HouseholdNeed.objects.filter(household=household, category=category).first()
        kept = kept or HouseholdNeed(household=household, category=DifficultyKind(category))
        kept.noted_on, kept.noted_by = today, by
        kept.expires_on = expires_on or today + timedelta(days=LONGEST_NEED_DAYS - 1)
        keep(kept)
    _note("household.difficulty_noted", household, by)
    return kept


@transaction.atomic
def drop_difficulty(*, household, category, by):
    """What is no longer so is erased, not kept as a past of somebody."""
    require(rules.may_note_difficulty(by, household))
    with privacy.opened(households=[household.pk]):
        HouseholdNeed.objects.filter(household=household, category=category).delete()
    _note("household.difficulty_dropped", household, by)


def _note(event, household, by):
    audit.record(
        event,
        on=household,
        by=by,
        fields=["category"],
        principal=by.principal_for(P.NOTE_HELP_NEEDS, on=_place(household)),
    )


def _place(household):
    """The household as a placed record, for asking whose grant opened it."""
    place = Pairing(organ_id=household.unit.host_organ_id)
    place.stand_at(household.unit)
    return place
