"""The address of the list of questionnaires."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address, LedgerFilter, PickedFilter
from research.models import Questionnaire
from research.models.questionnaires import QuestionnaireState as State

STATES = {
    "made": (State.DESIGN, State.TRIAL, State.REVIEW),
    "ready": (State.REVIEWED, State.FROZEN, State.DRAWN),
    "running": (State.RUNNING, State.LATE),
    "results": (State.STRIPPED, State.INTERNAL, State.PUBLISHED),
    "dropped": (State.DROPPED,),
}
TABS = {
    "made": pgettext_lazy("questionnaires", "Being made"),
    "ready": pgettext_lazy("questionnaires", "Reviewed"),
    "running": pgettext_lazy("questionnaires", "Under way"),
    "results": pgettext_lazy("questionnaires", "With results"),
    "dropped": pgettext_lazy("questionnaires", "Given up"),
    "all": pgettext_lazy("questionnaires", "All"),
}


class QuestionnaireFilter(LedgerFilter):
    MORE = ()
    area = itself = host = unit = alone = None
    organ = PickedFilter("organ", label=_("Carried out by"))

    def by_text(self, queryset, name, value):
        return queryset.containing(value)


def _in_tab(rows, tab, *, on):
    return rows.filter(state__in=STATES[tab]) if tab in STATES else rows


QUESTIONNAIRES_AT = Address(
    QuestionnaireFilter, Questionnaire.objects.visible_to, TABS, _in_tab, sheet_tab="all"
)
