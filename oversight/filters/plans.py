"""The addresses of the lists of plans and of their tasks."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import PlanItem, WorkPlan
from oversight.models.plans import PUBLIC, Measure, PlanKind, PlanState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice

PLAN_TABS = {
    "in_force": pgettext_lazy("plans", "In force"),
    "draft": pgettext_lazy("plans", "Being drawn up"),
    "all": _("All plans"),
}
ITEM_TABS = {
    "open": pgettext_lazy("plans", "Open"),
    "mine": pgettext_lazy("plans", "Mine"),
    "late": pgettext_lazy("plans", "Behind"),
    "done": pgettext_lazy("plans", "Done"),
    "all": _("All tasks"),
}


class PlanFilter(LedgerFilter):
    MORE = ("itself", "host")
    alone = unit = None
    kind = choice(pgettext_lazy("plans", "Kind"), PlanKind)
    state = choice(pgettext_lazy("plans", "State"), PlanState)


def _plans_in(rows, tab, *, on):
    if tab == "in_force":
        return rows.in_force()
    return rows.exclude(state__in=PUBLIC) if tab == "draft" else rows


PLANS_AT = Address(PlanFilter, WorkPlan.objects.visible_to, PLAN_TABS, _plans_in, otherwise="all")


class ItemFilter(LedgerFilter):
    via = "plan__"
    MORE = ("organ", "itself", "host", "due_from", "due_to")
    alone = unit = None
    plan = django_filters.NumberFilter(
        label=pgettext_lazy("plans", "Plan"), field_name="plan", widget=forms.HiddenInput()
    )
    lead = PickedFilter("organ", label=pgettext_lazy("plans", "Lead organ"), method="by_lead")
    measure = choice(_("What is counted"), Measure)
    due_from, due_to = between(
        "due_on", pgettext_lazy("plans", "Due from"), pgettext_lazy("plans", "Due by")
    )

    def by_lead(self, queryset, name, value):
        return queryset.filter(lead_organ__path__startswith=value.path)


def _items_for(rows, tab, user):
    if tab == "mine":
        return rows.of(user)
    if tab == "late":
        return rows.late(user.today)
    if tab == "done":
        return rows.in_force().exclude(done_on=None, reached_on=None)
    return rows.open() if tab == "open" else rows


ITEMS_AT = Address(
    ItemFilter, PlanItem.objects.visible_to, ITEM_TABS, tab_for=_items_for, sheet_tab="all"
)
