"""The address of the list of appraisals of Party members."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.models import MemberAppraisal
from evaluation.models.members import organizations_of, without_appraisal
from portal.pages.filters import Address, LedgerFilter, PickedFilter, in_state

TABS = {
    "open": _("Under way"),
    "finished": pgettext_lazy("Party members", "Decided"),
    "all": _("All appraisals"),
}


class MemberAppraisalFilter(LedgerFilter):
    MORE = ("itself", "host", "unit")
    alone = None
    year = django_filters.NumberFilter(
        label=_("Year"), min_value=2000, max_value=2100, widget=forms.NumberInput
    )
    organ = PickedFilter("organ", label=_("Organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Organ alone"), method="by_itself")


def missing(user):
    """Branches of this person that have no appraisal of this year yet."""
    return without_appraisal(organizations_of(user).current(user.today), user.today.year)


APPRAISALS_AT = Address(MemberAppraisalFilter, MemberAppraisal.objects.visible_to, TABS, in_state)
MISSING_AT = Address(None, missing)
