"""The frame of an inspection: the units or closed matters of its area, each once."""

from outreach.models import Matter
from outreach.models.matters import Closure, Resolution, Status
from oversight.models.inspections import DrawnFrom
from portal.models import GrassrootsUnit, Organ
from portal.places.headquarters import works_for
from portal.sampling.frame import Frame, Unit
from portal.trust.access import PLACE_COLUMNS

# Referred, withdrawn or merged matters were not reported as results.
NOT_RESULTS = (Closure.REFERRED, Closure.WITHDRAWN, Closure.MERGED)


def _area(inspection):
    return inspection.area or inspection.organ.division


def _managing(organ):
    """Organs without divisions that manage what an organ inspects."""
    return Organ.objects.under(works_for(organ)).values("pk")


def closures(inspection):
    """The matters closed in the period with a result of their own, in the area."""
    return closed_in(
        inspection.closed_from, inspection.closed_to, _area(inspection), inspection.organ
    )


def closed_in(first, last, division, organ=None):
    """Results of the period within a division or, without divisions, of units managed by the
    organ."""
    rows = Matter.objects.filter(status=Status.CLOSED, closed_on__range=(first, last))
    rows = rows.exclude(closure__in=NOT_RESULTS)
    if division is not None:
        return rows.filter(**{f"{PLACE_COLUMNS[division.level]}_id": division.pk})
    if organ is not None:
        return rows.filter(host_organ__in=_managing(organ))
    return rows


def reported_solved(rows):
    return rows.filter(resolution=Resolution.SOLVED)


def units(inspection, *, on):
    rows = GrassrootsUnit.objects.current(on)
    area = _area(inspection)
    if area is not None:
        return rows.filter(division__path__startswith=area.path)
    return rows.filter(host_organ__in=_managing(inspection.organ))


def frame_of(inspection, *, on):
    """(frame, {key: id}) as of a day. Raises ValidationError if it is empty."""
    places = {}
    if inspection.drawn_from == DrawnFrom.CLOSURES:
        rows = closures(inspection).order_by("number_area", "number_year", "number")
        for pk, area, year, number in rows.values_list(
            "pk", "number_area", "number_year", "number"
        ):
            places[f"{area}/MQ{year}-{number:04d}"] = pk
    else:
        rows = units(inspection, on=on).order_by("pk").values_list("pk", "code", "name")
        for pk, code, name in rows:
            places[f"{code or pk} {name}"] = pk
    return Frame.of(Unit(key) for key in places), places


def size(inspection, *, on):
    """How many could be drawn today."""
    if inspection.drawn_from == DrawnFrom.CLOSURES:
        return closures(inspection).count()
    return units(inspection, on=on).count() if inspection.drawn_from else 0
