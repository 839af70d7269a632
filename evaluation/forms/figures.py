"""Area and period of the numbers of evaluation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.overview.dashboard import PERIODS
from outreach.overview.dashboard_forms import DashboardForm
from portal.roles import Permission


class EvaluationForm(DashboardForm):
    permission = Permission.READ_EVALUATION


class BurdenForm(EvaluationForm):
    """For a sheet by organ; the default is this year so far, as on other sheets."""

    usual = "year"
    period = forms.ChoiceField(
        label=_("Period"),
        choices=sorted(PERIODS.items(), key=lambda one: one[0] != "year"),
        required=False,
    )
