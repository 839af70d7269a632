"""Duties: requests for data to decide, emergencies to file, unadmitted requests to settle."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import DataRequest, UnadmittedRequest
from oversight.models.fields import area_reach
from portal.duties.duty import (
    Duty,
    Kept,
    OrganReach,
    Own,
    Told,
    by_deadline,
    item,
    oldest,
    register,
    soonest,
)
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P

register(
    Area.EVALUATION,
    Noun("data_request", names_of(DataRequest, "title"), "oversight:data_request"),
    Duty(
        code="request_to_decide",
        title=_("Requests for data to decide"),
        act=pgettext_lazy("oversight", "Decide"),
        records=lambda on: DataRequest.objects.to_decide(),
        whose=OrganReach(P.ADMIT_REQUESTS) - Own("written_by"),
        load=lambda rows: rows.for_list(),
        item=item("title", "organ.label", "oversight:admit_data_request", due="starts_on"),
        sort=soonest("starts_on"),
        is_approval=True,
        told=Told(_("A request for data is to be decided"), "data_request", due="starts_on"),
    ),
    Duty(
        code="request_to_file",
        title=_("Emergency requests to file"),
        act=pgettext_lazy("data requests", "Hand it in"),
        records=lambda on: DataRequest.objects.to_file(),
        whose=Own("written_by", P.REQUEST_DATA),
        load=lambda rows: rows.for_list(),
        item=item("title", "asked_of", due="file_by"),
        sort=by_deadline("file_by"),
        told=Told(
            _("An emergency request for data is still to be filed"), "data_request", due="file_by"
        ),
    ),
    Duty(
        code="unadmitted_to_settle",
        title=_("Asked without admission, to settle"),
        act=_("Settle it"),
        records=lambda on: UnadmittedRequest.objects.open(),
        whose=Kept(P.ADMIT_REQUESTS, by=area_reach),
        load=lambda rows: rows.for_list(),
        item=item("organ.label", "text", "oversight:settle_unadmitted"),
        sort=oldest("asked_on"),
    ),
    use="requests",
)
