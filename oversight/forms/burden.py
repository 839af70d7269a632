"""Filter form of the burden panel."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.overview.dashboard import PERIODS
from outreach.overview.dashboard_forms import DashboardForm
from portal.roles import Permission as P


class BurdenForm(DashboardForm):
    """Limited to the area whose ledger the user reads, else to where the user admits requests.

    The default period is this quarter so far: a month says little in its first week.
    """

    usual = "quarter"
    period = forms.ChoiceField(
        label=_("Period"),
        choices=sorted(PERIODS.items(), key=lambda one: one[0] != "quarter"),
        required=False,
    )

    def __init__(self, *args, user, **kwargs):
        self.permission = P.READ_MATTERS if user.holds(P.READ_MATTERS) else P.ADMIT_REQUESTS
        super().__init__(*args, user=user, **kwargs)
