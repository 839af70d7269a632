"""Exports of personal data that wait for a second person, and what their owners are told."""

from datetime import timedelta

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.duties import duty
from portal.duties.duty import Duty, OrganReach, Own, Told, item, oldest
from portal.duties.reminders import Noun
from portal.models import ExportRequest
from portal.pages.side_list import Area
from portal.roles import Permission as P

State = ExportRequest.State
# An owner is reminded of a decision for as long as an approved sheet is kept.
TOLD_DAYS = 7


def _title(request):
    return gettext("%(sheet)s, %(n)s rows") % {"sheet": request.job.title, "n": request.rows}


def _who(request):
    owner = request.job.owner
    return f"{owner.organ.label} {owner.name}" if owner.organ else owner.name


def _titles(user, ids):
    rows = ExportRequest.objects.visible_to(user).filter(pk__in=ids).select_related("job")
    return {one.pk: _title(one) for one in rows}


def _decided(day):
    return ExportRequest.objects.filter(
        state__in=[State.APPROVED, State.REFUSED],
        decided_at__date__gte=day - timedelta(days=TOLD_DAYS),
        downloaded_at=None,
    )


duty.register(
    Area.ADMINISTRATION,
    Noun("exportrequest", _titles, "export_request"),
    Duty(
        code="approve_export",
        title=_("Exports of personal data to approve"),
        act=pgettext_lazy("export", "Decide"),
        records=lambda on: ExportRequest.objects.waiting(),
        whose=OrganReach(P.APPROVE_EXPORTS, to="job__owner__organ") - Own("job__owner"),
        load=lambda rows: rows.select_related("job__owner__organ"),
        item=item(_title, _who),
        sort=oldest("asked_at"),
        is_approval=True,
        told=Told(_("An export of personal data waits for your approval"), "exportrequest"),
    ),
    Told(
        _("An export that you asked for is decided on"),
        "exportrequest",
        code="export_decided",
        records=_decided,
        whose=Own("job__owner", P.EXPORT, is_lent=False),
        until_read=True,
    ),
)
