"""Units and their months without contact: no visit, and no running stay (一阵风).

Only whole months count, so that no unit is behind in a month that is not over, and only months in
which the unit existed. Units are in official order; the frequency of visits is not shown.
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models.functions import TruncMonth
from django.urls import reverse

from outreach.models import Stay, Visit
from outreach.overview.dashboard import Number, Period, month_end, places_below, units_of
from portal.roles import Permission


def whole_months(last, today):
    """Return the first days of twelve months that have ended by today, the last one not after
    `last`."""
    last = min(last, today.replace(day=1) - timedelta(days=1))
    return Period(last, last).year


def shows_units(scope):
    """Whether the scope is a county, a place in it or a host: few enough units for a page of
    months."""
    return not scope.organ and not places_below(scope)


def months_without_contact(scope, months):
    """Return {unit id: [first day of a month without contact, …]} for the units of a scope that
    have one."""
    if not months or not shows_units(scope):
        return {}
    units = list(units_of(scope).only("path", "started_on"))
    # Contact with a workshop or team counts for its enterprise as well.
    above = {unit.pk: unit.ancestor_ids for unit in units}
    met = {(pk, month) for unit, month in _met(scope, months) for pk in above.get(unit, ())}
    found = {
        unit.pk: [one for one in months if unit.started_on <= one and (unit.pk, one) not in met]
        for unit in units
    }
    return {pk: empty for pk, empty in found.items() if empty}


def _met(scope, months):
    """Return the set of (unit, month) with contact."""
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
    """The URL of the units of a scope without contact in one of these months."""
    query = {"first": first.isoformat(), "last": month_end(last).isoformat()}
    return f"{reverse('outreach:units_without_contact')}?{urlencode(query | scope.query)}"


def section(scope, period):
    """Count the units without contact in each of the last twelve whole months.

    `too_wide` if the area is wider than a county: the reader first chooses a county.
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
