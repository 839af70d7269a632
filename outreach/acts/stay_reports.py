"""Acts on stay reports and on their suggestions."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.actions import stay_reports as actions
from outreach.acts.stays import KEPT_AS_DRAFT
from outreach.forms import stay_reports as forms
from outreach.models import StayReport, Suggestion
from outreach.rules import stay_reports as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_report(user):
    return StayReport.objects.visible_to(user).select_related(
        "stay__cadre__user", "stay__unit", "stay__township", "stay__organ"
    )


@seen
def _suggestion(user):
    reports = StayReport.objects.visible_to(user).values("pk")
    return Suggestion.objects.filter(report__in=reports).select_related("report__stay__cadre")


def suggestions_of(report):
    rows = list(report.suggestions.select_related("decided_by__organ").order_by("position"))
    for one in rows:
        one.report = report
    return rows


crumbs = crumbs_under(_("Stay reports"), "outreach:stay_reports", lambda report: report.title)


def _as_written(user, report):
    written = {name: getattr(report, name) for name in actions.FIELDS}
    return written | {"advice": "\n".join(one.text for one in suggestions_of(report))}


REPORTS = Acts(
    "outreach",
    "report",
    "stay-reports/<int:pk>/",
    visible_report,
    crumbs,
    acts=(
        Act(
            "hand_in_report",
            _("Hand it in"),
            rules.may_hand_in,
            actions.hand_in,
            path="hand-in/",
            audit={"stay_report.handed_in": _("Stay report handed in")},
        ),
        Act(
            "edit_stay_report",
            _("Go on writing"),
            rules.may_change_report,
            actions.change_report,
            forms.StayReportForm,
            "edit/",
            initial=_as_written,
            submit=_("Keep as a draft and look at it"),
            intro=KEPT_AS_DRAFT,
            audit={"stay_report.changed": _("Stay report changed")},
        ),
        Act(
            "review_report",
            pgettext_lazy("reports", "Review it"),
            rules.may_review,
            actions.review_report,
            forms.ReviewForm,
            "review/",
            submit=_("Keep the review"),
            intro=lambda report: report.title,
            primary=True,
            audit={
                "stay_report.sent_back": _("Stay report sent back"),
                "stay_report.accepted": _("Stay report accepted"),
            },
        ),
    ),
)

SUGGESTIONS = Acts(
    "outreach",
    "suggestion",
    "stay-reports/suggestions/<int:pk>/",
    _suggestion,
    crumbs,
    page=lambda suggestion: suggestion.report,
    acts=(
        Act(
            "decide_suggestion",
            _("Is it taken up?"),
            rules.may_decide_suggestion,
            actions.decide_suggestion,
            forms.SuggestionForm,
            submit=_("Keep it"),
            intro=lambda suggestion: suggestion.text,
            audit={"stay_report.suggestion_decided": _("Suggestion of a stay report decided")},
        ),
    ),
)
