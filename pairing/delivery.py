"""Promised against delivered, counted from the items.

Rows are in the official order of kinds, organs and places, never sorted by a figure.
"""

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from outreach.models.matters import SPOKEN, Word
from pairing.models.support import SupportKind, SupportState
from portal.models import GrassrootsUnit, Organ
from portal.pages.web import Sort

BY = {"kind": _("By kind"), "organ": _("By helping organ"), "unit": _("By place")}
OFFICIAL = {
    "organ": Sort(_("official order"), "sort_order", descending=False),
    "unit": Sort(
        _("official order"),
        ("host_organ__sort_order", "host_organ_id", "sort_order"),
        descending=False,
    ),
}
# The list filter that selects the items of one line.
FILTER_OF = {"kind": "kind", "organ": "itself", "unit": "unit"}


def _numbers(on):
    done = Q(state=SupportState.DONE)
    overdue = Q(state=SupportState.PROMISED, promised_for__lt=on)
    return {
        "promised": Count("pk"),
        "done": Count("pk", filter=done),
        "open": Count("pk", filter=Q(state=SupportState.PROMISED)),
        "overdue": Count("pk", filter=overdue),
        "dropped": Count("pk", filter=Q(state=SupportState.DROPPED)),
        "promised_amount": Sum("amount"),
        "done_amount": Sum("amount", filter=done),
        "said": Count("pk", filter=Q(word__in=SPOKEN)),
        "pleased": Count("pk", filter=Q(word__in=[Word.SATISFIED, Word.BASICALLY])),
    }


def total(items, *, on):
    return items.order_by().aggregate(**_numbers(on))


def by_kind(items, *, on):
    """[(kind, label, numbers)] of the kinds with promises."""
    counted = _grouped(items, "kind", on)
    return [(code, label, counted[code]) for code, label in SupportKind.choices if code in counted]


def places_of(items, by):
    """Return the organs or units that have items, for paging."""
    if by == "organ":
        return Organ.objects.filter(pk__in=items.order_by().values("organ"))
    units = GrassrootsUnit.objects.select_related("host_organ")
    return units.filter(pk__in=items.order_by().values("unit"))


def of_places(items, by, places, *, on):
    """[(key, label, numbers)] of these organs or units."""
    places = list(places)
    counted = _grouped(items.filter(**{f"{by}__in": places}), by, on)
    return [
        (
            place.pk,
            place.label if by == "organ" else f"{place.host_organ.label} {place.name}",
            counted[place.pk],
        )
        for place in places
    ]


def _grouped(items, by, on):
    rows = items.order_by().values(by).annotate(**_numbers(on))
    return {row.pop(by): row for row in rows}
