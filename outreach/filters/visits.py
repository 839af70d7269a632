"""The filters of the diary."""

import django_filters
from django.utils.translation import gettext_lazy as _

from outreach.models import Visit
from outreach.models.visits import Purpose, VisitMode
from portal.pages.filters import Address, LedgerFilter, PickedFilter
from portal.pages.forms import DayInput


class VisitFilter(LedgerFilter):
    MORE = (*LedgerFilter.MORE, "campaign")
    visited_from = django_filters.DateFilter(
        field_name="visited_on", lookup_expr="gte", label=_("From"), widget=DayInput()
    )
    visited_to = django_filters.DateFilter(
        field_name="visited_on", lookup_expr="lte", label=_("To"), widget=DayInput()
    )
    author = PickedFilter("cadre", label=_("Cadre"))
    mode = django_filters.ChoiceFilter(label=_("How"), choices=VisitMode.choices)
    purpose = django_filters.ChoiceFilter(
        label=_("Purpose"),
        choices=Purpose.choices,
        field_name="purposes",
        lookup_expr="contains",
        method="by_purpose",
    )

    companions_over = django_filters.NumberFilter(
        field_name="companion_count",
        lookup_expr="gt",
        label=_("More companions than"),
        min_value=0,
        max_value=99,
    )

    campaign = PickedFilter("campaign", label=_("Ticked for the campaign"), field_name="campaigns")

    class Meta:
        model = Visit
        fields = []

    def by_purpose(self, queryset, name, value):
        return queryset.filter(purposes__contains=[value])


VISITS_AT = Address(VisitFilter, lambda user: Visit.objects.visible_to(user).standing())
