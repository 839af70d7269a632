"""Organs that were assigned similar matters before, as suggestions for the desk."""

from collections import Counter

from outreach.models import Matter
from portal.models import Organ
from portal.trust import wall

# Looks at this many of the area's latest matters, found by the unique index of numbers.
LOOKED_AT = 400
OFFERED = 5


def organs_given(matter, *, on):
    """Return the organs to which the desk most often assigned such matters, most frequent first; at
    most five."""
    years = [matter.number_year, matter.number_year - 1]
    last = Matter.objects.filter(number_area=matter.number_area, number_year__in=years)
    last = last.order_by("-number_year", "-number").values_list(
        "category", "assigned_by_desk", "lead_organ"
    )[:LOOKED_AT]
    with wall.as_system("to which organs such matters were given"):
        counted = Counter(
            organ
            for category, by_desk, organ in last
            if by_desk and organ and category == matter.category
        )
    current = Organ.objects.current(on).in_bulk(counted)
    return [current[pk] for pk, _n in counted.most_common() if pk in current][:OFFERED]
