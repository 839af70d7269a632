"""Acts on reports of topics."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from research.actions import reports as actions
from research.forms import reports as forms
from research.models import ResearchReport
from research.rules import reports as rules


@seen
def visible_report(user):
    return ResearchReport.objects.visible_to(user).select_related(
        "topic__lead_organ__division", "topic__leader", "written_by"
    )


crumbs = crumbs_under(_("Reports of research"), "research:reports", attrgetter("title"))


def _as_written(user, report):
    return {name: getattr(report, name) for name in actions.FIELDS}


REPORTS = Acts(
    "research",
    "report",
    "research/reports/<int:pk>/",
    visible_report,
    crumbs,
    acts=(
        Act(
            "hand_in_research_report",
            _("Hand it in"),
            rules.may_hand_in,
            actions.hand_in,
            path="hand-in/",
            audit={"research_report.handed_in": _("Report of research handed in")},
        ),
        Act(
            "edit_research_report",
            _("Go on writing"),
            rules.may_change_report,
            actions.change_report,
            forms.ReportForm,
            "edit/",
            initial=_as_written,
            submit=_("Keep as a draft and look at it"),
            audit={"research_report.changed": _("Report of research changed")},
        ),
        Act(
            "review_research_report",
            pgettext_lazy("reports", "Review it"),
            rules.may_review,
            actions.review_report,
            forms.ReviewForm,
            "review/",
            submit=_("Keep the review"),
            primary=True,
            audit={
                "research_report.reviewed": _("Report of research reviewed"),
                "research_report.sent_back": _("Report of research sent back"),
            },
        ),
        Act(
            "decide_research_report",
            pgettext_lazy("research", "Decide on it"),
            rules.may_decide,
            actions.decide_report,
            forms.DecisionForm,
            "decide/",
            initial=lambda user, report: {"decided_on": user.today},
            submit=pgettext_lazy("research", "Keep the decision"),
            primary=True,
            audit={"research_report.decided": _("Report of research decided")},
            undo="take_back_research_report",
        ),
        Act(
            "take_back_research_report",
            _("Take it back to change it"),
            rules.may_take_back,
            actions.take_back_report,
            ReasonForm,
            "take-back/",
            intro=_("It is reviewed and decided again."),
        ),
        Act(
            "send_research_report",
            _("Report it upwards"),
            rules.may_send,
            actions.send_report,
            forms.SendForm,
            "send/",
            audit={"research_report.sent": _("Report of research sent upwards")},
        ),
        Act(
            "publish_research_report",
            _("Publish it in the library"),
            rules.may_publish,
            actions.publish_report,
            forms.PublishForm,
            "publish/",
            about=True,
            intro=_("Whoever works with places and people may read it there, without the group."),
            audit={"research_report.published": _("Report of research published")},
        ),
        Act(
            "withdraw_research_report",
            _("Take it out of the library"),
            rules.may_withdraw,
            actions.withdraw_report,
            ReasonForm,
            "withdraw/",
            audit={"research_report.withdrawn": _("Report of research taken out of the library")},
            undo="publish_research_report",
        ),
    ),
)
