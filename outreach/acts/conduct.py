"""Acts on conduct reports, for their recipients."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions import conduct as actions
from outreach.forms.conduct import ConductOutcomeForm, HandOverForm
from outreach.models import ConductReport
from outreach.rules import conduct as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_report(user):
    return ConductReport.objects.visible_to(user).select_related("subject_organ", "closed_by")


crumbs = crumbs_under(_("Conduct reports"), "outreach:conduct_reports")


REPORTS = Acts(
    "outreach",
    "report",
    "conduct/<int:pk>/",
    visible_report,
    crumbs,
    keeps_drafts=False,
    acts=(
        Act(
            "hand_over_report",
            _("Hand over to discipline inspection"),
            rules.may_deal_with_report,
            actions.hand_over,
            HandOverForm,
            "hand-over/",
            crumb=_("Hand over"),
            submit=_("Hand over and erase"),
            intro=_("The text is erased here once the receipt is entered. This cannot be undone."),
            audit={"conduct.handed_over": _("Conduct report handed over")},
        ),
        Act(
            "close_report",
            _("Dealt with here"),
            rules.may_deal_with_report,
            actions.close_report,
            ConductOutcomeForm,
            "close/",
            crumb=_("Close"),
            submit=_("Close"),
            intro=_(
                "The report is closed for good; the outcome is sealed and read by nobody else."
            ),
            audit={"conduct.answered": _("Conduct report dealt with")},
        ),
        Act(
            "step_aside",
            _("Step aside"),
            rules.may_deal_with_report,
            actions.step_aside,
            path="step-aside/",
            confirm=_("Step aside? You will no longer see this report."),
            then=lambda report, _none: reverse("outreach:conduct_reports"),
            said=_("You have stepped aside; this report is no longer shown to you."),
            audit={"conduct.recused": _("Stepped aside from a conduct report")},
        ),
    ),
)
