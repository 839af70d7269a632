"""The addresses of the lists of needs and offers, the same for page and sheet."""

from datetime import timedelta

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.models import HelpNeed, HelpResource
from pairing.models.needs import HelpKind, NeedState, Urgency
from portal.pages.filters import Address, LedgerFilter, PickedFilter
from portal.pages.forms import DayInput

NEED_TABS = {
    "open": pgettext_lazy("needs", "Open"),
    "run_out": _("Run out"),
    "met": pgettext_lazy("needs", "Met"),
    "withdrawn": _("No longer needed"),
}
# Whether somebody is paired with the very side that needs it, today.
HELPED = {"somebody": _("somebody is paired"), "nobody": _("nobody is paired")}
OFFER_TABS = {"on": _("On offer"), "past": _("Past offers")}


class NeedFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "helped", "noted_from", "noted_to")
    alone = None
    kind = django_filters.ChoiceFilter(label=_("Kind of help"), choices=HelpKind.choices)
    urgency = django_filters.ChoiceFilter(label=_("Urgency"), choices=Urgency.choices)
    whose = django_filters.ChoiceFilter(
        label=_("Of whom"),
        method="by_whose",
        choices=[("unit", _("of units")), ("household", _("of households"))],
    )
    age = django_filters.ChoiceFilter(
        label=_("Noted"),
        method="by_age",
        choices=[
            ("30", _("more than 30 days ago")),
            ("90", _("more than 90 days ago")),
            ("180", _("more than 180 days ago")),
        ],
    )
    helped = django_filters.ChoiceFilter(
        label=_("Paired today"), choices=list(HELPED.items()), method="by_helped"
    )
    noted_from = django_filters.DateFilter(
        field_name="noted_on", lookup_expr="gte", label=_("Noted from"), widget=DayInput()
    )
    noted_to = django_filters.DateFilter(
        field_name="noted_on", lookup_expr="lte", label=_("Noted to"), widget=DayInput()
    )

    class Meta:
        model = HelpNeed
        fields = []

    def by_whose(self, queryset, name, value):
        return queryset.of_units() if value == "unit" else queryset.of_households()

    def by_helped(self, queryset, name, value):
        rows = queryset.with_pairing(self.user.today)
        return rows.filter(is_helped=value == "somebody")

    def by_age(self, queryset, name, value):
        return queryset.filter(noted_on__lt=self.user.today - timedelta(days=int(value)))


class OfferFilter(LedgerFilter):
    MORE = ()
    host = itself = unit = alone = None
    kind = django_filters.ChoiceFilter(label=_("Kind of help"), choices=HelpKind.choices)
    organ = PickedFilter("organ", label=_("Offered by"), method="by_organ")
    area = PickedFilter("division", label=_("Area"), method="by_area")

    class Meta:
        model = HelpResource
        fields = []

    def by_organ(self, queryset, name, value):
        return queryset.filter(organ__path__startswith=value.path)

    def by_area(self, queryset, name, value):
        return queryset.filter(organ__division__path__startswith=value.path)


def _needs_in(rows, tab, *, on):
    if tab == "open":
        return rows.open(on)
    if tab == "run_out":
        return rows.run_out(on)
    return rows.filter(state=NeedState.MET if tab == "met" else NeedState.WITHDRAWN)


def _offers_in(rows, tab, *, on):
    if tab == "past":
        return rows.filter(Q(until__lt=on) | Q(withdrawn_on__isnull=False))
    return rows.on_offer(on)


NEEDS_AT = Address(NeedFilter, HelpNeed.objects.visible_to, NEED_TABS, _needs_in)
OFFERS_AT = Address(OfferFilter, HelpResource.objects.visible_to, OFFER_TABS, _offers_in)
