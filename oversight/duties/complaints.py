"""Duties: complaints about the portal to accept and answer, and consent requested from the
writer."""

from operator import methodcaller

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import PortalComplaint
from oversight.models.complaints import OPEN
from oversight.models.fields import area_reach
from portal.duties.duty import Duty, Kept, Own, Told, by_deadline, item, register
from portal.duties.reminders import Noun
from portal.pages.side_list import Area
from portal.roles import Permission as P

# Recipients do not handle their own complaints.
_RECIPIENTS = Kept(P.RECEIVE_COMPLAINTS, by=area_reach) - Own("author", is_lent=False)


def _asked(on):
    return PortalComplaint.objects.filter(~Q(door=""), agrees=None, state__in=OPEN)


def _titles(user, ids):
    rows = PortalComplaint.objects.visible_to(user).filter(pk__in=ids)
    return {one.pk: one.number_label for one in rows.only("number_year", "number")}


register(
    Area.EVALUATION,
    Noun("portal_complaint", _titles, "oversight:complaint"),
    Duty(
        code="complaint_to_accept",
        title=_("Complaints about the portal to take up"),
        act=pgettext_lazy("complaints", "Take it up"),
        records=lambda on: PortalComplaint.objects.to_accept(),
        whose=_RECIPIENTS,
        item=item("number_label", methodcaller("get_kind_display"), due="due_on"),
        sort=by_deadline("due_on"),
        told=Told(
            _("A complaint about the portal is to be taken up"), "portal_complaint", due="due_on"
        ),
    ),
    Duty(
        code="complaint_to_answer",
        title=_("Complaints about the portal to answer"),
        act=_("Answer it"),
        records=lambda on: PortalComplaint.objects.to_answer(),
        whose=_RECIPIENTS,
        item=item(
            "number_label",
            methodcaller("get_kind_display"),
            "oversight:answer_complaint",
            due="due_on",
        ),
        sort=by_deadline("due_on"),
        told=Told(
            _("A complaint about the portal is to be answered"), "portal_complaint", due="due_on"
        ),
    ),
    Duty(
        code="complaint_consent",
        title=_("Complaints of mine that may go through another door"),
        act=_("Agree or not"),
        records=_asked,
        whose=Own("author", P.SEE_PEOPLE, is_lent=False),
        item=item("number_label", methodcaller("get_door_display"), due="due_on"),
        sort=by_deadline("due_on"),
    ),
)
