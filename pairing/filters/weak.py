"""The address of the register of weak Party organisations, and the picker of an organisation."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from pairing.models import WeakCheck, WeakOrganizationCase
from pairing.models.weak_cases import CaseState, WeakLevel
from portal.models import PartyOrganization
from portal.pages.filters import Address, PlacedFilter, choice
from portal.places.pickers import PICKERS, Picker
from portal.roles import Permission
from portal.trust.access import organ_reach


def _pickable(user):
    if user is None:
        return PartyOrganization.objects.none()
    rows = PartyOrganization.objects.current(user.today).of_units()
    reached = organ_reach(user, Permission.CHECK_WEAK_CASES, to="unit__host_organ")
    reached |= organ_reach(user, Permission.DECIDE_WEAK_CASES, to="unit__host_organ")
    return (
        rows.filter(reached)
        .select_related("unit__host_organ", "unit__division")
        .order_by("unit__sort_order", "sort_order", "pk")
    )


PICKERS["unit_party_organization"] = Picker(
    _pickable, lambda one: one.name, lambda one: f"{one.unit.host_organ.label} {one.unit.name}"
)

TABS = {"current": _("Current"), "archive": _("Archive")}


def tabs_for(user):
    """The tabs; only the office has the archive."""
    if user.holds(Permission.DECIDE_WEAK_CASES):
        return TABS
    return {"current": TABS["current"]}


def in_tab(rows, tab, *, on):
    return rows.archived() if tab == "archive" else rows.current()


class WeakCaseFilter(PlacedFilter):
    MORE = ("year", "host")
    organ = itself = None
    q = django_filters.CharFilter(label=_("Keyword"), method="by_text", min_length=2, max_length=60)
    state = choice(_("State"), CaseState.choices)
    level = choice(_("Kind"), WeakLevel.choices)
    year = django_filters.NumberFilter(
        label=_("Year"), field_name="year", widget=forms.NumberInput(attrs={"min": 2012})
    )
    late = choice(_("Items"), [("1", _("with overdue items"))], method="by_late")
    # The reason for naming secretaries, set by that export.
    secretary = django_filters.CharFilter(
        label=_("Secretaries are named because"),
        method="by_nothing",
        max_length=200,
        widget=forms.HiddenInput(),
    )

    def by_text(self, queryset, name, value):
        return queryset.containing(value)

    def by_late(self, queryset, name, value):
        return queryset.with_overdue_items(self.user.today)

    def by_nothing(self, queryset, name, value):
        return queryset


CASES_AT = Address(WeakCaseFilter, WeakOrganizationCase.objects.visible_to, tabs_for, in_tab)
CHECKS_AT = Address(None, WeakCheck.objects.visible_to)
