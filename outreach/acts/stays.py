"""Acts on a stay: publishing, changing, ending, handing over; leave and reports begin here too."""

from django.utils.translation import gettext_lazy as _

from outreach.actions import stay_months as months
from outreach.actions import stay_reports as reports
from outreach.actions import stays
from outreach.forms import stay_months as month_forms
from outreach.forms import stay_reports as report_forms
from outreach.forms import stays as forms
from outreach.models import Stay
from outreach.rules import stay_months as month_rules
from outreach.rules import stay_reports as report_rules
from outreach.rules import stays as rules
from portal import parameters
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen

KEPT_AS_DRAFT = _("Until it is handed in nobody else reads it.")


@seen
def visible_stay(user):
    return Stay.objects.visible_to(user).select_related(
        *("cadre__user", "cadre__organ", "unit__host_organ", "unit__division"),
        *("township", "organ", "host_organ", "replaces__cadre"),
    )


crumbs = crumbs_under(
    _("Stays"), "outreach:stays", lambda stay: f"{stay.cadre.name} · {stay.unit.name}"
)


def _planned_end(user, stay):
    return {"ends_on": stay.ends_on}


def _who_decides_leave(user, stay):
    most = parameters.number("posting.leave_township_max_days", on=user.today)
    words = _("The host decides up to %(n)s days, the programme office beyond that.")
    return {"intro": words % {"n": most}}


def _becomes_experience(stay):
    months = parameters.number("posting.experience_months", on=stay.ends_on)
    words = _("From %(n)s months on it counts as grassroots experience in the cadre's record.")
    return words % {"n": months}


def _what_passes_over(user, stay):
    matters, areas = stays.to_hand_over(stay, on=user.today)
    words = _(
        "%(matters)s open matters and %(areas)s contact areas pass to the successor with their "
        "call-backs. This is not taken back; the work can be handed on again."
    )
    return {"intro": words % {"matters": matters, "areas": areas}}


STAYS = Acts(
    "outreach",
    "stay",
    "stays/<int:pk>/",
    visible_stay,
    crumbs,
    listing="outreach:stays",
    starts=(
        Act(
            "new_stay",
            _("Publish a stay"),
            rules.may_publish_stays,
            stays.publish_stay,
            forms.StayForm,
            "stays/new/",
            submit=_("Publish"),
            intro=_("For a single stay that a document approves; batches are planned apart."),
            undo="cancel_stay",
        ),
    ),
    acts=(
        Act(
            "ask_leave",
            _("Ask for leave"),
            month_rules.may_ask_leave,
            months.ask_leave,
            month_forms.LeaveForm,
            "leave/",
            about=True,
            primary=True,
            shown=_who_decides_leave,
            audit={"leave.asked": _("Leave asked for")},
            undo="leave.withdraw_leave",
        ),
        Act(
            "write_stay_plan",
            _("Write the plan"),
            report_rules.may_write_plan,
            reports.write_plan,
            report_forms.PlanForm,
            "plan/",
            initial=lambda user, stay: {"plan": stay.plan},
            submit=_("Keep it"),
            audit={"stay.plan_written": _("Plan of a leader's stay written")},
        ),
        Act(
            "new_stay_report",
            _("Write a stay report"),
            report_rules.may_write_report,
            reports.draft_report,
            report_forms.StayReportForm,
            "report/",
            initial=lambda user, stay: {
                "starts_on": stay.starts_on,
                "ends_on": min(user.today, stay.last_day),
            },
            submit=_("Keep as a draft and look at it"),
            intro=KEPT_AS_DRAFT,
            audit={"stay_report.drafted": _("Stay report begun")},
            then=lambda stay, report: report,
        ),
        Act(
            "stay_opinion",
            _("Fill in the final sheet"),
            report_rules.may_give_opinion,
            reports.give_opinion,
            report_forms.OpinionForm,
            "opinion/",
            about=True,
            intro=_(
                "What is written stays on the sheet with name and day; a later opinion "
                "stands beside it."
            ),
            submit=_("Keep it"),
            audit={"stay.opinion_given": _("Opinion at the end of a stay")},
        ),
        Act(
            "change_stay_end",
            _("Change the planned end"),
            rules.may_change_end,
            stays.change_end,
            forms.ChangeEndForm,
            "change-end/",
            about=True,
            initial=_planned_end,
            audit={"stay.end_changed": _("Planned end of a stay changed")},
        ),
        Act(
            "complete_stay",
            _("Complete it: the term is over"),
            rules.may_complete,
            stays.complete_stay,
            forms.CompleteStayForm,
            "complete/",
            submit=_("Complete the stay"),
            intro=_becomes_experience,
        ),
        Act(
            "end_stay",
            _("End it early or recall the cadre"),
            rules.may_end_stay,
            stays.end_stay,
            forms.EndStayForm,
            "end/",
            about=True,
            initial=lambda user, stay: {"on": user.today},
            submit=_("End the stay"),
            intro=_("The cadre's work there is handed over afterwards, on the page of the stay."),
        ),
        Act(
            "replace_stay",
            _("Replace by somebody else"),
            rules.may_replace,
            stays.replace_stay,
            forms.ReplaceStayForm,
            "replace/",
            about=True,
            initial=_planned_end,
            submit=_("Replace and hand over"),
            intro=_("Open matters and contact areas there pass to the successor on the first day."),
        ),
        Act(
            "hand_over_stay",
            _("Hand the work over"),
            rules.may_hand_over,
            stays.hand_over,
            forms.HandOverForm,
            "hand-over/",
            about=True,
            shown=_what_passes_over,
            submit=_("Hand over"),
        ),
        Act(
            "cancel_stay",
            _("Cancel before it begins"),
            rules.may_cancel,
            stays.cancel_stay,
            forms.CancelStayForm,
            "cancel/",
            submit=_("Cancel the stay"),
            audit={"stay.cancelled": _("Stay cancelled")},
        ),
    ),
)
