"""The address of the list of words to be given."""

import django_filters
from django.utils.translation import gettext_lazy as _

from evaluation.models.words import without_word
from portal.pages.filters import LedgerFilter

GIVEN = {"due": _("still to be given"), "given": _("given, can be corrected")}


class WordFilter(LedgerFilter):
    """`side` is the side that gives the word; the queryset is already limited to its people."""

    MORE = ("organ", "itself", "host")
    alone = None
    given = django_filters.ChoiceFilter(
        label=_("Word"), choices=list(GIVEN.items()), method="by_given"
    )
    cycle = django_filters.NumberFilter(label=_("Cycle"), method="by_cycle")

    def __init__(self, *args, side, **kwargs):
        super().__init__(*args, **kwargs)
        self.side = side
        # Set by links of reminders and to-do items, not typed.
        self.form.fields["cycle"].widget = self.form.fields["cycle"].hidden_widget()

    def by_given(self, queryset, name, value):
        due = without_word(queryset, self.side)
        return due if value == "due" else queryset.exclude(pk__in=due.values("pk"))

    def by_cycle(self, queryset, name, value):
        return queryset.filter(cycle=int(value))
