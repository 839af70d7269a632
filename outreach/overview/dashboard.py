"""What the dashboard says: each number with the list that it counts. Nobody is ranked here."""

import calendar
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from urllib.parse import urlencode

from django.db.models import Count, Value, Window
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.figures import (
    MATTERS,
    MATTERS_ANSWERED,
    MATTERS_CLOSED,
    MATTERS_ON_TIME,
    MATTERS_OPEN,
    VISITS,
    WORDS_OF_ALL,
    WORDS_OF_SAMPLE,
)
from outreach.filters import notices as notice_filters
from outreach.models import Matter, Visit
from outreach.models.matters import NeedsWord, OpenKind, Word
from portal import parameters
from portal.models import Division, GrassrootsUnit
from portal.roles import Permission
from portal.sheets import figures
from portal.sheets.figures import SUMMED_LEVELS

# Rows of a list that a card shows; the rest is behind its number.
SHOWN = 4
# Weeks in which visits to a village are compared with the limit.
WEEKS = 5
MONTHS = 12


@dataclass(frozen=True)
class Number:
    """A number and where its list is."""

    n: int
    url: str


@dataclass(frozen=True)
class Bar:
    label: str
    number: Number
    tone: str
    # Of a hundred, as a drawing writes it, with where it begins when bars stand in one row.
    width: str
    start: str = "0"


@dataclass(frozen=True)
class Line:
    """A line of a card: what, how much, and what it is measured against."""

    label: str
    number: Number
    note: str = ""
    # True when it lies above its norm.
    is_over: bool = False


@dataclass(frozen=True)
class Part:
    """What is loaded after the dashboard, since it is counted from its rows while the rest comes
    from totals; a page of its own without script."""

    title: str
    url_name: str
    # Who else sees the dashboard is not shown it.
    permission: Permission


# In the order of the page; an app above adds its own.
PARTS = [
    Part(
        gettext_lazy("Stays, campaigns, receptions"), "outreach:going_down", Permission.READ_MATTERS
    ),
    Part(gettext_lazy("Festival visits"), "outreach:festival_visits", Permission.READ_MATTERS),
]
# Below them: charts are looked at last, and half of what the page would have to draw.
OVER_THE_YEAR = Part(
    gettext_lazy("Over the year"), "outreach:over_the_year", Permission.READ_MATTERS
)


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included."""

    first: date
    last: date

    @property
    def days(self):
        return (self.last - self.first).days + 1

    @property
    def weeks(self):
        """Its last whole weeks, Monday to Sunday, at most WEEKS of them: (first, last)."""
        last = self.last - timedelta(days=(self.last.weekday() + 1) % 7)
        first = self.first + timedelta(days=-self.first.weekday() % 7)
        first = max(first, last - timedelta(days=7 * WEEKS - 1))
        if first > last:
            # Less than one whole week: the week that it ends in.
            first = self.last - timedelta(days=self.last.weekday())
            last = first + timedelta(days=6)
        return first, last

    def judged_on(self, today):
        """Whose norms hold for it: those of its last day, or of today while it runs."""
        return min(self.last, today)

    @property
    def year(self):
        """The twelve months that end with it: their first days."""
        months = [self.last.replace(day=1)]
        for _month in range(MONTHS - 1):
            months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
        return months


def month_end(first):
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


PERIODS = {
    "month": gettext_lazy("This month"),
    "quarter": gettext_lazy("This quarter"),
    "half": gettext_lazy("This half-year"),
    "year": gettext_lazy("This year"),
    "days": gettext_lazy("From day to day"),
}


def period_of(kind, today):
    """The named period so far."""
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[kind]
    first = today.month - (today.month - 1) % months
    return Period(today.replace(month=first, day=1), today)


# --- Needs my word -----------------------------------------------------------------------


def needs_word(scope, shown=SHOWN):
    """Why, how many, and the first of them by deadline."""
    rows = scope.rows(Matter, Permission.READ_MATTERS).order_by()
    waiting = [
        rows.needing_word(scope.user, kind).values_list("due_on", "pk", Value(kind.value))
        for kind in NeedsWord
    ]
    found = list(waiting[0].union(*waiting[1:], all=True))
    by_kind = Counter(kind for _due, _pk, kind in found)
    first = sorted({(due_on, pk) for due_on, pk, _kind in found})
    matters = Matter.objects.for_list().in_bulk([pk for _due, pk in first[:shown]])

    def number(kind, n):
        query = {"tab": "all", "needs": kind} | scope.query
        return Number(n, f"{reverse('outreach:matters')}?{urlencode(query)}")

    return {
        "total": number("any", len(first)),
        "lines": [Line(kind.label, number(kind, by_kind[kind])) for kind in NeedsWord],
        "rows": [matters[pk] for _due, pk in first[:shown]],
    }


# --- The people's word -------------------------------------------------------------------


def interval(part, n):
    """Wilson's interval of a share, in whole per cent: what a few answers can tell and what not."""
    z = 1.96
    share = part / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return round(100 * max(0, middle - spread)), round(100 * min(1, middle + spread))


TONES = {Word.SATISFIED: "good", Word.BASICALLY: "good-2", Word.UNSATISFIED: "mark"}


def _of_100(part, whole):
    return f"{100 * part / whole:.2f}"


# What the cards that stand first count, all over the same days.
_OF_PERIOD = (
    WORDS_OF_SAMPLE,
    WORDS_OF_ALL,
    VISITS,
    MATTERS,
    MATTERS_ANSWERED,
    MATTERS_CLOSED,
    MATTERS_ON_TIME,
)


def counts_of(scope, period):
    """{code of a figure: {part: n}} for `words`, `costs` and `pace`."""
    return figures.counts_of(_OF_PERIOD, scope, first=period.first, last=period.last)


def words(figure, scope, period, counts):
    """What was said, with n and its interval; too few answers are said to be too few."""
    days = {"first": period.first, "last": period.last}
    said = counts[figure.code]

    def number(word):
        return Number(said[word], figure.address(scope, **days, part=word))

    n = sum(said[word] for word in TONES)
    found = {
        "all": Number(said.total(), figure.address(scope, **days)),
        "n": n,
        "too_few": n < parameters.number("eval.min_display_n", on=scope.user.today),
    }
    if not found["too_few"]:
        unsatisfied = said[Word.UNSATISFIED]
        low, high = interval(unsatisfied, n)
        bars, before = [], 0
        for word, tone in TONES.items():
            bars.append(
                Bar(word.label, number(word), tone, _of_100(said[word], n), _of_100(before, n))
            )
            before += said[word]
        found |= {
            "unsatisfied": number(Word.UNSATISFIED),
            "share": round(100 * unsatisfied / n),
            "low": low,
            "high": high,
            "bars": bars,
            "silent": [
                Line(word.label, number(word)) for word in (Word.DECLINED, Word.UNREACHABLE)
            ],
        }
    return found


# --- What we cost the villages -----------------------------------------------------------

# Functions (scope, period, counts) → lines; nouns that ask something of villages add theirs.
BURDENS: list[Callable] = []


def costs(scope, period, counts):
    return [line for burden in BURDENS for line in burden(scope, period, counts)]


def units_of(scope):
    """The units of a place or of a host today; an organ's own work has no units of its own."""
    units = GrassrootsUnit.objects.current(scope.user.today)
    if scope.division:
        # Not joined, which takes twice as long over a province.
        units = units.filter(division__in=Division.objects.under(scope.division))
    if scope.host:
        units = units.filter(host_organ__in=scope.host_ids)
    return units


def places_below(scope):
    """The divisions of an area wider than a county; none when the reader looks at organs."""
    level = scope.division.level if scope.division else 0
    if scope.organ or scope.host or level >= max(SUMMED_LEVELS):
        return []
    current = Division.objects.current(scope.user.today)
    return list(current.filter(parent=scope.division).order_by("code", "pk"))


def visits_a_week(scope, period, counts):
    """Visits in a week against the limit, and the units where a week had more."""
    if not scope.is_open_to(Permission.READ_VISITS):
        return []
    days = {"first": period.first, "last": period.last}
    by_retinue = counts[VISITS.code]
    visits = Number(by_retinue.total(), VISITS.address(scope, **days))
    on = period.judged_on(scope.user.today)
    most = parameters.number("visit.entourage_max", on=on)
    crowded = Number(
        sum(n for companions, n in by_retinue.items() if int(companions) > most),
        VISITS.address(scope, **days, companions_over=most),
    )
    lines = []
    if scope.organ is None:
        limit = parameters.number("visit.unit_week_limit", on=on)
        units = units_of(scope).count()
        weekly = visits.n * 7 / period.days / units if units else 0
        lines = [
            Line(
                _("Visits"),
                visits,
                _("%(weekly).2f a unit and week, %(units)d units; the limit is %(limit)s")
                % {"weekly": weekly, "units": units, "limit": limit},
                is_over=weekly > limit,
            ),
            _busy(scope, period),
        ]
    else:
        lines = [Line(_("Visits"), visits)]
    return [
        *lines,
        Line(
            _("Visits with a large retinue"),
            crowded,
            _("more than %(n)s companions") % {"n": most},
            is_over=crowded.n > 0,
        ),
    ]


def week_limit(weeks, today):
    """So many visits in a week are too many for a unit; for the number and for its list."""
    return parameters.number("visit.unit_week_limit", on=weeks.judged_on(today))


def _busy(scope, period):
    first, last = period.weeks
    limit = week_limit(Period(first, last), scope.user.today)
    days = {"first": first.isoformat(), "last": last.isoformat()}
    url = f"{reverse('outreach:busy_units')}?{urlencode(days | scope.query)}"
    return Line(
        _("Units with a week over the limit"),
        Number(_busy_weeks(scope, first, last, limit).distinct().count(), url),
        _("weeks from %(first)s to %(last)s")
        % {"first": f"{first:%m-%d}", "last": f"{last:%m-%d}"},
    )


def busy_units(scope, first, last, limit):
    """Units that were visited more often than the limit in one of these weeks."""
    return GrassrootsUnit.objects.filter(pk__in=_busy_weeks(scope, first, last, limit))


def _busy_weeks(scope, first, last, limit):
    visits = scope.rows(Visit, Permission.READ_VISITS)
    return visits.busy_weeks(first, last, limit).values("unit")


def week_of(scope, *, unit, monday, n):
    """One such week of a unit: its Monday, and its visits."""
    days = monday, monday + timedelta(days=6)
    return monday, Number(n, VISITS.address(scope, *days, unit=unit))


def requests_for_data(scope, period, _counts):
    """Notices that wanted an answer of organs here; who sees all of an area's may ask."""
    tab = "all"
    if scope.organ or tab not in notice_filters.tabs_for(scope.user):
        return []
    query = scope.query | {
        "tab": tab,
        "asking": "yes",
        "published_from": period.first.isoformat(),
        "published_to": period.last.isoformat(),
    }
    asked = notice_filters.NOTICES_AT.at(scope.user, query)
    number = Number(asked.rows.count(), f"{reverse('outreach:notices')}?{urlencode(query)}")
    return [Line(_("Requests for data"), number, _("notices that want an answer"))]


BURDENS += [visits_a_week, requests_for_data]


# --- Backlog, pace, contact --------------------------------------------------------------


def backlog(scope):
    """Open matters by how far their deadline is; what rests or was answered stands apart."""
    today = scope.user.today
    by_day = figures.counts(MATTERS_OPEN, scope, by="day")
    buckets = (
        (_("Not due yet"), today + timedelta(days=3), None, "accent"),
        (_("Due within 2 days"), today, today + timedelta(days=2), "warn"),
        (_("1–5 days overdue"), today - timedelta(days=5), today - timedelta(days=1), "mark"),
        (_("More than 5 days overdue"), None, today - timedelta(days=6), "mark"),
    )
    rows = []
    for label, first, last, tone in buckets:
        n = sum(
            count
            for (part, day), count in by_day.items()
            if part == OpenKind.RUNNING
            and (first is None or day >= first)
            and (last is None or day <= last)
        )
        rows.append((label, n, MATTERS_OPEN.address(scope, first, last, OpenKind.RUNNING), tone))
    for kind, label in (
        (OpenKind.SUSPENDED, _("Suspended, the deadline rests")),
        (OpenKind.CALL_BACK, _("Answered, waiting for the word")),
    ):
        n = sum(count for (part, _day), count in by_day.items() if part == kind)
        rows.append((label, n, MATTERS_OPEN.address(scope, part=kind), "quiet"))
    return {"total": Number(by_day.total(), MATTERS_OPEN.address(scope)), "bars": _bars(rows)}


def _bars(rows):
    most = max((n for _label, n, _url, _tone in rows), default=0) or 1
    return [Bar(label, Number(n, url), tone, _of_100(n, most)) for label, n, url, tone in rows]


def pace(scope, period, counts):
    """Registered and answered of these; closed, and in time of these."""
    least = parameters.number("eval.min_display_n", on=scope.user.today)
    days = {"first": period.first, "last": period.last}
    registered, answered, closed, on_time = (
        Number(counts[figure.code].total(), figure.address(scope, **days))
        for figure in (MATTERS, MATTERS_ANSWERED, MATTERS_CLOSED, MATTERS_ON_TIME)
    )
    return [
        {"label": _("Registered"), "number": registered},
        {
            "label": _("Answered of these"),
            "number": answered,
            "of": registered,
            "share": _share(answered, registered, least),
        },
        {"label": _("Closed in this period"), "number": closed},
        {
            "label": _("In time of these"),
            "number": on_time,
            "of": closed,
            "share": _share(on_time, closed, least),
        },
    ]


def _share(part, whole, least):
    """In whole per cent; nothing of fewer than are shown as a rate."""
    if whole.n < least:
        return None
    return round(100 * part.n / whole.n)


def unattended_units(scope):
    """Units with open matters and nobody in contact."""
    matters = scope.rows(Matter, Permission.READ_MATTERS).nobody_in_contact(on=scope.user.today)
    return GrassrootsUnit.objects.filter(pk__in=matters.order_by().values("unit"))


def unattended_url(scope):
    return f"{reverse('outreach:unattended_units')}?{urlencode(scope.query)}"


def unattended(scope):
    # How many they are comes with the first of them: finding them twice costs twice.
    found = unattended_units(scope).annotate(n=Window(Count("pk")))
    rows = list(
        found.select_related("host_organ").order_by(
            "host_organ__sort_order", "host_organ_id", "sort_order", "pk"
        )[:SHOWN]
    )
    return {
        "total": Number(rows[0].n if rows else 0, unattended_url(scope)),
        "rows": with_open_matters(rows, scope),
    }


def with_open_matters(units, scope):
    """[(unit, Number)]: the open matters of each, as the scope counts them."""
    matters = scope.rows(Matter, Permission.READ_MATTERS).open().filter(unit__in=units)
    counts = dict(matters.order_by().values_list("unit").annotate(Count("pk")))
    return [
        (unit, Number(counts.get(unit.pk, 0), MATTERS_OPEN.address(scope, unit=unit.pk)))
        for unit in units
    ]
