"""Analysis meetings."""

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from outreach.models import AnalysisMeeting
from outreach.rules import whole as rules
from portal.pages.filters import Address
from portal.pages.listings import Button, Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import by_day

MEETING_LIST = Listing(
    "outreach:meetings",
    "meetings/",
    _("Analysis meetings"),
    Address(None, AnalysisMeeting.objects.visible_to),
    by_day("month"),
    area=Area.GOING_DOWN,
    may_see=rules.may_see_dashboard,
    for_list=lambda rows, asked: rows.select_related("division", "host").annotate(
        decision_count=Count("decisions", filter=Q(decisions__withdrawn_at=None))
    ),
    columns=(
        Col(
            _("Month"),
            lambda meeting, asked: date_format(meeting.month, "YEAR_MONTH_FORMAT"),
            link=True,
            number=True,
            sort="newest oldest",
        ),
        Col(_("Area"), "area_label", bare=True),
        Col(_("Held on"), "held_on"),
        Col(_("Decisions"), "decision_count"),
    ),
    begin=Button(
        _("Prepare an analysis meeting"), "outreach:new_meeting", rules.may_prepare_meeting
    ),
    empty=(
        Empty(
            _("No analysis meeting yet"),
            _(
                "Once a month the office, the desk or a host puts on the table what is common, "
                "hard, overdue or needs a leader."
            ),
        ),
    ),
)
