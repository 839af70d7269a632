"""Acts on analysis meetings."""

from django.utils.translation import gettext_lazy as _

from outreach.actions import meetings as actions
from outreach.models import AnalysisMeeting
from outreach.overview.dashboard_forms import DecisionForm, MeetingForm
from outreach.rules import whole as rules
from portal.pages.acts import Act, Acts, crumbs_under
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
            audit={"meeting.decided": _("Decision of an analysis meeting recorded")},
        ),
    ),
)
