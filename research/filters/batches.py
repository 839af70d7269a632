"""The address of the list of batches of research."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice
from research.models import BatchUnit, ResearchBatch
from research.models.batches import BatchState

TABS = {
    "mine": pgettext_lazy("batches", "I go with"),
    "running": pgettext_lazy("batches", "Under way"),
    "ahead": pgettext_lazy("batches", "Arranged"),
    "all": _("All batches"),
}


class BatchFilter(LedgerFilter):
    MORE = ("unit", "from_day", "to_day")
    area = host = itself = alone = None
    state = choice(_("State"), BatchState, method="by_state")
    organ = PickedFilter("organ", label=pgettext_lazy("research", "Lead organ"), method="by_organ")
    unit = PickedFilter("unit", label=_("Goes to the unit"), method="by_unit")
    from_day, to_day = between("starts_on", _("Begins from"), _("Begins by"))

    def by_state(self, queryset, name, value):
        return queryset.standing(value, self.user.today)

    def by_organ(self, queryset, name, value):
        return queryset.filter(topic__lead_organ__path__startswith=value.path)

    def by_unit(self, queryset, name, value):
        # Only units visible to the reader: filtering must not reveal a planned spot check.
        there = BatchUnit.objects.visible_to(self.user).filter(unit=value)
        return queryset.filter(pk__in=there.values("batch"))


def _tab_for(rows, tab, user):
    if tab == "mine":
        return rows.of(user)
    if tab == "running":
        return rows.running(user.today)
    return rows.standing(BatchState.ARRANGED, user.today) if tab == "ahead" else rows


BATCHES_AT = Address(
    BatchFilter, ResearchBatch.objects.visible_to, TABS, tab_for=_tab_for, otherwise="all"
)
