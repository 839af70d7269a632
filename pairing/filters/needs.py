"""The addresses of the lists of needs and offers, the same for page and sheet."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.models import HelpNeed, HelpResource
from pairing.models.needs import HelpKind, NeedState, Urgency
from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice

NEED_TABS = {
    "open": pgettext_lazy("needs", "Open"),
    "run_out": _("Run out"),
    "met": pgettext_lazy("needs", "Met"),
    "withdrawn": _("No longer needed"),
}
# Whether the side in need is paired today.
HELPED = {"somebody": _("somebody is paired"), "nobody": _("nobody is paired")}
AGES = [
    ("30", _("more than 30 days ago")),
    ("90", _("more than 90 days ago")),
    ("180", _("more than 180 days ago")),
]
OFFER_TABS = {"on": _("On offer"), "past": _("Past offers")}


class NeedFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "helped", "noted_from", "noted_to")
    alone = None
    kind = choice(_("Kind of help"), HelpKind.choices)
    urgency = choice(_("Urgency"), Urgency.choices)
    whose = choice(
        _("Of whom"),
        [("unit", _("of units")), ("household", _("of households"))],
        method="by_whose",
    )
    age = choice(pgettext_lazy("needs", "Noted"), AGES, method="by_age")
    helped = choice(_("Paired today"), list(HELPED.items()), method="by_helped")
    noted_from, noted_to = between("noted_on", _("Noted from"), _("Noted to"))

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
    kind = choice(_("Kind of help"), HelpKind.choices)
    organ = PickedFilter("organ", label=_("Offered by"), method="by_organ")
    area = PickedFilter("division", label=_("Area"), method="by_area")

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
