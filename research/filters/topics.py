"""The address of the list of research topics."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice
from research.models import ResearchTopic
from research.models.topics import TopicSource, TopicState

TABS = {
    "mine": pgettext_lazy("topics", "Mine"),
    "running": pgettext_lazy("topics", "Running"),
    "all": _("All topics"),
}


class TopicFilter(LedgerFilter):
    MORE = ("from_day", "to_day")
    area = host = unit = itself = alone = None
    state = choice(_("State"), TopicState)
    source = choice(pgettext_lazy("research", "Source"), TopicSource)
    organ = PickedFilter("organ", label=pgettext_lazy("research", "Lead organ"), method="by_organ")
    from_day, to_day = between("starts_on", _("Begins from"), _("Begins by"))

    def by_organ(self, queryset, name, value):
        return queryset.filter(lead_organ__path__startswith=value.path)


def _tab_for(rows, tab, user):
    if tab == "mine":
        return rows.of(user)
    return rows.running() if tab == "running" else rows


TOPICS_AT = Address(
    TopicFilter, ResearchTopic.objects.visible_to, TABS, tab_for=_tab_for, otherwise="all"
)
