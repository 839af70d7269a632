"""Statistics column 典型做法: practices spread in the period."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from oversight.models import Practice, PracticeStep
from portal.sheets.statistics import Column, link_to, register_columns


def _spread(layout, period):
    rows = Practice.objects.library().filter(spread_on__range=(period.first, period.last))
    rows = layout.of(rows).order_by()
    return {key: (n,) for key, n in rows.values_list(layout.key).annotate(n=Count("pk"))}


def _touched(layout, period, key, since, limit):
    moved = PracticeStep.objects.filter(at__gt=since).order_by().values("practice")
    rows = Practice.objects.library().filter(spread_on__range=(period.first, period.last))
    rows = layout.in_row(rows, key).filter(pk__in=moved).order_by("-spread_on", "-pk")
    return [(one.name, one.get_absolute_url()) for one in rows[:limit]]


register_columns(
    Column(
        "practices",
        170,
        "典型做法",
        _("Practices spread"),
        unit="个",
        link=link_to("oversight:practices", "spread_from", "spread_to", tab="library"),
    ),
    count=_spread,
    touched=_touched,
)
