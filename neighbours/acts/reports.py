"""Acts on reports of branches, and on the lines of their quarters."""

from operator import attrgetter

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from neighbours.actions import reports as actions
from neighbours.forms import reports as forms
from neighbours.models import BranchReport, QuarterLine
from neighbours.rules import reports as rules
from portal.models.text import shown
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_report(user):
    return BranchReport.objects.visible_to(user).select_related(
        "party",
        "organ__division",
        "unit__division",
        "unit__host_organ",
        "township",
        "written_by",
    )


@seen
def visible_line(user):
    return QuarterLine.objects.visible_to(user).select_related(
        "report__party",
        "report__organ__division",
        "report__unit__division",
        "report__unit__host_organ",
    )


crumbs = crumbs_under(_("Branches that reported"), "neighbours:branch_reports", attrgetter("title"))


def _as_written(user, report):
    names = ("contact_name", "contact_phone", "resources")
    needs = list(report.needs.values_list("pk", flat=True))
    return {name: getattr(report, name) for name in names} | {"needs": needs}


def _offer(report):
    return gettext("%(party)s can offer: %(resources)s") % {
        "party": report.party.name,
        "resources": shown(report.resources),
    }


def _line(user, line):
    return {name: getattr(line, name) for name in ("joined", "done", "advice")}


REPORTS = Acts(
    "neighbours",
    "report",
    "branch-reports/<int:pk>/",
    visible_report,
    crumbs,
    listing="neighbours:branch_reports",
    starts=(
        Act(
            "draft_branch_report",
            _("Write a report"),
            rules.may_draft,
            actions.draft_report,
            forms.DraftReportForm,
            "branch-reports/new/",
            submit=_("Keep and look at it"),
            intro=_(
                "The Party organisation of an organ reports to a community. It is voluntary for "
                "everybody: no hours, no heads, nothing is made up for."
            ),
            audit={"branch_report.drafted": _("Report of a branch drafted")},
            undo="drop_branch_report",
        ),
    ),
    acts=(
        Act(
            "confirm_branch_report",
            pgettext_lazy("reports", "Confirm it"),
            rules.may_confirm_report,
            actions.confirm_report,
            forms.ConfirmReportForm,
            "confirm/",
            # The to-do list links here directly, without the page of the report.
            intro=_offer,
            primary=True,
            audit={"branch_report.confirmed": _("Report of a branch confirmed")},
        ),
        Act(
            "hand_in_branch_report",
            pgettext_lazy("reports", "Hand it in"),
            rules.may_hand_in,
            actions.hand_in,
            path="hand-in/",
            primary=True,
            audit={"branch_report.handed_in": _("Report of a branch handed in")},
        ),
        Act(
            "write_quarter_line",
            _("Write the line of a quarter"),
            rules.may_write_line,
            actions.write_line,
            forms.LineForm,
            "quarters/new/",
            about=True,
            audit={
                "branch_report.line": _("Line of a quarter written"),
                "branch_report.heard": _("Problem of residents registered from a quarter"),
            },
        ),
        Act(
            "change_branch_report",
            pgettext_lazy("reports", "Change it"),
            rules.may_change_report,
            actions.change_report,
            forms.ReportForm,
            "edit/",
            about=True,
            initial=_as_written,
            submit=_("Keep and look at it"),
            audit={"branch_report.changed": _("Report of a branch changed")},
        ),
        Act(
            "return_branch_report",
            pgettext_lazy("reports", "Send it back"),
            rules.may_return_report,
            actions.return_report,
            ReasonForm,
            "return/",
            # The host cannot read a returned report until it is handed in again.
            then=lambda _report, _done: "neighbours:branch_reports",
            audit={"branch_report.returned": _("Report of a branch sent back")},
        ),
        Act(
            "drop_branch_report",
            pgettext_lazy("reports", "Discard"),
            rules.may_drop_report,
            actions.drop_report,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda _report, _none: "neighbours:branch_reports",
            audit={"branch_report.dropped": _("Draft of a report of a branch discarded")},
        ),
        Act(
            "end_branch_report",
            pgettext_lazy("reports", "End it"),
            rules.may_end_report,
            actions.end_report,
            path="end/",
            confirm=_("End it? No reason is asked."),
            audit={"branch_report.ended": _("Report of a branch ended")},
        ),
    ),
)

LINES = Acts(
    "neighbours",
    "line",
    "branch-reports/quarters/<int:pk>/",
    visible_line,
    lambda line, *more: crumbs(line.report if line else None, *more),
    page=lambda line: line,
    acts=(
        Act(
            "correct_quarter_line",
            pgettext_lazy("reports", "Correct it"),
            rules.may_correct_line,
            actions.correct_line,
            forms.CorrectLineForm,
            "correct/",
            title=lambda line: f"{line.report.title} · {line.label}",
            initial=_line,
            audit={"branch_report.corrected": _("Line of a quarter corrected")},
        ),
        # A view of its own: the form carries the client key of the new matter.
        Act(
            "hear_problem",
            _("Register a problem of residents"),
            rules.may_hear_problem,
            None,
        ),
    ),
)
