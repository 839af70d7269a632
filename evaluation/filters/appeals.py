"""The address of the list of objections."""

import django_filters
from django.utils.translation import gettext_lazy as _

from evaluation.filters.scores import ScoreFilter
from evaluation.models import Appeal, Cycle
from portal.pages.filters import Address, in_state

TABS = {
    "filed": _("Waits for an answer"),
    "upheld": _("Upheld"),
    "dismissed": _("Not upheld"),
    "withdrawn": _("Taken back"),
    "all": _("All objections"),
}


class AppealFilter(ScoreFilter):
    cycle = django_filters.ModelChoiceFilter(
        label=_("Cycle"), queryset=Cycle.objects.none(), field_name="appraised__cycle"
    )
    q = django_filters.CharFilter(label=_("Keyword"), method="by_text", min_length=2, max_length=60)

    def by_text(self, queryset, name, value):
        return queryset.containing(value)


APPEALS_AT = Address(AppealFilter, Appeal.objects.visible_to, TABS, in_state)
