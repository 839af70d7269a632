"""The contact of a pairing: the last visit of its cadre there since it began, counted from visits.

The day is kept on the pairing (`Pairing.last_contact_on`) and counted anew whenever a visit of its
cadre changes; nobody types it.
"""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.db.models.lookups import IsNull

from outreach.actions.visits import VISITS_CHANGED
from outreach.models import Visit, VisitCompanion
from pairing.models import Pairing
from pairing.models.pairings import PairingState


def _last_contact():
    """The day of the last standing visit that keeps a pairing in contact: its cadre's at its unit,
    alone or along; of a personal one, a visit that names the household."""
    names_a_unit = IsNull(OuterRef("household"), True)
    along = VisitCompanion.objects.filter(cadre=OuterRef("cadre"))
    beside = VisitCompanion.objects.filter(
        cadre=OuterRef(OuterRef("cadre")), visit=OuterRef("visit")
    )
    led = Visit.objects.filter(names_a_unit, author=OuterRef("cadre"), unit=OuterRef("unit"))
    doors = Visit.households.through.objects.filter(household=OuterRef("household"))
    # Several queries, each from an index, instead of one with an OR, from none.
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
    """Count the last contact of some pairings from the visits; in one statement."""
    pairings.order_by().update(last_contact_on=_last_contact())


def recount_of(cadres):
    """After visits of these cadres (ids) changed; of pairings that are over nothing is due."""
    agreed = Pairing.objects.filter(state=PairingState.AGREED, cadre__in=cadres)
    # Most visits are of nobody who is paired: the long question is put only where somebody is.
    if keys := list(agreed.values_list("pk", flat=True)):
        recount(Pairing.objects.filter(pk__in=keys))


VISITS_CHANGED.append(recount_of)
