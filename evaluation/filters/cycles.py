"""The addresses of the lists of cycles and of who is appraised in one."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.appraisal.gathering import left_or_moved
from evaluation.models import Appraised, Cycle
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import Subject
from portal.models import Cadre
from portal.pages.filters import Address, LedgerFilter, PickedFilter

CYCLE_TABS = {
    "running": _("Under way"),
    CycleState.FINAL.value: _("Final"),
    CycleState.CANCELLED.value: _("Broken off"),
}
APPRAISED_TABS = {
    "standing": _("Appraised"),
    "since": _("Left or transferred since"),
    "left_out": pgettext_lazy("evaluation", "Left out"),
}


class CycleFilter(LedgerFilter):
    MORE = ()
    area = organ = itself = host = unit = alone = None
    year = django_filters.NumberFilter(
        field_name="starts_on__year", label=_("Year"), min_value=2000, max_value=2999
    )


class AppraisedFilter(LedgerFilter):
    MORE = ("itself", "host", "unit")
    alone = None
    subject = django_filters.ChoiceFilter(
        label=pgettext_lazy("evaluation", "For whom"), choices=Subject.choices
    )
    scheme = django_filters.ChoiceFilter(label=_("Scheme"))
    organ = PickedFilter("organ", label=_("Sending or own organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Organ alone"), method="by_itself")

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.fields["scheme"].choices = [
            ("", "---------"),
            *((str(one.pk), str(one)) for one in cycle.schemes.order_by("pk")),
        ]


def _in_tab(rows, tab, *, on):
    return rows.running() if tab == "running" else rows.filter(state=tab)


def of_oneself(user):
    """The user's own appraisals in all cycles."""
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    return Appraised.objects.visible_to(user).filter(cadre__in=own)


CYCLES_AT = Address(CycleFilter, Cycle.objects.visible_to, CYCLE_TABS, _in_tab)
MINE_AT = Address(None, of_oneself)


def appraised_in(tab, rows):
    if tab == "left_out":
        return rows.exclude(left_out_reason="")
    return left_or_moved(rows.standing()) if tab == "since" else rows.standing()
