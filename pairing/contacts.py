"""The last contact of a pairing: the last visit of its cadre there since it began.

The day is kept in `Pairing.last_contact_on` and recomputed whenever a visit of the cadre changes;
nobody enters it.
"""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.db.models.lookups import IsNull

from outreach.actions.visits import VISITS_CHANGED
from outreach.models import Visit, VisitCompanion
from pairing.models import Pairing
from pairing.models.pairings import PairingState


def _last_contact():
    """Return an expression for the day of the last visit that counts as contact.

    That is a visit by the cadre at the unit, as author or companion; for a personal pairing, a
    visit that names the household.
    """
    names_a_unit = IsNull(OuterRef("household"), True)
    along = VisitCompanion.objects.filter(cadre=OuterRef("cadre"))
    beside = VisitCompanion.objects.filter(
        cadre=OuterRef(OuterRef("cadre")), visit=OuterRef("visit")
    )
    led = Visit.objects.filter(names_a_unit, author=OuterRef("cadre"), unit=OuterRef("unit"))
    doors = Visit.households.through.objects.filter(household=OuterRef("household"))
    # Several queries, each with an index, instead of one OR that no index serves.
    ways = [
        (led, ""),
        (along.filter(names_a_unit, visit__unit=OuterRef("unit")), "visit__"),
        (doors.filter(Q(visit__author=OuterRef("cadre")) | Q(Exists(beside))), "visit__"),
    ]
    return Greatest(
        *(
            Subquery(
                rows.filter(
                    **{f"{via}voided_at": None, f"{via}visited_on__gte": OuterRef("starts_on")}
                )
                .order_by(f"-{via}visited_on")
                .values(f"{via}visited_on")[:1]
            )
            for rows, via in ways
        )
    )


def recount(pairings):
    """Recompute the last contact of these pairings in one statement."""
    pairings.order_by().update(last_contact_on=_last_contact())


def recount_of(cadres):
    """Recompute it after visits of these cadres (ids) changed; only for agreed pairings."""
    agreed = Pairing.objects.filter(state=PairingState.AGREED, cadre__in=cadres)
    # Most visitors have no pairing and skip the slow query.
    if keys := list(agreed.values_list("pk", flat=True)):
        recount(Pairing.objects.filter(pk__in=keys))


VISITS_CHANGED.append(recount_of)
