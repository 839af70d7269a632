"""Filters and addresses of the lists of samples and drawn units; shared by page and sheet."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address, PickedFilter, PlacedFilter, Search, choice, yes
from research.models import DrawnUnit, Sample
from research.models.samples import Disposition

TABS = {
    "all": _("All samples"),
    "draft": pgettext_lazy("samples", "In preparation"),
    "frozen": _("Seed to be thrown"),
    "drawn": pgettext_lazy("samples", "Drawn"),
    "given_up": pgettext_lazy("samples", "Given up"),
}
_IN = {
    "draft": Q(given_up_at=None, frozen_at=None),
    "frozen": Q(given_up_at=None, frozen_at__isnull=False, drawn_at=None),
    "drawn": Q(given_up_at=None, drawn_at__isnull=False),
    "given_up": Q(given_up_at__isnull=False),
}


def _in_tab(rows, tab, *, on):
    return rows.filter(_IN[tab]) if tab in _IN else rows


SAMPLES_AT = Address(
    Search(_("Name of the sample"), lambda rows, text: rows.containing(text)),
    Sample.objects.visible_to,
    TABS,
    _in_tab,
)

DRAWN_TABS = {
    "all": _("All drawn"),
    "open": pgettext_lazy("samples", "Still open"),
    "done": _("With an outcome"),
}


class DrawnFilter(PlacedFilter):
    """Drawn units of one sample, by stratum, disposition and asker."""

    MORE = ()
    area = organ = itself = host = None
    sample = django_filters.NumberFilter(label=_("Sample"), widget=forms.HiddenInput)
    stratum = django_filters.CharFilter(label=_("Stratum"), max_length=80)
    unit = PickedFilter("unit", label=_("Place"))
    disposition = choice(_("What became of it"), Disposition.choices)
    asked_by = PickedFilter("cadre", label=pgettext_lazy("samples", "Who asks"))
    nobody = yes(_("Nobody asks yet"), "by_nobody")

    def by_nobody(self, queryset, name, value):
        return queryset.filter(asked_by=None)

    def chips(self):
        # The heading already names the sample.
        return [one for one in super().chips() if one[2] != "sample"]


def _drawn_in(rows, tab, *, on):
    if tab == "open":
        return rows.filter(disposition="")
    return rows.exclude(disposition="") if tab == "done" else rows


DRAWN_AT = Address(
    DrawnFilter,
    lambda user: DrawnUnit.objects.visible_to(user).released(),
    DRAWN_TABS,
    _drawn_in,
)
