"""Measures of plan items, computed from records only: the closed list of DOMAIN-NEXT D.

Each measure is computed once for all items of a plan: for each responsible organ, the number of
records and how many of them meet the criterion.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, Greatest, Least

from outreach.models import FollowUp, Matter, MonthWord, Placement, Stay, Visit
from outreach.models.batches import BatchPlace
from oversight.models import DataRequest, Finding, Practice, WorkPlan
from oversight.models.plans import Counted, Measure, PlanItem, end_of_quarter
from oversight.models.practices import LIBRARY, PracticeState
from pairing.models import ContactPoint, ProminentProblem, SupportItem, WeakOrganizationCase
from portal.models import Division, GrassrootsUnit, Organ
from portal.places.headquarters import works_for
from portal.trust.access import PLACE_COLUMNS
from research.models import Advice

# {measure: (frame) → {organ id: (done, whole)}}
_COUNTERS: dict[str, Callable] = {}


@dataclass(frozen=True)
class Frame:
    """The area or organ of a plan, and its days up to today."""

    division: Division | None
    organ: Organ
    first: date
    last: date
    today: date

    @classmethod
    def of(cls, plan: WorkPlan, on):
        first, last = plan.days
        return cls(plan.organ.division, works_for(plan.organ), first, last, on)

    @property
    def until(self):
        return min(self.last, self.today)

    @property
    def days(self):
        return self.first, self.until

    @property
    def over(self):
        """Its last day that is over: a month or quarter runs to the end of its own last day."""
        return min(self.last, self.today - timedelta(days=1))

    def placed(self, rows, via=""):
        """Records with a place, within the area."""
        if self.division:
            column = PLACE_COLUMNS[self.division.level]
            return rows.filter(**{f"{via}{column}": self.division})
        return self.of_organs(rows, f"{via}organ")

    def of_organs(self, rows, to):
        """Records of organs within the area; `to` is the lookup path to the organ."""
        if self.division:
            return rows.filter(**{f"{to}__division__path__startswith": self.division.path})
        return rows.filter(**{f"{to}__path__startswith": self.organ.path})


def counts(measure):
    """Register the function that computes a measure."""

    def register(count):
        _COUNTERS[measure] = count
        return count

    return register


def _shares(rows, by, good):
    """Return {organ: (number meeting `good`, total)}."""
    found = (
        rows.order_by()
        .values_list(by)
        .annotate(done=Count("pk", filter=good, distinct=True), whole=Count("pk", distinct=True))
    )
    return {organ: (done, whole) for organ, done, whole in found}


# --- The measures --------------------------------------------------------------------------------


@counts(Measure.POSTED)
def _posted(frame):
    """Cadres placed, of those wanted by published batches starting in these days."""
    places = BatchPlace.objects.filter(
        batch__state="published", batch__starts_on__range=frame.days, taken_out_at=None
    )
    places = frame.of_organs(places, "unit__host_organ").order_by()
    wanted = dict(places.values_list("unit__host_organ").annotate(n=Sum("wanted")))
    placed = Placement.objects.filter(place__in=places.values("pk"), ended_at=None).order_by()
    sent = dict(placed.values_list("place__unit__host_organ").annotate(n=Count("pk")))
    return {organ: (min(sent.get(organ, 0), n), n) for organ, n in wanted.items()}


def _month_number(day):
    return ExtractYear(day) * 12 + ExtractMonth(day)


@counts(Measure.MONTHS)
def _months(frame):
    """Months of stays with the host's word, of those that have ended."""
    last = _last_whole_month(frame.over)
    if last < frame.first:
        return {}
    stays = frame.placed(Stay.objects.monthly().within(frame.first, last)).order_by()
    begun = _month_number(Greatest("starts_on", frame.first))
    ends = _month_number(Least(Coalesce("ended_on", "ends_on"), last))
    spans = stays.values_list("host_organ").annotate(n=Sum(ends - begun + 1))
    words = MonthWord.objects.standing().filter(month__month__range=(frame.first, last))
    words = frame.placed(words, "month__stay__").order_by()
    said = dict(words.values_list("month__stay__host_organ").annotate(n=Count("pk")))
    return {organ: (min(said.get(organ, 0), n), n) for organ, n in spans}


def _last_whole_month(day):
    after = date.fromordinal(day.toordinal() + 1)
    if after.day == 1:
        return day
    return date.fromordinal(day.replace(day=1).toordinal() - 1)


@counts(Measure.COVERED)
def _covered(frame):
    """Units visited in every quarter that is over."""
    quarters = [
        (year, n)
        for year in range(frame.first.year, frame.last.year + 1)
        for n in (1, 2, 3, 4)
        if end_of_quarter(year, n) <= frame.over
    ]
    units = frame.of_organs(GrassrootsUnit.objects.current(frame.until), "host_organ").order_by()
    if not quarters:
        return {organ: (0, n) for organ, n in units.values_list("host_organ").annotate(Count("pk"))}
    every = Q()
    for year, n in quarters:
        days = (date(year, n * 3 - 2, 1), end_of_quarter(year, n))
        visits = Visit.objects.standing().filter(unit=OuterRef("pk"), visited_on__range=days)
        every &= Q(Exists(visits))
    return _shares(units, "host_organ", every)


@counts(Measure.IN_TIME)
def _in_time(frame):
    """Matters answered in time, of those answered or overdue."""
    answered = Coalesce("answered_on", "closed_on")
    rows = Matter.objects.filter(
        due_on__range=(frame.first, frame.last), original_due_on__isnull=False
    ).exclude(status="suspended")
    rows = frame.placed(rows).annotate(answered=answered).exclude(lead_organ=None)
    rows = rows.filter(Q(answered__isnull=False) | Q(due_on__lt=frame.today))
    return _shares(rows, "lead_organ", Q(answered__lte=F("due_on")))


@counts(Measure.CALLED_BACK)
def _called_back(frame):
    """Call-backs answered, of those that fell due."""
    rows = frame.placed(FollowUp.objects.filter(due_on__range=frame.days), "matter__")
    return _shares(rows, "matter__host_organ", Q(answered_at__isnull=False))


@counts(Measure.PROMINENT)
def _prominent(frame):
    """Prominent problems solved in the plan's days, of those open on any of them."""
    rows = ProminentProblem.objects.filter(lifted_on__lte=frame.until)
    rows = frame.placed(rows).exclude(closed_on__lt=frame.first).exclude(state="handed_back")
    return _shares(rows, "organ", Q(state="solved", closed_on__lte=frame.until))


@counts(Measure.WEAK)
def _weak(frame):
    """Weak organisations transformed in the plan's days, of those confirmed."""
    begun = Q(decided_on__lte=frame.until) | Q(decided_on=None, noted_on__lte=frame.until)
    rows = WeakOrganizationCase.objects.exclude(state__in=["noted", "refused"]).filter(begun)
    rows = frame.placed(rows).exclude(closed_on__lt=frame.first)
    return _shares(rows, "host_organ", Q(transformed_on__lte=frame.until))


@counts(Measure.PROMISES)
def _promises(frame):
    """Items of help done by their promised day, of those promised for these days."""
    rows = SupportItem.objects.filter(promised_for__range=(frame.first, frame.last))
    rows = frame.placed(rows).exclude(state="dropped")
    return _shares(rows, "organ", Q(state="done", done_on__lte=F("promised_for")))


@counts(Measure.POINTS)
def _points(frame):
    """Contact points visited as often as planned, in these years."""
    years = (frame.first.year, frame.until.year)
    rows = frame.placed(ContactPoint.objects.running().filter(year__range=years)).with_done()
    found = {}
    for organ, done, planned in rows.order_by().values_list("organ", "done", "planned_visits"):
        met, whole = found.get(organ, (0, 0))
        found[organ] = met + (done >= planned), whole + 1
    return found


@counts(Measure.ADOPTED)
def _adopted(frame):
    """Suggestions of research adopted, of those sent in these days."""
    rows = Advice.objects.filter(sent_on__range=frame.days)
    rows = frame.of_organs(rows, "topic__lead_organ")
    adopted = ("adopted", "partly", "carried_out", "turned", "looked_back")
    return _shares(rows, "topic__lead_organ", Q(state__in=adopted))


@counts(Measure.PUT_RIGHT)
def _put_right(frame):
    """Findings settled, of those due for rectification in these days."""
    rows = Finding.objects.filter(due_on__range=(frame.first, frame.last))
    rows = frame.of_organs(rows, "organ")
    return _shares(rows, "organ", Q(state="settled", checked_on__lte=frame.until))


@counts(Measure.FORMS_CUT)
def _forms_cut(frame):
    """Requests that the grassroots need not answer, of those decided in these days: provided from
    the portal instead, or withdrawn."""
    rows = frame.of_organs(DataRequest.objects.filter(decided_on__range=frame.days), "organ")
    return _shares(rows, "organ", Q(state__in=("provided", "withdrawn")))


@counts(Measure.RULES)
def _rules(frame):
    """Practices turned into a rule, of those spread by the last day."""
    rows = frame.placed(Practice.objects.filter(state__in=LIBRARY, spread_on__lte=frame.until))
    rows = rows.exclude(rule__valid_from__lt=frame.first)
    good = Q(state=PracticeState.RULE, rule__valid_from__lte=frame.until)
    return _shares(rows, "organ", good)


# --- Of the items --------------------------------------------------------------------------------


def counted(plan, items, *, on):
    """Return {item id: (done, whole)} of the counted items of a plan. The number of queries depends
    only on the measures used."""
    items = [one for one in items if one.measure]
    frame = Frame.of(plan, on)
    by_measure = {code: _COUNTERS[code](frame) for code in {one.measure for one in items}}
    named = {one.pk: set() for one in items}
    through = PlanItem.organs.through.objects.filter(planitem__in=list(named))
    for item, organ in through.values_list("planitem", "organ"):
        named[item].add(organ)
    for one in items:
        named[one.pk].add(one.lead_organ_id)
    below = _subtrees({organ for found in by_measure.values() for organ in found if organ})
    return {
        one.pk: _sum(by_measure[one.measure], one.counted_of, named[one.pk], below) for one in items
    }


def _subtrees(organs):
    """Return {organ id: ids of those of `organs` in its subtree}."""
    below = {}
    for pk, path in Organ.objects.filter(pk__in=organs).values_list("pk", "path"):
        for above in path.strip("/").split("/"):
            below.setdefault(int(above), set()).add(pk)
    return below


def _sum(found, scope, organs, below):
    if scope == Counted.AREA:
        chosen = found.values()
    else:
        inside = set().union(*(below.get(organ, ()) for organ in organs))
        chosen = [found[organ] for organ in inside if organ in found]
    return sum(done for done, _whole in chosen), sum(whole for _done, whole in chosen)
