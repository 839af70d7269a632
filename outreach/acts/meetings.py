"""Acts on analysis meetings."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions import meetings as actions
from outreach.models import AnalysisMeeting
from outreach.overview.dashboard_forms import DecisionForm, MeetingForm
from outreach.rules import whole as rules
from portal.pages.acts import Act, Acts
from portal.trust.seen import seen


@seen
def visible_meeting(user):
    return AnalysisMeeting.objects.visible_to(user).select_related(
        "division", "host", "organ", "prepared_by"
    )


def crumbs(meeting, *more):
    way = [(_("Analysis meetings"), reverse("outreach:meetings"))]
    if meeting is not None:
        name = f"{meeting.month:%Y-%m} {meeting.area_label}"
        way.append((name, meeting.get_absolute_url() if more else ""))
    return [*way, *[(label, "") for label in more]]


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
                "What is hard, overdue or needs a leader today is put on the table and kept as it "
                "is; the matters go on."
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
            audit={"meeting.decided": _("Decision of an analysis meeting recorded")},
        ),
    ),
)
