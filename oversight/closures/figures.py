"""The three figures of an inspection of closures, for its area and for parts of it."""

from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, Value, When

from outreach.models import Matter
from outreach.models.matters import Category, Resolution
from oversight.closures.bounds import CheckedSample, Reported, Truth
from oversight.models import InspectedRow, Inspection
from oversight.models.inspections import OPEN_TO_THE_INSPECTED, DrawnFrom, Said, Seen
from portal.models import Division
from portal.text import Text
from portal.trust import wall

# Number of inspections on the dashboard.
NEWEST = 2
# Readers of a whole inspection may see its figures, which count matters beyond their own view.
COUNTED = "figures of closed matters that an inspection looked at"
# The finding on site takes precedence over the raiser's word.
EITHER = Case(
    When(seen=Seen.SOLVED, then=Value("solved")),
    When(seen=Seen.UNSOLVED, then=Value("unsolved")),
    When(said=Said.SOLVED, then=Value("solved")),
    When(said=Said.UNSOLVED, then=Value("unsolved")),
    default=Value(""),
)


def finished(rows=None):
    """Inspections of closures whose fieldwork is over."""
    rows = Inspection.objects.all() if rows is None else rows
    return rows.filter(drawn_from=DrawnFrom.CLOSURES, state__in=OPEN_TO_THE_INSPECTED)


def _counts():
    return {
        "drawn": Count("pk"),
        "seen_yes": Count("pk", filter=Q(seen=Seen.SOLVED)),
        "seen_no": Count("pk", filter=Q(seen=Seen.UNSOLVED)),
        "said_yes": Count("pk", filter=Q(said=Said.SOLVED)),
        "said_no": Count("pk", filter=Q(said=Said.UNSOLVED)),
        "yes": Count("pk", filter=Q(either="solved")),
        "no": Count("pk", filter=Q(either="unsolved")),
    }


def _truth(population, solved, row):
    drawn = row.get("drawn", 0)

    def looked(name):
        yes, no = (f"{name}_yes", f"{name}_no") if name else ("yes", "no")
        return CheckedSample(population, drawn, row.get(yes, 0), row.get(no, 0))

    return Truth(Reported(solved, population), looked("seen"), looked("said"), looked(""))


def truth_of(inspection):
    """Figures of the whole frozen frame."""
    row = _rows(inspection).aggregate(**_counts())
    return _truth(inspection.unit_count, inspection.reported_solved, row)


@wall.as_system(COUNTED)
def truth_within(inspection, limit):
    """Figures of the part of the frame whose matters meet `limit`: within each part, a simple
    random sample of the whole is a simple random sample of the part."""
    frame = Matter.objects.filter(pk__in=inspection.places.values()).filter(limit)
    counted = frame.aggregate(
        n=Count("pk"), solved=Count("pk", filter=Q(resolution=Resolution.SOLVED))
    )
    drawn = _rows(inspection).filter(matter__in=frame.values("pk")).aggregate(**_counts())
    return _truth(counted["n"], counted["solved"], drawn)


@dataclass(frozen=True)
class Stratum:
    name: Text
    truth: Truth


def by_township(inspection):
    """The townships with enough drawn, in the order of their codes; nobody is ranked."""
    found = _by(inspection, "township")
    places = Division.objects.filter(pk__in=[key for key in found if key])
    return [Stratum(one.name, found[one.pk]) for one in places.order_by("code", "pk")]


def by_category(inspection):
    found = _by(inspection, "category")
    return [Stratum(Category(code).label, found[code]) for code in sorted(found)]


@wall.as_system(COUNTED)
def _by(inspection, column):
    """{value: Truth} of those with enough drawn."""
    frame = Matter.objects.filter(pk__in=inspection.places.values()).order_by()
    counted = frame.values_list(column).annotate(
        n=Count("pk"), solved=Count("pk", filter=Q(resolution=Resolution.SOLVED))
    )
    rows = _rows(inspection).order_by().values(part=F(f"matter__{column}")).annotate(**_counts())
    drawn = {row["part"]: row for row in rows}
    found = {key: _truth(n, solved, drawn.get(key, {})) for key, n, solved in counted}
    return {key: truth for key, truth in found.items() if truth.is_shown}


def _rows(inspection):
    return InspectedRow.objects.filter(inspection=inspection).alias(either=EITHER)


def of_period(scope, period):
    """Return [(inspection, Truth)] of the newest inspections visible to the reader whose period
    began by the end of this one, since a quarter is inspected after it ends. Those with too few
    drawn in the scope are left out."""
    rows = finished(Inspection.objects.whole_for(scope.user))
    rows = rows.filter(closed_from__lte=period.last)
    rows = rows.select_related("organ__division", "area").defer("frame_file", "content")
    found = []
    for one in rows.order_by("-closed_to", "-pk")[:NEWEST]:
        place = one.area or one.organ.division
        whole = not (scope.organ or scope.host) and _holds(scope.division, place)
        truth = truth_of(one) if whole else truth_within(one, scope.limit())
        if truth.is_shown:
            found.append((one, truth))
    return found


def _holds(outer, inner):
    return outer is None or inner is not None and inner.path.startswith(outer.path)
