"""Duties and reminders of stays. Reminders weeks ahead come on the first working day of a week."""

from datetime import date, timedelta

from django.db.models import DateField, Exists, IntegerField, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.models import Leave, Stay, StayHandover, StayReport
from outreach.models.stay_months import unattested
from outreach.models.stay_reports import ReportState
from outreach.models.stays import StayKind, StayState, ends_by
from outreach.stay_days import last_of, month_to_attest
from portal import parameters
from portal.days import workdays
from portal.duties.duty import (
    Deadline,
    Duty,
    Item,
    Own,
    Reach,
    Told,
    When,
    item,
    oldest,
    register,
    soon,
)
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

OWN = Own("cadre__user")
OWN_OF_STAY = Own("stay__cadre__user")
HOST = Reach(P.ATTEST_STAYS)
# Nobody attests their own months.
ATTESTING = HOST - OWN
LAST_DAY = Coalesce("ended_on", "ends_on")
# How long a handover list stays among the successor's duties.
HANDED_OVER_SHOWN = timedelta(days=30)
BY_FIRST_DAY = Sort(_("by first day"), "starts_on", descending=False)
BY_LAST_DAY = Deadline(_("by last day"), "ends_on", descending=False)


def _is_short(on):
    return Q(days__lte=parameters.number("posting.leave_township_max_days", on=on))


def _is_longer(on):
    return ~_is_short(on)


def _is_monthly(on):
    return ~Q(kind=StayKind.LEADER)


def _days(leave):
    days = gettext("%(first)s – %(last)s, %(n)s days") % {
        "first": date_format(leave.starts_on, "Y-m-d"),
        "last": date_format(leave.ends_on, "Y-m-d"),
        "n": leave.days,
    }
    return f"{leave.stay.place_label} · {days}"


def _leave_label(leave):
    return f"{leave.stay.cadre.name} · {leave.get_kind_display()}"


def _label(stay):
    return f"{stay.cadre.name} · {stay.unit.name}"


def _unattested(month):
    return unattested(Stay.objects.within(month, last_of(month)), month)


def _to_attest(on):
    month = month_to_attest(on)
    return _unattested(month).annotate(month=Value(month, output_field=DateField()))


def _month(stay):
    month = stay.month
    what = f"{stay.cadre.name} · {date_format(month, 'YEAR_MONTH_FORMAT')}"
    url = reverse("outreach:stay_month", args=[stay.pk, month.year, month.month])
    return Item(what, stay.place_label, url, _months_to_attest(month))


def _months_to_attest(month):
    return f"{reverse('outreach:stay_months')}?month={month}&tab=open"


def _number_of(day):
    month = month_to_attest(day)
    return Value(month.year * 100 + month.month, IntegerField())


def _is_day_of_months(day):
    return day == last_of(month_to_attest(day)) or workdays.is_first_of_week(day)


def _beginning(day):
    return Stay.objects.filter(state=StayState.PUBLISHED, starts_on__range=(day, soon(day)))


def _ahead(on):
    return on + timedelta(days=parameters.number("posting.ending_days", on=on))


def _ending(day):
    """Stays that end soon: reminded weekly at first, then shortly before the end."""
    until = _ahead(day) if workdays.is_first_of_week(day) else soon(day)
    return Stay.objects.running(day).filter(ends_by(until))


def _without_report(on):
    """Stays near their end for which no report was handed in."""
    handed_in = StayReport.objects.filter(stay=OuterRef("pk")).exclude(state=ReportState.DRAFT)
    return Stay.objects.running(on).filter(ends_by(_ahead(on)), ~Exists(handed_in))


def _with_stay(rows):
    return rows.select_related("stay__cadre", "stay__unit", "stay__township", "stay__host_organ")


def _whole(rows):
    return rows.select_related("cadre", "unit", "township", "host_organ", "organ")


def _stay_titles(user, ids):
    stays = Stay.objects.visible_to(user).filter(pk__in=ids).select_related("cadre", "unit")
    return {stay.pk: _label(stay) for stay in stays}


def month_titles(user, ids):
    """Return {month as a number like 202611: title with the number of stays waiting}."""
    titles = {}
    for number in ids:
        month = date(number // 100, number % 100, 1)
        titles[number] = gettext("%(month)s: %(n)s stays to attest") % {
            "month": date_format(month, "YEAR_MONTH_FORMAT"),
            "n": ATTESTING.choose(_unattested(month), user).count(),
        }
    return titles


def _leave_titles(user, ids):
    leaves = Leave.objects.visible_to(user).filter(pk__in=ids).select_related("stay__cadre")
    return {one.pk: _leave_label(one) for one in leaves}


register(
    Area.STAYS,
    Noun("stay", _stay_titles, "outreach:stay"),
    Noun("staymonths", month_titles),
    Noun("leave", _leave_titles, "outreach:decide_leave"),
    Noun("stayreport", names_of(StayReport, "title"), "outreach:stay_report"),
    # To the cadre and the host.
    Told(
        _("A stay begins"),
        "stay",
        code="stay_begins",
        records=_beginning,
        # A township must not learn of a leader's stay beforehand (四不两直).
        whose=When(_is_monthly, HOST) | OWN,
        due="starts_on",
    ),
    # To the cadre, the host and the office.
    Told(
        _("A stay ends soon"),
        "stay",
        code="stay_ends",
        records=_ending,
        whose=HOST | Reach(P.MANAGE_STAYS) | OWN,
        due=lambda day: LAST_DAY,
    ),
    # The host decides short leave and the office longer leave, neither their own.
    Duty(
        code="decide_leave",
        title=_("Leave to decide"),
        act=_("Decide on it"),
        records=lambda on: Leave.objects.waiting(),
        whose=(
            When(_is_short, Reach(P.ATTEST_STAYS, via="stay__"))
            | When(_is_longer, Reach(P.MANAGE_STAYS, via="stay__"))
        )
        - Own("asked_by")
        - OWN_OF_STAY,
        load=_with_stay,
        item=item(_leave_label, _days, "outreach:decide_leave", of="stay", due="starts_on"),
        sort=BY_FIRST_DAY,
        nearest="starts_on",
        is_approval=True,
        told=Told(_("Leave to decide"), "leave", code="leave", due="starts_on"),
    ),
    # One reminder covers all stays.
    Duty(
        code="attest_month",
        title=_("Months of stays to attest"),
        act=_("Attest them on one page"),
        records=_to_attest,
        whose=ATTESTING,
        load=_whole,
        item=_month,
        sort=BY_FIRST_DAY,
        told=Told(
            _("Months of stays to attest"),
            "staymonths",
            code="stay_months",
            days=_is_day_of_months,
            about=_number_of,
            link=lambda day: _months_to_attest(month_to_attest(day)),
        ),
    ),
    # Reviewed by the office or the sending organ, never by the author.
    Duty(
        code="review_stay_report",
        title=_("Stay reports to review"),
        act=pgettext_lazy("reports", "Review it"),
        records=lambda on: StayReport.objects.filter(state=ReportState.HANDED_IN),
        whose=(Reach(P.MANAGE_STAYS, via="stay__") | Reach(P.NOMINATE, via="stay__")) - OWN_OF_STAY,
        load=_with_stay,
        item=item(
            "title",
            lambda one: f"{one.stay.place_label} · {one.stay.cadre.name}",
            "outreach:review_report",
        ),
        sort=oldest("handed_in_on"),
        told=Told(
            _("A stay report to review"),
            "stayreport",
            code="stay_report",
            days=workdays.is_first_of_week,
        ),
    ),
    Duty(
        code="write_stay_report",
        title=_("My stay ends soon: a report"),
        act=_("Write"),
        records=_without_report,
        whose=Own("cadre__user", P.RECORD_VISITS),
        load=_whole,
        item=item("unit.name", Stay.get_kind_display, "outreach:new_stay_report", due="last_day"),
        sort=BY_LAST_DAY,
    ),
    Duty(
        code="handed_to_me",
        title=_("Work of a stay handed over to me"),
        act=_("Read the list"),
        records=lambda on: StayHandover.objects.filter(on__gt=on - HANDED_OVER_SHOWN),
        whose=Own("successor__user", P.SEE_PEOPLE),
        load=lambda rows: rows.prefetch_related("stay__unit", "stay__cadre"),
        item=item("stay.unit.name", "stay.cadre.name", page="outreach:handover_sheet"),
        sort=oldest("on"),
    ),
    Duty(
        code="complete_stay",
        title=_("Stays whose term is over"),
        act=_("Complete the stay"),
        records=Stay.objects.to_complete,
        whose=Reach(P.MANAGE_STAYS),
        load=_whole,
        item=item(_label, "organ.label", "outreach:complete_stay", due="ends_on"),
        sort=BY_LAST_DAY,
    ),
    use="stays",
)
