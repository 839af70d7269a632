"""The address of the list of schemes."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.models import Scheme
from evaluation.models.schemes import SchemeState, Subject
from portal.filters import LedgerFilter
from portal.web import Sort

NEWEST = Sort(_("newest first"), "created_at")

TABS = {
    SchemeState.PUBLISHED.value: _("Published"),
    SchemeState.DRAFT.value: _("Drafts"),
    SchemeState.WITHDRAWN.value: _("No longer used"),
}


class SchemeFilter(LedgerFilter):
    MORE = ()
    area = organ = itself = host = unit = alone = None
    subject = django_filters.ChoiceFilter(
        label=pgettext_lazy("evaluation", "For whom"), choices=Subject.choices
    )

    class Meta:
        model = Scheme
        fields = []
