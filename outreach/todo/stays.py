"""What of stays waits for an act: leave, months, reports, stays whose term is over."""

from django.db.models import DateField, Exists, OuterRef, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach.models import Leave, Stay, StayReport
from outreach.models.stay_months import unattested
from outreach.models.stay_reports import ReportState
from outreach.stay_days import last_of, month_to_attest
from portal import parameters
from portal.access import reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _leaves(user):
    most = parameters.number("posting.leave_township_max_days", on=user.today)
    return Leave.objects.to_decide_by(user, most)


def _leave(leave):
    url = leave.stay.get_absolute_url()
    days = _("%(first)s – %(last)s, %(n)s days") % {
        "first": date_format(leave.starts_on, "Y-m-d"),
        "last": date_format(leave.ends_on, "Y-m-d"), "n": leave.days,
    }  # fmt: skip
    return Item(
        what=f"{leave.stay.cadre.name} · {leave.get_kind_display()}",
        where=f"{leave.stay.place_label} · {days}",
        url=url,
        act_url=reverse("outreach:decide_leave", args=[leave.pk]),
        due=leave.starts_on,
    )


def _to_attest(user):
    month = month_to_attest(user.today)
    own = Stay.objects.filter(cadre__user__in=user.identity_ids).values("pk")
    rows = Stay.objects.within(month, last_of(month)).filter(reach(user, P.ATTEST_STAYS))
    rows = unattested(rows.exclude(pk__in=own), month)
    return rows.annotate(month=Value(month, output_field=DateField()))


def _month(stay):
    month = stay.month
    return Item(
        what=f"{stay.cadre.name} · {date_format(month, 'YEAR_MONTH_FORMAT')}",
        where=stay.place_label,
        url=reverse("outreach:stay_month", args=[stay.pk, month.year, month.month]),
        act_url=f"{reverse('outreach:stay_months')}?month={month}&tab=open",
    )


def _report(report):
    url = report.get_absolute_url()
    return Item(
        what=report.title,
        where=f"{report.stay.place_label} · {report.stay.cadre.name}",
        url=url,
        act_url=reverse("outreach:review_report", args=[report.pk]),
    )


def _own_ending(user):
    """One's own stays near their end, without a report that is handed in; nothing before."""
    days = parameters.number("posting.ending_days", on=user.today)
    handed_in = StayReport.objects.filter(stay=OuterRef("pk")).exclude(state=ReportState.DRAFT)
    ending = Stay.objects.ending(user.today, days)
    return ending.filter(~Exists(handed_in), cadre__user__in=user.identity_ids)


def _own_report(stay):
    return Item(
        what=stay.unit.name,
        where=stay.get_kind_display(),
        url=stay.get_absolute_url(),
        act_url=reverse("outreach:new_stay_report", args=[stay.pk]),
        due=stay.last_day,
    )


def _to_complete(user):
    rows = Stay.objects.to_complete(user.today)
    return rows.filter(reach(user, P.MANAGE_STAYS))


def _completed(stay):
    return Item(
        what=f"{stay.cadre.name} · {stay.unit.name}",
        where=stay.organ.label,
        url=stay.get_absolute_url(),
        act_url=reverse("outreach:complete_stay", args=[stay.pk]),
        due=stay.ends_on,
    )


def _with_stay(rows):
    return rows.select_related("stay__cadre", "stay__unit", "stay__township")


def _whole(rows):
    return rows.select_related("cadre", "unit", "township", "organ")


register(
    Area.STAYS,
    Kind(
        code="decide_leave",
        title=gettext_lazy("Leave to decide"),
        act=gettext_lazy("Decide on it"),
        rows=_leaves,
        load=_with_stay,
        item=_leave,
        sort=Sort(gettext_lazy("by first day"), "starts_on", descending=False),
        permissions=(P.ATTEST_STAYS, P.MANAGE_STAYS),
        is_approval=True,
    ),
    Kind(
        code="attest_month",
        title=gettext_lazy("Months of stays to attest"),
        act=gettext_lazy("Attest them on one page"),
        rows=_to_attest,
        load=_whole,
        item=_month,
        sort=Sort(gettext_lazy("by first day"), "starts_on", descending=False),
        permissions=(P.ATTEST_STAYS,),
    ),
    Kind(
        code="review_stay_report",
        title=gettext_lazy("Stay reports to review"),
        act=pgettext_lazy("reports", "Review it"),
        rows=lambda user: StayReport.objects.to_review_by(user),
        load=_with_stay,
        item=_report,
        sort=Sort(gettext_lazy("oldest first"), "handed_in_on", descending=False),
        permissions=(P.MANAGE_STAYS, P.NOMINATE),
    ),
    Kind(
        code="write_stay_report",
        title=gettext_lazy("My stay ends soon: a report"),
        act=gettext_lazy("Write"),
        rows=_own_ending,
        load=_whole,
        item=_own_report,
        sort=Sort(gettext_lazy("by last day"), "ends_on", descending=False),
        permissions=(P.RECORD_VISITS,),
    ),
    Kind(
        code="complete_stay",
        title=gettext_lazy("Stays whose term is over"),
        act=gettext_lazy("Complete the stay"),
        rows=_to_complete,
        load=_whole,
        item=_completed,
        sort=Sort(gettext_lazy("by last day"), "ends_on", descending=False),
        permissions=(P.MANAGE_STAYS,),
    ),
)
