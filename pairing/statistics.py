"""Statistics columns of pairing: 结对（三类） and 资金, counted from pairings and items.

Uses one statement over pairings and one over items, whatever the number of rows.
"""

from functools import partial

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from pairing.filters.pairings import ORGANIZATIONS
from pairing.models import Pairing, PairingStep, SupportItem, SupportStep
from pairing.models.pairings import ORGANIZATION_LEVELS, Level
from portal.sheets.statistics import OF_ENTERPRISES, WAN, Column, link_to, register_columns

# --- 结对（三类）: pairings that ran on any day of the period -------------------------------------


def _ran(period, rows=None):
    """Those of `rows`, by default of all pairings that help, that ran in the period."""
    over = Q(ended_on__lt=period.first)
    rows = Pairing.objects.helping() if rows is None else rows
    return (
        rows.not_cancelled()
        .filter(starts_on__lte=period.last, ends_on__gte=period.first)
        .exclude(over)
    )


def _pairings(layout, period):
    rows = layout.of(_ran(period)).order_by().values_list(layout.key)
    counted = rows.annotate(
        households=Count("pk", filter=Q(level=Level.HOUSEHOLD)),
        members=Count("pk", filter=Q(level=Level.MEMBER)),
        organizations=Count("pk", filter=Q(level__in=ORGANIZATION_LEVELS)),
    )
    return {key: tuple(n) for key, *n in counted}


def _touched_pairings(layout, period, key, since, limit):
    return _touched(layout.in_row(_ran(period), key), since, limit)


def _touched(rows, since, limit):
    moved = PairingStep.objects.filter(at__gt=since).values("pairing")
    rows = rows.filter(Q(created_at__gt=since) | Q(pk__in=moved))
    rows = rows.select_related("unit").order_by("-starts_on", "-pk")
    return [(f"{one.starts_on} {one.unit.name}", one.get_absolute_url()) for one in rows[:limit]]


_BY_LEVEL = (
    ("paired_households", 130, "结对困难群众", _("Households paired"), Level.HOUSEHOLD.value),
    ("paired_members", 132, "结对困难党员", _("Party members paired"), Level.MEMBER.value),
    (
        "paired_organizations",
        134,
        "结对基层组织",
        _("Grassroots organisations paired"),
        ORGANIZATIONS[0],
    ),
)
_pairing_link = partial(link_to, "pairing:pairings", "ran_from", "ran_to", tab="all")

register_columns(
    *(Column(*column, unit="对", link=_pairing_link(level=level)) for *column, level in _BY_LEVEL),
    count=_pairings,
    touched=_touched_pairings,
)


# --- 师带徒: in enterprises -----------------------------------------------------------------------


def _mentoring(layout, period):
    rows = layout.of(_ran(period, Pairing.objects.mentoring())).order_by()
    return {key: (n,) for key, n in rows.values_list(layout.key).annotate(n=Count("pk"))}


def _touched_mentoring(layout, period, key, since, limit):
    rows = layout.in_row(_ran(period, Pairing.objects.mentoring()), key)
    return _touched(rows, since, limit)


register_columns(
    Column(
        "mentoring", 136, "师带徒", _("Masters and apprentices"), unit="对", only_in=OF_ENTERPRISES
    ),
    count=_mentoring,
    touched=_touched_mentoring,
)


# --- 资金（万元）: items done in the period -------------------------------------------------------


def _money(layout, period):
    rows = SupportItem.objects.done().with_money()
    rows = layout.of(rows.filter(done_on__range=(period.first, period.last))).order_by()
    counted = rows.values_list(layout.key).annotate(yuan=Sum("amount"))
    return {key: (round(yuan),) for key, yuan in counted}


def _touched_money(layout, period, key, since, limit):
    rows = SupportItem.objects.with_money().filter(done_on__range=(period.first, period.last))
    moved = SupportStep.objects.filter(at__gt=since).values("item")
    rows = layout.in_row(rows, key).filter(Q(created_at__gt=since) | Q(pk__in=moved))
    rows = rows.select_related("unit").order_by("-done_on", "-pk")
    return [(f"{one.done_on} {one.unit.name}", one.get_absolute_url()) for one in rows[:limit]]


_money_link = link_to("pairing:support_items", "done_from", "done_to", state="done", money="yes")

register_columns(
    Column("support_yuan", 140, "资金（万元）", _("Money delivered"), unit=WAN, link=_money_link),
    count=_money,
    touched=_touched_money,
)
