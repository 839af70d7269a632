"""The filters of the diary."""

import django_filters
from django.utils.translation import gettext_lazy as _

from outreach.filters.imported import ImportedFilter
from outreach.models import Visit
from outreach.models.visits import Purpose, VisitMode
from portal import uses
from portal.pages.filters import (
    Address,
    LedgerFilter,
    PickedFilter,
    choice,
    day_from,
    day_to,
    of_kind,
)


class VisitFilter(ImportedFilter, LedgerFilter):
    MORE = (*LedgerFilter.MORE, "campaign", "batch")
    visited_from = day_from(_("From"), "visited_on")
    visited_to = day_to(_("To"), "visited_on")
    author = PickedFilter("cadre", label=_("Cadre"))
    mode = choice(_("How"), VisitMode)
    unit_kind = of_kind()
    purpose = choice(_("Purpose"), Purpose, method="by_purpose")
    companions_over = django_filters.NumberFilter(
        field_name="companion_count",
        lookup_expr="gt",
        label=_("More companions than"),
        min_value=0,
        max_value=99,
    )
    campaign = PickedFilter("campaign", label=_("Ticked for the campaign"), field_name="campaigns")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        off = uses.off()
        if "campaigns" in off:
            del self.form.fields["campaign"]
        if off:
            field = self.form.fields["purpose"]
            field.choices = [
                one for one in field.choices if not one[0] or uses.of_purpose(one[0]) not in off
            ]

    def by_purpose(self, queryset, name, value):
        return queryset.filter(purposes__contains=[value])


VISITS_AT = Address(VisitFilter, lambda user: Visit.objects.visible_to(user).standing())
