"""Units and the months in which nobody was there: no visit, and no stay that ran (一阵风).

Only whole months count, so that nobody is behind in a month that still runs, and only months in
which the unit existed. Units stand in official order; how often somebody came is not shown.
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models.functions import TruncMonth
from django.urls import reverse

from outreach.models import Stay, Visit
from outreach.overview.dashboard import Number, Period, month_end, places_below, units_of
from portal.roles import Permission


def whole_months(last, today):
    """The first days of twelve months, all over by today: those up to the day `last`."""
    last = min(last, today.replace(day=1) - timedelta(days=1))
    return Period(last, last).year


def shows_units(scope):
    """True for a county, a place in it or a host: fewer units than fill a page of months."""
    return not scope.organ and not places_below(scope)


def months_without_contact(scope, months):
    """{unit id: [month, …]} for the units of a scope with such a month; months by first day."""
    if not months or not shows_units(scope):
        return {}
    units = list(units_of(scope).only("path", "started_on"))
    # Whoever was in a workshop or a team was in the enterprise.
    above = {unit.pk: unit.ancestor_ids for unit in units}
    met = {(pk, month) for unit, month in _met(scope, months) for pk in above.get(unit, ())}
    found = {
        unit.pk: [one for one in months if unit.started_on <= one and (unit.pk, one) not in met]
        for unit in units
    }
    return {pk: empty for pk, empty in found.items() if empty}


def _met(scope, months):
    """The (unit, month) in which somebody was there."""
    first, last = months[0], month_end(months[-1])
    visits = scope.rows(Visit, Permission.READ_VISITS).standing()
    visits = visits.filter(visited_on__range=(first, last)).order_by()
    met = set(visits.values_list("unit", TruncMonth("visited_on")).distinct())
    stays = Stay.objects.within(first, last).filter(scope.limit()).order_by()
    for unit, begins, ends, ended in stays.values_list("unit", "starts_on", "ends_on", "ended_on"):
        over = min(ends, ended or ends)
        met.update((unit, m) for m in months if begins <= month_end(m) and over >= m)
    return met


def address(scope, first, last):
    """The list of the units of a scope without contact in one of these months."""
    query = {"first": first.isoformat(), "last": month_end(last).isoformat()}
    return f"{reverse('outreach:units_without_contact')}?{urlencode(query | scope.query)}"


def section(scope, period):
    """The units without contact in each of the last twelve months that are over.

    `too_wide` where the area is wider than a county: the reader chooses a county first.
    """
    if not shows_units(scope):
        return {"too_wide": True}
    months = whole_months(period.last, scope.user.today)
    found = months_without_contact(scope, months)
    return {
        "units": units_of(scope).count(),
        "all": Number(len(found), address(scope, months[0], months[-1])),
        "months": [
            (
                month,
                Number(
                    sum(month in empty for empty in found.values()), address(scope, month, month)
                ),
            )
            for month in months
        ],
    }
