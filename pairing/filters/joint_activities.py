"""The address of the list of joint activities: filters, the same for page and sheet."""

import django_filters
from django.utils.translation import gettext_lazy as _

from pairing.models import JointActivity
from pairing.models.co_building import JointActivityKind
from portal.pages.filters import Address, LedgerFilter, PickedFilter
from portal.pages.forms import DayInput

TABS = {"held": _("Held"), "void": _("Void activities")}


class JointActivityFilter(LedgerFilter):
    MORE = ("host", "unit", "branch", "helped")
    via = "pairing__"
    alone = None
    itself = None
    organ = PickedFilter("organ", label=_("Helping organ"), method="by_organ")
    unit = PickedFilter("unit", label=_("Place"), field_name="pairing__unit")
    branch = PickedFilter(
        "party_organizations_of_organs",
        label=_("Helping Party organisation"),
        field_name="pairing__helper_branch",
    )
    helped = PickedFilter(
        "party_organizations_of_units",
        label=_("Partner at the grassroots"),
        field_name="pairing__helped_branch",
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=JointActivityKind.choices)
    held_from = django_filters.DateFilter(
        field_name="held_on", lookup_expr="gte", label=_("From"), widget=DayInput()
    )
    held_to = django_filters.DateFilter(
        field_name="held_on", lookup_expr="lte", label=_("To"), widget=DayInput()
    )

    class Meta:
        model = JointActivity
        fields = []

    def by_organ(self, queryset, name, value):
        return super(LedgerFilter, self).by_organ(queryset, name, value)


ACTIVITIES_AT = Address(
    JointActivityFilter,
    JointActivity.objects.visible_to,
    TABS,
    lambda rows, tab, on: rows.standing() if tab == "held" else rows.exclude(voided_at=None),
)
