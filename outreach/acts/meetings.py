"""Acts on analysis meetings."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.actions import meetings as actions
from outreach.models import AnalysisMeeting, MeetingDecision
from outreach.overview.dashboard_forms import DecisionForm, MeetingForm
from outreach.rules import whole as rules
from portal.models.text import shown
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_meeting(user):
    return AnalysisMeeting.objects.visible_to(user).select_related(
        "division", "host", "organ", "prepared_by"
    )


crumbs = crumbs_under(
    _("Analysis meetings"),
    "outreach:meetings",
    lambda meeting: f"{meeting.month:%Y-%m} {meeting.area_label}",
)


@seen
def visible_decision(user):
    rows = MeetingDecision.objects.visible_to(user)
    return rows.select_related("meeting__division", "meeting__host", "organ")


DECISIONS = Acts(
    "outreach",
    "decision",
    "meetings/decisions/<int:pk>/",
    visible_decision,
    crumbs,
    page=lambda decision: decision.meeting,
    acts=(
        Act(
            "withdraw_decision",
            _("Take the decision back"),
            rules.may_withdraw_decision,
            actions.withdraw_decision,
            ReasonForm,
            "withdraw/",
            intro=lambda decision: (
                gettext(
                    "“%(text)s” (%(organ)s) holds no more. It stays on the page of the meeting "
                    "with your reason, and in the history of its matters."
                )
                % {"text": shown(decision.text), "organ": decision.organ.label}
            ),
            said=_("The decision is taken back."),
            audit={"meeting.decision_withdrawn": _("Decision of an analysis meeting taken back")},
        ),
    ),
)


MEETINGS = Acts(
    "outreach",
    "meeting",
    "meetings/<int:pk>/",
    visible_meeting,
    crumbs,
    listing="outreach:meetings",
    starts=(
        Act(
            "new_meeting",
            _("Prepare an analysis meeting"),
            rules.may_prepare_meeting,
            actions.prepare_meeting,
            MeetingForm,
            "meetings/new/",
            crumb=_("Prepare"),
            submit=_("Put it on the table"),
            intro=_(
                "Matters that are hard, overdue or need a leader today are listed and kept as "
                "they are now; the matters continue."
            ),
            audit={"meeting.prepared": _("Analysis meeting prepared")},
        ),
    ),
    acts=(
        Act(
            "decide",
            _("Record a decision"),
            rules.may_record_decision,
            actions.record_decision,
            DecisionForm,
            "decide/",
            about=True,
            submit=_("Record"),
            undo="decision.withdraw_decision",
            audit={"meeting.decided": _("Decision of an analysis meeting recorded")},
        ),
    ),
)
