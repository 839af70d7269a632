"""What the burden panel is narrowed by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.overview.dashboard import PERIODS
from outreach.overview.dashboard_forms import DashboardForm
from portal.roles import Permission as P


class BurdenForm(DashboardForm):
    """Within what its reader reads of the ledger; else where its reader admits requests.

    This quarter so far: a month says nothing in its first week.
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
