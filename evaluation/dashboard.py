"""The dashboard's part on evaluation: progress of cycles, distribution of scores, answers over the
years. Shows no person, compares no organs, and withholds numbers under five answers."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from evaluation.burden import Nth, answered, answers_of
from evaluation.models import Appraised, BallotCode, Cycle, OrganAppraisal, Poll, Score, Tally
from evaluation.models.ballots import PollState, Question, in_steps
from evaluation.models.cycles import SHOWN_TO_THE_APPRAISED
from portal import parameters
from portal.roles import Permission
from portal.trust import wall

# Points from (inclusive) to (exclusive), best first.
BANDS = ((90, None), (80, 90), (70, 80), (60, 70), (None, 60))
YEARS = 5


def section(scope):
    """The context of the part for a scope."""
    return {
        "cycles": running(scope.user),
        "spread": spread(scope),
        "years": over_the_years(scope),
        "least": _least(scope),
    }


def _least(scope):
    return parameters.number("eval.min_display_n", on=scope.user.today)


@dataclass(frozen=True)
class Running:
    cycle: Cycle
    polls: int
    polls_closed: int
    appraised: int
    with_words: int
    codes: int
    # In steps of five.
    used: int


def running(user):
    """Running cycles visible to the user, with their progress; five statements."""
    cycles = list(Cycle.objects.visible_to(user).running().for_list().order_by("-starts_on", "-pk"))
    if not cycles:
        return []

    def counted(rows, via, **more):
        rows = rows.filter(**{f"{via}__in": cycles}).order_by()
        with wall.as_system("how far whole cycles have come"):
            return {key: n for key, *n in rows.values_list(via).annotate(**more)}

    polls = counted(
        Poll.objects.all(),
        "cycle",
        n=Count("pk"),
        closed=Count("pk", filter=Q(state=PollState.CLOSED)),
    )
    people = counted(Appraised.objects.standing(), "cycle", n=Count("pk"))
    words = OrganAppraisal.objects.filter(replaced_at=None, appraised__left_out_reason="")
    words = counted(words, "appraised__cycle", n=Count("appraised", distinct=True))
    codes = counted(
        BallotCode.objects.all(),
        "poll__cycle",
        n=Count("pk"),
        used=Count("pk", filter=Q(is_used=True)),
    )
    return [
        Running(
            one,
            *polls.get(one.pk, (0, 0)),
            *people.get(one.pk, (0,)),
            *words.get(one.pk, (0,)),
            codes.get(one.pk, (0, 0))[0],
            in_steps(codes.get(one.pk, (0, 0))[1]),
        )
        for one in cycles
    ]


@dataclass(frozen=True)
class Band:
    label: str
    # None if there are too few to show.
    n: int | None
    width: str


def _shown(scope):
    """Appraised of a scope in published cycles."""
    if not scope.is_open_to(Permission.READ_EVALUATION):
        return Appraised.objects.none()
    rows = Appraised.objects.filter(scope.limit())
    return rows.standing().filter(cycle__state__in=SHOWN_TO_THE_APPRAISED)


def spread(scope):
    """Totals by band of the newest published cycle with enough of them, or None."""
    rows, least = _shown(scope), _least(scope)
    totals = Count("pk", filter=Q(scores__total__isnull=False), distinct=True)
    cycles = rows.order_by().values("cycle").annotate(n=totals).filter(n__gte=least)
    newest = cycles.order_by("-cycle__ends_on", "-cycle").values_list("cycle", flat=True).first()
    if newest is None:
        return None
    scores = Score.objects.filter(appraised__in=rows.filter(cycle=newest).values("pk"))
    # The newest computation of each appraised.
    latest = scores.order_by("appraised", "-computation__number").distinct("appraised")
    totals = [total for total in latest.values_list("total", flat=True) if total is not None]
    if len(totals) < least:
        return None
    counts = [
        sum((low is None or total >= low) and (high is None or total < high) for total in totals)
        for low, high in BANDS
    ]
    most = max(counts)
    few = _few(counts, least)
    return {
        "cycle": Cycle.objects.get(pk=newest),
        "n": len(totals),
        "bands": [
            Band(
                _band_label(*band),
                None if place in few else counts[place],
                "0" if place in few else f"{100 * counts[place] / most:.1f}",
            )
            for place, band in enumerate(BANDS)
        ],
    }


def _few(counts, least):
    """Indexes of bands to withhold: those with too few, and if that is a single one, also the next
    larger one, since the total would reveal it."""
    filled = sorted((n, place) for place, n in enumerate(counts) if n)
    few = [place for n, place in filled if n < least]
    return {place for _n, place in filled[:2]} if len(few) == 1 else set(few)


def _band_label(low, high):
    if high is None:
        return _("%(low)s and more") % {"low": low}
    if low is None:
        return _("below %(high)s") % {"high": high}
    return _("%(low)s to below %(high)s") % {"low": low, "high": high}


@dataclass(frozen=True)
class Year:
    year: int
    # Percent and number of answers; both None if too few answered.
    pleased: int | None
    n: int | None
    # [(question, percent “yes”, number of answers)], with None likewise.
    questions: list


def over_the_years(scope):
    """Share of good and fairly good overall marks, and the four questions, by year."""
    least = _least(scope)
    columns = {f"overall_{n}": Sum(Nth("overall", n)) for n in range(1, 5)} | answers_of()
    rows = Tally.objects.filter(appraised__in=_shown(scope).values("pk")).order_by()
    years = []
    for row in rows.values("appraised__cycle__ends_on__year").annotate(**columns):
        good, fairly, fair, poor = (row[f"overall_{n}"] or 0 for n in range(1, 5))
        known = good + fairly + fair + poor
        questions = []
        for question in Question:
            yes, asked = answered(row, question)
            questions.append((question.label, *_share(yes, asked, least)))
        year = row["appraised__cycle__ends_on__year"]
        years.append(Year(year, *_share(good + fairly, known, least), questions))
    return sorted(years, key=lambda one: -one.year)[:YEARS]


def _share(part, n, least):
    """Return (percent, number of answers), or (None, None) if fewer than `least` answered."""
    return (round(100 * part / n), n) if n >= least else (None, None)
