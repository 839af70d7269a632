"""The last columns of the statistics: 整顿党组织数 and 销号数.

The number is withheld in rows that cover few Party organisations, because it would identify the
weak one (ADR 0034). The records behind it are never listed.
"""

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from pairing.models import WeakOrganizationCase
from pairing.models.weak_cases import CaseState
from portal import editions as reports
from portal import parameters
from portal.models import Division, PartyOrganization
from portal.sheets.statistics import Column, register_columns


def _cases(layout, period):
    """Confirmed cases that ran on some day of the period, and those written off in it."""
    rows = WeakOrganizationCase.objects.exclude(state__in=[CaseState.NOTED, CaseState.REFUSED])
    # Old registers may lack the day of decision.
    begun = Q(decided_on__lte=period.last) | Q(decided_on=None, noted_on__lte=period.last)
    rows = layout.of(rows.filter(begun)).exclude(closed_on__lt=period.first).order_by()
    closed = Q(closed_on__range=(period.first, period.last))
    counted = rows.values_list(layout.key).annotate(
        n=Count("pk"), closed=Count("pk", filter=closed)
    )
    found = {key: tuple(n) for key, *n in counted}
    covered = _party_organizations(layout, period)
    if layout.by == "organ" and layout.subject.is_hosted:
        # Rows are visiting organs here; exclude organs that only manage the place.
        covered = {key: n for key, n in covered.items() if key in found}
    return {key: (*found.get(key, (0, 0)), covered.get(key, 0)) for key in found | covered}


def _party_organizations(layout, period):
    """{key: number of units' Party organisations}, counted like their cases."""
    rows = PartyOrganization.objects.of_units().filter(started_on__lte=period.last)
    rows = rows.current(period.first).order_by()
    subject = layout.subject
    if subject.division:
        rows = rows.within(subject.division)
    if subject.organ:
        rows = rows.filter(unit__host_organ__in=subject.organ_ids)
    if layout.by == "unit":
        return dict(rows.values_list("unit").annotate(n=Count("pk")))
    if layout.level is None:
        return dict(rows.values_list("unit__host_organ").annotate(n=Count("pk")))
    by_division = dict(rows.values_list("unit__division").annotate(n=Count("pk")))
    places = Division.objects.in_bulk([pk for pk in by_division if pk])
    counts = {}
    for pk, n in by_division.items():
        key = places[pk].ancestors_by_level.get(layout.level) if pk else None
        counts[key] = counts.get(key, 0) + n
    return counts


def _least(on):
    return parameters.number("eval.min_display_n", on=on)


register_columns(
    Column(
        "weak_organizations",
        160,
        "整顿党组织数",
        _("Weak organisations being put right"),
        unit="个",
        covers="party_organizations",
        least=_least,
    ),
    Column(
        "weak_written_off",
        165,
        "销号数",
        _("Of them written off"),
        unit="个",
        covers="party_organizations",
        least=_least,
    ),
    Column("party_organizations", 166, "涵盖党组织数", "", unit="个", is_hidden=True),
    count=_cases,
    # Readers of the sheet must not learn which organisation it is.
    touched=lambda layout, period, key, since, limit: [],
)

reports.MORE_NOTES.append(
    "4.整顿党组织数、销号数只在涵盖{least}个以上党组织的行列出，其余以空白表示，以免指明个别党组织。"
)
