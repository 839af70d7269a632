"""The numbers of the dashboard, each with the list that it counts. Nobody is ranked."""

import calendar
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from outreach.figures import (
    MATTERS,
    MATTERS_ANSWERED,
    MATTERS_CLOSED,
    MATTERS_DATED,
    MATTERS_ON_TIME,
    MATTERS_OPEN,
    VISITS,
    WORDS_OF_ALL,
    WORDS_OF_SAMPLE,
)
from outreach.filters import notices as notice_filters
from outreach.models import ContactArea, Matter, Visit
from outreach.models.matters import NeedsWord, OpenKind, Word
from portal import parameters, uses
from portal.models import Division, GrassrootsUnit
from portal.roles import Permission as P
from portal.sheets import figures
from portal.sheets.figures import SUMMED_LEVELS
from portal.text import Text

# Rows of a list on a card; the number links to the rest.
SHOWN = 4
# Matters waiting for a leader's word; few, so that the first screen has room for everything.
WAITING_SHOWN = 3
# Weeks in which visits to a village are compared with the limit.
WEEKS = 5
MONTHS = 12


@dataclass(frozen=True)
class Number:
    """A number and the URL of its list, empty for readers who may see only the number."""

    n: int
    url: str


@dataclass(frozen=True)
class Bar:
    label: str
    number: Number
    tone: str
    # Per cent, formatted for the drawing; `start` is the offset if bars share a row.
    width: str
    start: str = "0"


@dataclass(frozen=True)
class Line:
    """A line of a card: label, number, and the norm it is compared with."""

    label: str
    number: Number
    note: str = ""
    # True if it exceeds its norm.
    is_over: bool = False


@dataclass(frozen=True)
class Part:
    """A page behind the dashboard, for numbers counted from rows rather than totals, or read less
    often: the dashboard itself is one screen."""

    title: Text
    url_name: str
    # The part is hidden from readers without it.
    permission: P
    # Shown if any of these uses is on; if empty, if the use of its URL is.
    uses: tuple[str, ...] = ()

    @property
    def is_used(self):
        if self.uses:
            return any(map(uses.is_on, self.uses))
        return uses.is_open(self.url_name)


# In page order; apps above add theirs.
PARTS = [
    Part(
        gettext_lazy("Stays, campaigns, receptions"),
        "outreach:going_down",
        P.READ_MATTERS,
        ("stays", "campaigns", "receptions", "needs"),
    ),
    Part(gettext_lazy("Festival visits"), "outreach:festival_visits", P.READ_MATTERS),
]
# Last, because charts take half of the page's rendering time.
OVER_THE_YEAR = Part(gettext_lazy("Over the year"), "outreach:over_the_year", P.READ_MATTERS)


@dataclass(frozen=True)
class Period:
    """A period of days, both ends included."""

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
            # Shorter than a whole week: use the week in which it ends.
            first = self.last - timedelta(days=self.last.weekday())
            last = first + timedelta(days=6)
        return first, last

    def judged_on(self, today):
        """Return the day whose norms apply: the last day of the period, or today while it runs."""
        return min(self.last, today)

    @property
    def year(self):
        """The first days of the twelve months that end with the period."""
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
    """Return the named period up to today."""
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[kind]
    first = today.month - (today.month - 1) % months
    return Period(today.replace(month=first, day=1), today)


# --- Needs my word -----------------------------------------------------------------------


def _address(page, scope, **query):
    """The URL of this list, limited to the scope and these filters."""
    return f"{reverse(f'outreach:{page}')}?{urlencode(query | scope.query)}"


# The request to the leader; printed, so in Chinese.
WORD_ASKED = {
    NeedsWord.ANSWERED: "批示已答复，请认可或退回",
    NeedsWord.TWICE: "群众两次不满意，请审定",
    NeedsWord.DISPUTED: "承办单位退回，请明确主办单位",
    NeedsWord.OFFICIAL: "包案事项超期，请督促包案领导",
}


def needs_word(scope, shown=WAITING_SHOWN):
    """Return the numbers by reason, and the first matters by deadline, each with all its
    reasons."""
    rows = scope.rows(Matter, P.READ_MATTERS).order_by()
    waiting = [
        rows.needing_word(scope.user, kind).values_list("due_on", "pk", Value(kind.value))
        for kind in NeedsWord
    ]
    found = set(waiting[0].union(*waiting[1:], all=True))
    by_kind = Counter(kind for _due, _pk, kind in found)
    first = sorted({(due_on, pk) for due_on, pk, _kind in found})
    matters = Matter.objects.for_list().in_bulk([pk for _due, pk in first[:shown]])
    for pk, matter in matters.items():
        matter.reasons = [kind for kind in NeedsWord if (matter.due_on, pk, kind) in found]
        matter.words_asked = [WORD_ASKED[kind] for kind in matter.reasons]

    def number(kind, n):
        return Number(n, _address("matters", scope, tab="all", needs=kind))

    return {
        "total": number("any", len(first)),
        "lines": [Line(kind.label, number(kind, by_kind[kind])) for kind in NeedsWord],
        "rows": [matters[pk] for _due, pk in first[:shown]],
    }


# --- The people's word -------------------------------------------------------------------


def interval(part, n):
    """Wilson's score interval of a share, in whole per cent."""
    z = 1.96
    share = part / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return round(100 * max(0, middle - spread)), round(100 * min(1, middle + spread))


TONES = {Word.SATISFIED: "good", Word.BASICALLY: "good-2", Word.UNSATISFIED: "mark"}


def _of_100(part, whole):
    return f"{100 * part / whole:.2f}"


# Figures of the first cards, read together because they cover the same days.
_OF_PERIOD = (
    WORDS_OF_SAMPLE,
    WORDS_OF_ALL,
    VISITS,
    MATTERS,
    MATTERS_ANSWERED,
    MATTERS_CLOSED,
    MATTERS_DATED,
    MATTERS_ON_TIME,
)


def counts_of(scope, period):
    """{code of a figure: {part: n}} for `words`, `costs` and `pace`."""
    return figures.counts_of(_OF_PERIOD, scope, first=period.first, last=period.last)


def words(figure, scope, period, counts):
    """The answers with n and the interval; only n where there are too few to show a rate."""
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
    if found["too_few"]:
        return found
    low, high = interval(said[Word.UNSATISFIED], n)
    bars, before = [], 0
    for word, tone in TONES.items():
        width, start = _of_100(said[word], n), _of_100(before, n)
        bars.append(Bar(word.label, number(word), tone, width, start))
        before += said[word]
    return found | {
        "unsatisfied": number(Word.UNSATISFIED),
        "share": round(100 * said[Word.UNSATISFIED] / n),
        "low": low,
        "high": high,
        "bars": bars,
        "silent": [Line(word.label, number(word)) for word in (Word.DECLINED, Word.UNREACHABLE)],
    }


# --- What we cost the villages -----------------------------------------------------------

# Callbacks (scope, period, counts) → lines, added by modules that place burdens on villages.
BURDENS: list[Callable] = []


def costs(scope, period, counts):
    return [line for burden in BURDENS for line in burden(scope, period, counts)]


def units_of(scope):
    """Current units of a place or of a host. An organ's own work has no units."""
    units = GrassrootsUnit.objects.current(scope.user.today)
    if scope.division:
        # A join would take twice as long over a province.
        units = units.filter(division__in=Division.objects.under(scope.division))
    if scope.host:
        units = units.filter(host_organ__in=scope.host_ids)
    return units


def places_below(scope):
    """Return the divisions of an area wider than a county; none for scopes of organs."""
    level = scope.division.level if scope.division else 0
    if scope.organ or scope.host or level >= max(SUMMED_LEVELS):
        return []
    current = Division.objects.current(scope.user.today)
    return list(current.filter(parent=scope.division).order_by("code", "pk"))


def visits_a_week(scope, period, counts):
    """Lines on visits per week against the limit, and on units with a week above it."""
    if not VISITS.is_open_in(scope):
        return []
    days = {"first": period.first, "last": period.last}
    by_retinue = counts[VISITS.code]
    visits = _of_visits(scope, by_retinue.total(), VISITS.address(scope, **days))
    on = period.judged_on(scope.user.today)
    most = parameters.number("visit.entourage_max", on=on)
    crowded = _of_visits(
        scope,
        sum(n for companions, n in by_retinue.items() if int(companions) > most),
        VISITS.address(scope, **days, companions_over=most),
    )
    lines = [Line(_("Visits"), visits)]
    if scope.organ is None:
        limit = parameters.number("visit.unit_week_limit", on=on)
        units = units_of(scope).count()
        weekly = visits.n * 7 / period.days / units if units else 0
        note = _("%(weekly).2f per unit and week, %(units)d units; the limit is %(limit)s")
        note %= {"weekly": weekly, "units": units, "limit": limit}
        lines = [Line(_("Visits"), visits, note, weekly > limit), _busy(scope, period)]
    note = _("more than %(n)s companions") % {"n": most}
    return [*lines, Line(_("Visits with a large retinue"), crowded, note, crowded.n > 0)]


def _of_visits(scope, n, url):
    return Number(n, url if scope.is_open_to(P.READ_VISITS) else "")


def week_limit(weeks, today):
    """Return the limit of visits to a unit per week, the same for the number and its list."""
    return parameters.number("visit.unit_week_limit", on=weeks.judged_on(today))


def _busy(scope, period):
    first, last = period.weeks
    limit = week_limit(Period(first, last), scope.user.today)
    url = _address("busy_units", scope, first=first.isoformat(), last=last.isoformat())
    units = _of_visits(scope, _busy_weeks(scope, first, last, limit).distinct().count(), url)
    note = _("weeks from %(first)s to %(last)s")
    note %= {"first": f"{first:%m-%d}", "last": f"{last:%m-%d}"}
    return Line(_("Units with a week over the limit"), units, note)


def busy_units(scope, first, last, limit):
    """Units that were visited more often than the limit in one of these weeks."""
    return GrassrootsUnit.objects.filter(pk__in=_busy_weeks(scope, first, last, limit))


def _busy_weeks(scope, first, last, limit):
    """Covers all visits in the scope; callers have checked that the reader may count them."""
    visits = Visit.objects.filter(scope.limit())
    return visits.busy_weeks(first, last, limit).values("unit")


def week_of(scope, *, unit, monday, n):
    """Return (Monday, number of visits) of one such week of a unit."""
    days = monday, monday + timedelta(days=6)
    return monday, Number(n, VISITS.address(scope, *days, unit=unit))


def requests_for_data(scope, period, _counts):
    """A line on notices that asked organs here for an answer; only for readers of all notices of an
    area."""
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
    return [Line(pgettext("burden", "Requests for data"), number, _("notices that want an answer"))]


BURDENS += [visits_a_week, requests_for_data]


# --- Backlog, pace, contact --------------------------------------------------------------


def backlog(scope):
    """Open matters by distance to the deadline; suspended and answered ones separately."""
    today = scope.user.today
    by_day = figures.counts(MATTERS_OPEN, scope, by="day")
    buckets = (
        (_("Not due yet"), today + timedelta(days=3), None, "accent"),
        (_("Due within 2 days"), today, today + timedelta(days=2), "warn"),
        (_("1–5 days overdue"), today - timedelta(days=5), today - timedelta(days=1), "mark"),
        (_("More than 5 days overdue"), None, today - timedelta(days=6), "mark"),
    )
    rows = [(*bucket, OpenKind.RUNNING) for bucket in buckets]
    rows += [
        (_("Suspended, the deadline rests"), None, None, "quiet", OpenKind.SUSPENDED),
        (_("Answered, waiting for the word"), None, None, "quiet", OpenKind.CALL_BACK),
    ]
    counts = [_between(by_day, kind, first, last) for _label, first, last, _tone, kind in rows]
    most = max(counts) or 1
    bars = [
        Bar(
            label, Number(n, MATTERS_OPEN.address(scope, first, last, kind)), tone, _of_100(n, most)
        )
        for n, (label, first, last, tone, kind) in zip(counts, rows, strict=True)
    ]
    return {"total": Number(by_day.total(), MATTERS_OPEN.address(scope)), "bars": bars}


def _between(by_day, kind, first, last):
    """The open matters of a kind that are due between two days, both included."""
    return sum(
        n
        for (part, day), n in by_day.items()
        if part == kind and (not first or day >= first) and (not last or day <= last)
    )


def pace(scope, period, counts):
    """Matters registered, and of these answered; matters closed, and of those with a deadline in
    time."""
    least = parameters.number("eval.min_display_n", on=scope.user.today)
    days = {"first": period.first, "last": period.last}
    registered, answered, closed, dated, on_time = (
        Number(counts[figure.code].total(), figure.address(scope, **days))
        for figure in (MATTERS, MATTERS_ANSWERED, MATTERS_CLOSED, MATTERS_DATED, MATTERS_ON_TIME)
    )
    return [
        {"label": _("Registered"), "number": registered},
        _part(_("Answered of these"), answered, registered, least),
        {"label": _("Closed in this period"), "number": closed},
        _part(_("In time, of those with a deadline"), on_time, dated, least),
    ]


def _part(label, part, whole, least):
    """A part with its share in whole per cent; no share if the whole is smaller than `least`."""
    share = None if whole.n < least else round(100 * part.n / whole.n)
    return {"label": label, "number": part, "of": whole, "share": share}


def unattended_units(scope):
    """Units with open matters and no contact cadre. They are looked up once, for the count and the
    page, starting from the units, whose number does not grow with the matters."""
    today = scope.user.today
    looked_after = ContactArea.objects.running(today).filter(unit=OuterRef("pk"))
    matters = scope.rows(Matter, P.READ_MATTERS).open().order_by().filter(unit=OuterRef("pk"))
    units = GrassrootsUnit.objects.filter(~Exists(looked_after)).filter(Exists(matters))
    return GrassrootsUnit.objects.filter(pk__in=list(units.order_by().values_list("pk", flat=True)))


def unattended_url(scope):
    return _address("unattended_units", scope)


def unattended(scope):
    return Number(unattended_units(scope).count(), unattended_url(scope))


def with_open_matters(units, scope):
    """Return [(unit, Number of its open matters in the scope)]."""
    matters = scope.rows(Matter, P.READ_MATTERS).open().filter(unit__in=units)
    counts = dict(matters.order_by().values_list("unit").annotate(Count("pk")))
    return [
        (unit, Number(counts.get(unit.pk, 0), MATTERS_OPEN.address(scope, unit=unit.pk)))
        for unit in units
    ]
