"""The address of the list of official papers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import Paper
from oversight.models.papers import OUT, PaperKind, PaperState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice

TABS = {
    "mine": pgettext_lazy("papers", "Mine"),
    "work": _("In work"),
    "out": pgettext_lazy("papers", "Issued"),
    "all": _("All papers"),
}


class PaperFilter(LedgerFilter):
    MORE = ("issued_from", "issued_to")
    area = host = unit = itself = alone = None
    kind = choice(pgettext_lazy("papers", "Kind"), PaperKind)
    state = choice(_("State"), PaperState)
    organ = PickedFilter("organ", label=_("Issuing organ"), method="by_organ")
    issued_from, issued_to = between("issued_on", _("Issued from"), _("Issued by"))

    def by_organ(self, queryset, name, value):
        return queryset.filter(organ__path__startswith=value.path)


def _tab_for(rows, tab, user):
    if tab == "mine":
        return rows.of(user)
    if tab == "work":
        return rows.exclude(state__in=OUT)
    return rows.filter(state__in=OUT) if tab == "out" else rows


PAPERS_AT = Address(PaperFilter, Paper.objects.visible_to, TABS, tab_for=_tab_for, otherwise="all")
