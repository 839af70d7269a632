"""The records behind a line of a score: a link if the reader may see them, else their number.

Readers see that a record counts for or against a score, but not its contents unless they may open
it.
"""

from collections.abc import Callable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.appraisal.indicators import INDICATORS
from evaluation.models.schemes import Gate
from outreach.models import FollowUp, Matter, StayMonth, StayReport
from pairing.models import Pairing, SupportItem
from portal.roles import Permission
from portal.trust.access import reach

LABELS = {
    "follow_up": _("Call-back"),
    "matter": _("Matter"),
    "matter_assignment": _("Assignment"),
    "pairing": _("Pairing"),
    "support_item": _("Item of help"),
    "suggestion": _("Suggestion"),
    "stay_month": _("Month of a stay"),
    "finding": _("Finding"),
}
OF_GATES = {
    Gate.STAY_MONTHS.value: "stay_month",
    Gate.STAY_DAYS.value: "stay_month",
    Gate.FINDINGS.value: "finding",
}


def kind_of(code):
    """The kind of records of an indicator or gate."""
    return OF_GATES.get(code) or INDICATORS[code].records


def title_of(code):
    return INDICATORS[code].title if code in INDICATORS else Gate(code).label


def _follow_ups(user, ids):
    opened = FollowUp.objects.visible_to(user) | FollowUp.objects.readable_by(user)
    rows = opened.filter(pk__in=ids).select_related("matter").distinct()
    return {row.pk: (row.matter.number_label, row.matter.get_absolute_url()) for row in rows}


def _matters(user, ids):
    rows = Matter.objects.visible_to(user).filter(pk__in=ids)
    return {
        row.pk: (f"{row.number_label} {row.title}", row.get_absolute_url())
        for row in rows.only("number_year", "number", "title")
    }


def _assignments(user, ids):
    rows = Matter.objects.visible_to(user).filter(assignments__in=ids)
    found = rows.values_list("assignments", "pk", "number_year", "number", "title")
    return {
        pk: (f"MQ{year}-{number:04d} {title}", reverse("outreach:matter", args=[matter]))
        for pk, matter, year, number, title in found
        if pk in ids
    }


def _pairings(user, ids):
    rows = Pairing.objects.visible_to(user).filter(pk__in=ids).select_related("unit", "township")
    return {row.pk: (row.unit.name, row.get_absolute_url()) for row in rows}


def _support_items(user, ids):
    rows = SupportItem.objects.visible_to(user).filter(pk__in=ids).only("what")
    return {row.pk: (row.what, row.get_absolute_url()) for row in rows}


def _suggestions(user, ids):
    rows = StayReport.objects.visible_to(user).filter(suggestions__in=ids)
    return {
        pk: (title, reverse("outreach:stay_report", args=[report]))
        for pk, report, title in rows.values_list("suggestions", "pk", "title")
        if pk in ids
    }


def _stay_months(user, ids):
    own = Q(stay__cadre__user__in=user.identity_ids)
    opened = own | reach(user, Permission.READ_STAYS, via="stay__")
    rows = StayMonth.objects.filter(opened, pk__in=ids).select_related("stay__unit")
    return {
        row.pk: (f"{row.month:%Y-%m} {row.stay.unit.name}", row.stay.get_absolute_url())
        for row in rows
    }


# {kind: function(user, ids) -> {id: (words, address)} of the records the user may see}
OPENED: dict[str, Callable] = {
    "follow_up": _follow_ups,
    "matter": _matters,
    "matter_assignment": _assignments,
    "pairing": _pairings,
    "support_item": _support_items,
    "suggestion": _suggestions,
    "stay_month": _stay_months,
}


def links(user, wanted):
    """{(kind, id): (words, address)} for {kind: ids}; one statement per kind."""
    found = {}
    for kind, ids in wanted.items():
        if ids and kind in OPENED:
            opened = OPENED[kind](user, set(ids))
            found |= {(kind, pk): shown for pk, shown in opened.items()}
    return found


def shown_to(user, found):
    """Return function(code, record) -> (words, address) for the pairs (code, record) in `found`.
    Records that the user may not open get their kind and id, without an address."""
    wanted = {}
    for code, record in found:
        wanted.setdefault(kind_of(code), []).append(record)
    opened = links(user, wanted)

    def shown(code, record):
        kind = kind_of(code)
        return opened.get((kind, record), (f"{LABELS[kind]} {record}", ""))

    return shown
