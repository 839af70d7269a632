"""The address of the list of schemes."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.models import Scheme
from evaluation.models.schemes import SchemeState, Subject
from portal.pages.filters import Address, LedgerFilter, in_state
from portal.roles import Permission

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


def _tabs_for(user):
    """Only people who write schemes see drafts."""
    keeps = user.holds(Permission.MANAGE_EVALUATION)
    return {code: label for code, label in TABS.items() if keeps or code != SchemeState.DRAFT}


SCHEMES_AT = Address(SchemeFilter, Scheme.objects.visible_to, _tabs_for, in_state)
