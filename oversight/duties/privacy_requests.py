"""Duties: requests about personal data to answer and to approve."""

from operator import methodcaller

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import PrivacyRequest
from portal.duties.duty import Duty, OrganReach, Own, Told, by_deadline, item, register
from portal.duties.reminders import Noun
from portal.pages.side_list import Area
from portal.roles import Permission as P

OFFICE, LEADER = OrganReach(P.APPRAISE_RECORDS), OrganReach(P.APPROVE_DESTRUCTION)


def _titles(user, ids):
    rows = PrivacyRequest.objects.visible_to(user).filter(pk__in=ids).select_related("cadre")
    return {one.pk: one.who for one in rows}


register(
    Area.ADMINISTRATION,
    Noun("privacy_request", _titles, "oversight:privacy_request"),
    Duty(
        code="privacy_answer",
        title=_("Requests about personal data to answer"),
        act=_("Propose the answer"),
        records=lambda on: PrivacyRequest.objects.to_answer(),
        whose=OFFICE,
        load=lambda rows: rows.select_related("cadre"),
        item=item(
            "who", methodcaller("get_wish_display"), page="oversight:privacy_request", due="due_on"
        ),
        sort=by_deadline("due_on"),
        told=Told(
            _("A request about personal data is to be answered"), "privacy_request", due="due_on"
        ),
    ),
    Duty(
        code="privacy_approve",
        title=_("Answers about personal data to approve"),
        act=pgettext_lazy("oversight", "Decide"),
        records=lambda on: PrivacyRequest.objects.to_approve(),
        whose=(OFFICE | LEADER) - Own("prepared_by"),
        load=lambda rows: rows.select_related("cadre"),
        item=item(
            "who", methodcaller("get_wish_display"), page="oversight:privacy_request", due="due_on"
        ),
        sort=by_deadline("due_on"),
        is_approval=True,
        told=Told(
            _("An answer about personal data is to be approved"), "privacy_request", due="due_on"
        ),
    ),
)
