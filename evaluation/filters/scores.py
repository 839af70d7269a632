"""The address of the sheet of evidence, limited by cycle and people."""

import django_filters
from django.utils.translation import gettext_lazy as _

from evaluation.models import Cycle, Score
from portal.pages.filters import Address, PickedFilter, PlacedFilter


class ScoreFilter(PlacedFilter):
    via = "appraised__"
    cycle = django_filters.ModelChoiceFilter(
        label=_("Cycle"), queryset=Cycle.objects.none(), field_name="computation__cycle"
    )
    organ = PickedFilter("organ", label=_("Sending or own organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Organ alone"), method="by_itself")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.form.fields["cycle"].queryset = Cycle.objects.visible_to(user)


# Only the last score of each appraised.
SCORES_AT = Address(ScoreFilter, lambda user: Score.objects.visible_to(user).latest())
