"""The list query of the matter ledger: tab, view and filters, the same for page, count and
sheet."""

from datetime import timedelta

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.filters.imported import ImportedFilter
from outreach.models import CarriedMatter, Matter, MatterAssignment
from outreach.models.closings import open_at_the_end_of
from outreach.models.matters import (
    OPEN_KIND,
    Category,
    Closure,
    Hard,
    NeedsWord,
    OpenKind,
    Stage,
    Status,
    Urgency,
    Word,
    handled_organ_ids,
    settled_at_once,
)
from portal.models import Organ
from portal.pages.filters import (
    Address,
    LedgerFilter,
    PickedFilter,
    choice,
    day_from,
    day_to,
    of_kind,
    yes,
)

DUE = [
    ("overdue", _("overdue")),
    ("soon", _("overdue or due within 2 days")),
    ("week", _("overdue or due within 7 days")),
]

WAYS = [("at_once", _("settled on the spot")), ("assigned", _("passed on for handling"))]


# Filters set by links from numbers; collapsed until used.
MORE = (
    "open due_from due_to closed_from closed_to answered dated on_time needs hard contact urgency"
    " way asked carried noted campaign alone batch"
)


class MatterFilter(ImportedFilter, LedgerFilter):
    MORE = (*LedgerFilter.MORE, *MORE.split())
    due = choice(_("Deadline"), DUE, method="by_due")
    category = choice(_("Category"), Category)
    unit_kind = of_kind()
    lead_organ = PickedFilter("organ", label=_("Lead organ"))
    registered_from = day_from(_("Registered from"), "registered_on")
    registered_to = day_to(_("Registered to"), "registered_on")
    status = choice(_("State"), Status)
    closure = choice(_("Closed as"), Closure)
    word = choice(_("The people's word"), Word)
    urgency = choice(_("Urgency"), Urgency)
    way = choice(_("Way"), WAYS, method="by_way")
    open = choice(_("Not closed"), [("any", _("any")), *OpenKind.choices], method="by_open")
    due_from = day_from(_("Due from"), "due_on")
    due_to = day_to(_("Due to"), "due_on")
    closed_from = day_from(_("Closed from"), "closed_on")
    closed_to = day_to(_("Closed to"), "closed_on")
    answered = yes(_("Answered"), "by_answered")
    dated = yes(_("With a deadline of its own"), "by_dated")
    on_time = yes(_("Closed in time"), "by_on_time")
    needs = choice(
        _("Waits for a leader's word"), [("any", _("any")), *NeedsWord.choices], method="by_needs"
    )
    hard = choice(_("Hard"), [("any", _("any")), *Hard.choices], method="by_hard")
    contact = choice(_("In contact"), [("none", _("nobody"))], method="by_contact")
    campaign = PickedFilter("campaign", label=_("From the campaign"), method="by_campaign")
    # Set by the links of the statistics.
    asked = choice(
        _("Sample call-back"),
        [("spoken", _("answered"))],
        method="by_asked",
        widget=forms.HiddenInput(),
    )
    carried = django_filters.NumberFilter(
        label=_("Carried over from"),
        method="by_carried",
        widget=forms.HiddenInput(),
        min_value=2000,
        max_value=2100,
    )

    noted = django_filters.NumberFilter(
        label=_("Noted as carried over from"),
        method="by_noted",
        widget=forms.HiddenInput(),
        min_value=2000,
        max_value=2100,
    )

    def by_way(self, queryset, name, value):
        if value == "at_once":
            return queryset.filter(settled_at_once())
        return queryset.filter(assigned_by_desk=True)

    def by_campaign(self, queryset, name, value):
        return queryset.of_campaign(value)

    def by_asked(self, queryset, name, value):
        return queryset.asked_in_sample()

    def by_carried(self, queryset, name, value):
        return open_at_the_end_of(int(value), queryset)

    def by_noted(self, queryset, name, value):
        return queryset.filter(pk__in=CarriedMatter.objects.filter(year=value).values("matter"))

    def by_due(self, queryset, name, value):
        today = self.user.today
        if value == "overdue":
            return queryset.overdue(on=today)
        days = 2 if value == "soon" else 7
        return queryset.running().filter(due_on__lte=today + timedelta(days=days))

    def by_open(self, queryset, name, value):
        open_rows = queryset.open()
        if value == "any":
            return open_rows
        return open_rows.alias(open_kind=OPEN_KIND).filter(open_kind=value)

    def by_answered(self, queryset, name, value):
        return queryset.filter(stage__in=[Stage.CALL_BACK, Stage.CLOSED])

    def by_dated(self, queryset, name, value):
        return queryset.with_deadline()

    def by_on_time(self, queryset, name, value):
        return queryset.filter(status=Status.CLOSED).answered_in_time()

    def by_needs(self, queryset, name, value):
        return queryset.needing_word(self.user, value)

    def by_hard(self, queryset, name, value):
        return queryset.hard(value)

    def by_contact(self, queryset, name, value):
        return queryset.nobody_in_contact(on=self.user.today)


TABS = {
    "waiting": _("For me to do"),
    "handling": _("In progress"),
    "call_back": _("Waiting for call-back"),
    "closed": _("Closed"),
    "mine": _("Done by me"),
    "all": _("All"),
}

VIEWS = {
    "all": _("All within my area"),
    "registered": _("Registered by us"),
    "handled": _("Handled by us"),
}


def _in_view(rows, view, user):
    if view == "registered":
        return rows.filter(organ__in=_own_organs(user))
    if view == "handled":
        organs = handled_organ_ids(user) or [user.organ_id]
        helps = MatterAssignment.objects.filter(organ__in=organs).values("matter")
        return rows.filter(Q(lead_organ__in=organs) | Q(pk__in=helps))
    return rows


def _own_organs(user):
    """The user's organ, and those that it took over in a reorganisation."""
    if not user.organ_id:
        return []
    former = Organ.objects.former_of(user.organ).order_by("pk").values_list("pk", flat=True)
    return [user.organ_id, *former]


def in_tab(rows, tab, user):
    if tab == "waiting":
        return rows.filter(pk__in=Matter.objects.waiting_for(user).order_by().values("pk"))
    if tab == "mine":
        return rows.filter(pk__in=Matter.objects.touched_by(user).order_by().values("pk"))
    if tab in Stage.values:
        return rows.filter(stage=tab)
    return rows


MATTERS_AT = Address(
    MatterFilter,
    Matter.objects.visible_to,
    TABS,
    tab_for=in_tab,
    otherwise="all",
    sheet_tab="all",
    views=VIEWS,
    in_view=_in_view,
)
