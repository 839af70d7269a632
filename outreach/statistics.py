"""Columns that outreach adds to the statistics, counted from visits, matters and call-backs.

Set-based: three statements over visits, three over stays, four over matters, one each over carried
matters and festival visits, each a GROUP BY on a column of the record itself, whatever the number
of rows.
"""

from datetime import timedelta
from functools import partial

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, Greatest, Least
from django.utils.translation import gettext_lazy as _

from outreach.models import (
    CondolenceRecipient,
    CondolenceVisit,
    FollowUp,
    Matter,
    MatterStep,
    MonthWord,
    Stay,
    StayStep,
    Visit,
    VisitCompanion,
)
from outreach.models.closings import open_at_the_end_of
from outreach.models.matters import SPOKEN, Status, Word, settled_at_once
from portal import editions, parameters
from portal.sheets.statistics import Column, link_to, register_columns

# --- Visits -------------------------------------------------------------------------------------


def _visits(layout, period):
    days = (period.first, period.last)
    visits = layout.of(Visit.objects.standing().filter(visited_on__range=days)).order_by()
    people = {}
    for key, cadre in visits.values_list(layout.key, "author").distinct():
        people.setdefault(key, set()).add(cadre)
    along = VisitCompanion.objects.filter(visit__voided_at=None, visit__visited_on__range=days)
    along = layout.of(along, at="visit__").order_by()
    for key, cadre in along.values_list(f"visit__{layout.key}", "cadre").distinct():
        people.setdefault(key, set()).add(cadre)
    stays = layout.of(Stay.objects.within(*days)).order_by()
    for key, cadre in stays.values_list(layout.key, "cadre").distinct():
        people.setdefault(key, set()).add(cadre)
    said = visits.exclude(household_count=None).values_list(layout.key)
    doors = dict(said.annotate(Sum("household_count")))
    # Households chosen from the unit's list on visits without a number.
    chosen = visits.filter(household_count=None, households__isnull=False).values_list(layout.key)
    for key, n in chosen.annotate(Count("households")):
        doors[key] = doors.get(key, 0) + n
    keys = people.keys() | doors.keys()
    return {key: (people.get(key, set()), doors.get(key, 0)) for key in keys}


def _touched_visits(layout, period, key, since, limit):
    rows = Visit.objects.filter(visited_on__range=(period.first, period.last))
    rows = layout.in_row(rows, key).filter(Q(created_at__gt=since) | Q(voided_at__gt=since))
    rows = rows.select_related("unit").order_by("-visited_on", "-pk")[:limit]
    return [(f"{visit.visited_on} {visit.unit.name}", visit.get_absolute_url()) for visit in rows]


_visits_link = link_to("outreach:visits", "visited_from", "visited_to")

register_columns(
    Column("cadres", 10, "参与干部数", _("Cadres taking part"), unit="人"),
    Column("households", 20, "走访户次", _("Doors visited"), unit="户次", link=_visits_link),
    count=_visits,
    touched=_touched_visits,
)


# --- Stays --------------------------------------------------------------------------------------


def _month_number(day):
    """Months since the year 0."""
    return ExtractYear(day) * 12 + ExtractMonth(day)


def _stays(layout, period):
    """Cadres on a stay; the months of stays that end in the period, by the host's word; and the
    days stated in these words. Days are never computed, and a leader's stay has no months."""
    first, last = period.first.replace(day=1), _end_of_months(period.seen_to)
    stays = layout.of(Stay.objects.within(period.first, period.last)).order_by()
    found = {}
    for key, cadre in stays.values_list(layout.key, "cadre").distinct():
        found.setdefault(key, _empty_line())[0].add(cadre)
    if last < first:
        return found
    monthly = layout.of(Stay.objects.monthly().within(first, last)).order_by()
    ends = _month_number(Least(Coalesce("ended_on", "ends_on"), last))
    begun = _month_number(Greatest("starts_on", first))
    spans = monthly.values_list(layout.key).annotate(n=Sum(ends - begun + 1))
    for key, n in spans:
        found.setdefault(key, _empty_line())[3] = n
    words = MonthWord.objects.standing().filter(month__month__range=(first, last))
    words = layout.of(words, at="month__stay__").order_by()
    words = words.values_list(f"month__stay__{layout.key}", "is_met")
    for key, is_met, n, days, given in words.annotate(
        n=Count("pk"), sum=Sum("days"), given=Count("days")
    ):
        line = found.setdefault(key, _empty_line())
        line[1 if is_met else 2] = n
        line[3] -= n
        if days is not None:
            line[4] = (line[4] or 0) + days
        line[5] += given
    return found


def _empty_line():
    """An empty line: cadres; months met, not met, not attested; days stated, and in how many
    months."""
    return [set(), 0, 0, 0, None, 0]


def _end_of_months(day):
    """The last day of the last month that is over on this day."""
    after = day + timedelta(days=1)
    return after.replace(day=1) - timedelta(days=1)


def _touched_stays(layout, period, key, since, limit):
    moved = StayStep.objects.filter(at__gt=since).values("stay")
    said = MonthWord.objects.filter(at__gt=since).values("month__stay")
    rows = layout.in_row(Stay.objects.within(period.first.replace(day=1), period.last), key)
    rows = (
        rows.filter(Q(pk__in=moved) | Q(pk__in=said))
        .select_related("cadre", "unit")
        .order_by("-starts_on", "-pk")
    )
    return [
        (f"{stay.cadre.name} {stay.unit.name}", stay.get_absolute_url()) for stay in rows[:limit]
    ]


def _months(key, order, heading, title):
    return Column(key, order, heading, title, unit="人月")


_stays_link = link_to("outreach:stays", "ran_from", "ran_to", tab="all")

register_columns(
    Column(
        "stay_people", 22, "驻村（蹲点）人数", _("Cadres on a stay"), unit="人", link=_stays_link
    ),
    _months("stay_months_met", 23, "驻村达标人月", _("Months of stays, norm met")),
    _months("stay_months_missed", 24, "驻村未达标人月", _("Months of stays, norm not met")),
    _months("stay_months_open", 25, "驻村未审核人月", _("Months of stays, not attested")),
    Column(
        "stay_days_attested",
        26,
        "审核认定驻村天数",
        _("Days on stays, as attested"),
        unit="天",
        is_given=True,
    ),
    _months("stay_days_months", 27, "填报天数人月", _("Months with a number of days")),
    count=_stays,
    touched=_touched_stays,
)

editions.MORE_NOTES.append(
    "3.驻村达标、未达标以乡镇（管理单位）月度审核为准，未审核的月份两者都不计；"
    "审核认定天数只合计填报了天数的月份，未填报的不推算。"
)


# --- Matters ------------------------------------------------------------------------------------


def _matters(layout, period):
    rows = Matter.objects.filter(registered_on__range=(period.first, period.last))
    rows = layout.of(rows).order_by()
    closed = Q(status=Status.CLOSED, closed_on__lte=period.last)
    numbers = {
        key: [*n, 0, 0, 0]
        for key, *n in rows.values_list(layout.key).annotate(
            n=Count("pk"),
            at_once=Count("pk", filter=Q(settled_at_once())),
            assigned=Count("pk", filter=Q(assigned_by_desk=True)),
            closed=Count("pk", filter=closed),
            dated=Count("pk", filter=closed & Q(original_due_on__isnull=False)),
        )
    }
    in_time = rows.filter(closed).answered_in_time().values_list(layout.key)
    for key, n in in_time.annotate(Count("pk")):
        numbers[key][5] = n
    asked = FollowUp.objects.filter(kind=FollowUp.Kind.SAMPLE, word__in=SPOKEN)
    asked = asked.filter(matter__registered_on__range=(period.first, period.last))
    asked = layout.of(asked, at="matter__").order_by("matter", "-round", "-pk").distinct("matter")
    for key, word in asked.values_list(f"matter__{layout.key}", "word"):
        numbers[key][6] += 1
        numbers[key][7] += word != Word.UNSATISFIED
    return numbers


def _touched_matters(layout, period, key, since, limit):
    rows = Matter.objects.filter(registered_on__range=(period.first, period.last))
    return _touched(layout.in_row(rows, key), since, limit)


def _touched(rows, since, limit):
    moved = MatterStep.objects.filter(at__gt=since).values("matter")
    rows = rows.filter(Q(created_at__gt=since) | Q(pk__in=moved)).order_by("-registered_on", "-pk")
    return [(f"{m.number_label} {m.title}", m.get_absolute_url()) for m in rows[:limit]]


def _last(period):
    return period.last


def _least(on):
    return parameters.number("eval.min_display_n", on=on)


def _share(key, order, heading, title, share_of, whole, **more):
    return Column(key, order, heading, title, unit="%", share_of=share_of, whole=whole, **more)


_matters_link = partial(link_to, "outreach:matters", "registered_from", "registered_to", tab="all")

register_columns(
    Column("matters", 40, "收集问题", _("Matters collected"), link=_matters_link()),
    Column(
        "at_once", 50, "现场解决", _("Settled there and then"), link=_matters_link(way="at_once")
    ),
    Column("assigned", 60, "转办", _("Passed on for handling"), link=_matters_link(way="assigned")),
    Column("closed", 70, "办结", _("Closed"), link=_matters_link(closed_to=_last)),
    Column("dated", 74, "有时限", "", is_hidden=True),
    Column("closed_in_time", 75, "按期办结", "", is_hidden=True),
    Column("asked", 110, "抽样回访", _("Sample call-backs"), link=_matters_link(asked="spoken")),
    Column("satisfied", 115, "回访满意", "", is_hidden=True),
    _share("closed_share", 80, "办结率", _("Closed, share"), "closed", "matters"),
    _share(
        "in_time_share",
        90,
        "按期办结率",
        _("Answered in time, share of those with a deadline"),
        "closed_in_time",
        "dated",
    ),
    _share(
        "satisfied_share", 120, "满意率", _("Satisfied, share"), "satisfied", "asked", least=_least
    ),
    count=_matters,
    touched=_touched_matters,
)


# --- Carried over from the year before ----------------------------------------------------------


def _carried(layout, period):
    """Matters open at New Year, whether or not the year was closed."""
    rows = open_at_the_end_of(period.first.year - 1, layout.of(Matter.objects.all()))
    closed = Q(status=Status.CLOSED, closed_on__lte=period.last)
    rows = rows.order_by().values_list(layout.key)
    counted = rows.annotate(n=Count("pk"), closed=Count("pk", filter=closed))
    return {key: n for key, *n in counted}


def _touched_carried(layout, period, key, since, limit):
    rows = open_at_the_end_of(period.first.year - 1, Matter.objects.all())
    return _touched(layout.in_row(rows, key), since, limit)


def _year_before(period):
    return period.first.year - 1


def _yearly(key, order, heading, title, **asked):
    link = link_to("outreach:matters", tab="all", carried=_year_before, **asked)
    return Column(key, order, heading, title, is_yearly=True, link=link)


register_columns(
    _yearly("carried", 30, "上年结转", _("Carried over from last year")),
    _yearly("carried_closed", 35, "结转办结", _("Carried over and closed"), closed_to=_last),
    count=_carried,
    touched=_touched_carried,
)


# --- Festival visits ----------------------------------------------------------------------------


def _festival_visits(layout, period):
    """慰问人次/元: recipients visited in the period, and the value delivered in whole yuan."""
    rows = CondolenceVisit.objects.standing().filter(visited_on__range=(period.first, period.last))
    counted = layout.of(rows, at="recipient__").order_by().values_list(f"recipient__{layout.key}")
    counted = counted.annotate(n=Count("pk"), yuan=Sum(F("amount") + F("goods_value")))
    return {key: (n, round(yuan)) for key, n, yuan in counted}


def _touched_festival_visits(layout, period, key, since, limit):
    rows = CondolenceVisit.objects.filter(visited_on__range=(period.first, period.last))
    rows = rows.filter(Q(entered_at__gt=since) | Q(voided_at__gt=since))
    rows = rows.filter(recipient__in=layout.in_row(CondolenceRecipient.objects.all(), key))
    rows = rows.select_related("recipient__unit", "recipient__campaign").order_by("-pk")[:limit]
    return [
        (f"{v.visited_on} {v.recipient.unit.name}", v.recipient.get_absolute_url()) for v in rows
    ]


def _brought(key, order, heading, title, unit):
    page = "outreach:condolence_recipients"
    link = link_to(page, "visited_from", "visited_to", tab="visited")
    return Column(key, order, heading, title, unit=unit, link=link)


register_columns(
    _brought("condolence_people", 150, "慰问人次", _("Reached on festival visits"), "人次"),
    _brought("condolence_yuan", 155, "慰问金额（元）", _("Brought on festival visits"), "元"),
    count=_festival_visits,
    touched=_touched_festival_visits,
)
