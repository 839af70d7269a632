"""Inspected closed matters in the statistics, with non-respondents as unsolved and as solved. No
shares below 30 drawn."""

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from oversight.closures.bounds import LEAST
from oversight.closures.figures import COUNTED, EITHER, finished
from oversight.models import InspectedRow
from portal import editions
from portal.sheets.statistics import Column, register_columns
from portal.trust import wall


@wall.as_system(COUNTED)
def _closures(layout, period):
    inspections = finished().filter(closed_from__gte=period.first, closed_to__lte=period.seen_to)
    rows = InspectedRow.objects.filter(inspection__in=inspections.order_by().values("pk"))
    rows = layout.of(rows.alias(either=EITHER), at="matter__").order_by()
    counted = rows.values_list(f"matter__{layout.key}").annotate(
        drawn=Count("pk"),
        solved=Count("pk", filter=Q(either="solved")),
        possible=Count("pk", filter=~Q(either="unsolved")),
    )
    return {key: tuple(n) for key, *n in counted}


def _least(on):
    return LEAST


def _share(key, order, heading, title, part):
    return Column(
        key, order, heading, title, unit="%", share_of=part, whole="closures_drawn", least=_least
    )


register_columns(
    Column("closures_drawn", 122, "抽查办结", _("Closed matters looked at")),
    Column("closures_solved", 123, "查实解决", "", is_hidden=True),
    Column("closures_possible", 124, "可能解决", "", is_hidden=True),
    _share(
        "closures_low",
        125,
        "查实解决率（未联系到按未解决）",
        _("Verified as solved, those not reached as unsolved"),
        "closures_solved",
    ),
    _share(
        "closures_high",
        126,
        "可能解决率（未联系到按已解决）",
        _("Possibly solved, those not reached as solved"),
        "closures_possible",
    ),
    count=_closures,
    # Readers of the sheet may not all read the result for a matter.
    touched=lambda layout, period, key, since, limit: [],
)

editions.MORE_NOTES.append(
    "5.抽查办结为督查在本期办结事项中随机抽取的件数；抽取不足30件的行不列比率；"
    "两个比率未计抽样误差，置信区间见督查的办结真实性核查。"
)
