"""轻车简从 and 减负 by organ: the burden that its people's visits put on villages.

Organs are always in the official order. Nothing here is about a single person.
"""

from collections import Counter

from django.db.models import Count, F, Func, IntegerField, Q, Sum
from django.db.models.functions import TruncWeek

from evaluation.models import Tally
from evaluation.models.ballots import Question
from evaluation.models.cycles import SHOWN_TO_THE_APPRAISED
from outreach.models import Visit
from outreach.models.visits import Meals
from portal import parameters
from portal.models import Organ
from portal.roles import Permission
from portal.trust import wall


def visits_of(scope, period):
    """Visits of a period that the reader of this scope may count."""
    rows = scope.rows(Visit, Permission.READ_EVALUATION).standing().order_by()
    return rows.filter(visited_on__range=(period.first, period.last))


def organs(visits):
    """Organs with visits."""
    return Organ.objects.filter(pk__in=visits.values("organ"))


def lines(visits, period, organs, *, on):
    """{organ id: numbers}, in a fixed number of statements. Display limits follow today's norms,
    judgement follows the norms of the period."""
    ids = [one.pk for one in organs]
    mine = visits.filter(organ__in=ids)
    judged_on = period.judged_on(on)
    most = parameters.number("visit.entourage_max", on=judged_on)
    numbers = {
        key: row
        for key, *row in mine.values_list("organ").annotate(
            visits=Count("pk"),
            followed=Count("pk", filter=Q(companion_count__gt=most)),
            none=Count("pk", filter=Q(meals=Meals.NONE)),
            paid=Count("pk", filter=Q(meals=Meals.PAID)),
            treated=Count("pk", filter=Q(meals=Meals.TREATED)),
        )
    }
    weeks = _busy_weeks(mine, period, judged_on)
    said = _said(ids, period, on)
    return {pk: _line(numbers.get(pk, [0] * 5), weeks[pk], said.get(pk, {}), most) for pk in ids}


def _line(numbers, weeks, said, most):
    names = ("visits", "followed", "none", "paid", "treated")
    counted = dict(zip(names, numbers, strict=True))
    return counted | {"most": most, "weeks": weeks, "answers": said}


def _busy_weeks(mine, period, on):
    """{organ: number of unit-weeks with too many visits in which it took part}"""
    limit = parameters.number("visit.unit_week_limit", on=on)
    there = Visit.objects.filter(unit__in=mine.values("unit"))
    busy = there.busy_weeks(period.first, period.last, limit).values_list("unit", "monday")
    with wall.as_system("weeks with too many visits to a unit"):
        busy = set(busy)
    if not busy:
        return Counter()
    went = mine.annotate(monday=TruncWeek("visited_on"))
    went = went.values_list("organ", "unit", "monday").distinct()
    return Counter(organ for organ, unit, monday in went if (unit, monday) in busy)


class Nth(Func):
    """One element of an array of sums."""

    output_field = IntegerField()

    def __init__(self, column, place):
        super().__init__(F(column))
        self.place = place

    def as_sql(self, compiler, connection, **extra):
        sql, params = compiler.compile(self.source_expressions[0])
        return f"({sql})[{int(self.place)}]", params


def answers_of():
    """Annotations for tallies: sums of each answer to each question."""
    return {
        f"{question}_{place}": Sum(Nth(question.value, place))
        for question in Question
        for place in (1, 2, 3)
    }


def _said(ids, period, on):
    """{organ: {question: (yes, answers)}} for published cycles that ended in the period, without
    questions that too few answered."""
    least = parameters.number("eval.min_display_n", on=on)
    rows = Tally.objects.filter(
        appraised__organ__in=ids,
        appraised__cycle__state__in=SHOWN_TO_THE_APPRAISED,
        appraised__cycle__ends_on__range=(period.first, period.last),
    )
    found = {}
    with wall.as_system("answers about the people of an organ"):
        counted = list(rows.order_by().values("appraised__organ").annotate(**answers_of()))
    for row in counted:
        answers = {question.value: answered(row, question) for question in Question}
        found[row["appraised__organ"]] = {
            code: (yes, asked) for code, (yes, asked) in answers.items() if asked >= least
        }
    return found


def answered(row, question):
    """(“yes” answers, all answers) to a question in a row with answers_of()."""
    counts = [row[f"{question}_{place}"] or 0 for place in (1, 2, 3)]
    return counts[0], sum(counts)
