"""A leader's own contact points without a visit: listed by the quarter, without a deadline and for
nobody else; told once in a half-year, when it draws to its end."""

from datetime import date, timedelta

from django.db.models import BooleanField, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.models import ContactPoint
from portal import parameters
from portal.duties.duty import Duty, Item, Own, Told, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P


class Leader(Own):
    """With the flag `writes` for the button, which depends on the reader."""

    def choose(self, records, user):
        writes = user.holds(P.RECORD_VISITS) or user.holds(P.RECORD_FOR_OTHERS)
        return (
            super()
            .choose(records, user)
            .annotate(writes=Value(writes, output_field=BooleanField()))
        )


def quarter_of(day):
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    following = (first + timedelta(days=95)).replace(day=1)
    return first, following - timedelta(days=1)


def half_year_of(day):
    if day.month <= 6:
        return date(day.year, 1, 1), date(day.year, 6, 30)
    return date(day.year, 7, 1), date(day.year, 12, 31)


def _unvisited(day, days):
    return ContactPoint.objects.running().filter(year=day.year).unvisited(*days)


def _ends_soon(day):
    ahead = timedelta(days=parameters.number("contact_point.ahead_days", on=day))
    return day + ahead >= half_year_of(day)[1]


def _item(point):
    url = point.get_absolute_url()
    return Item(
        what=point.unit.name,
        where=_("planned in the year: %(n)s") % {"n": point.planned_visits},
        url=url,
        act_url=point.visit_form_url if point.writes else url,
    )


register(
    Area.PAIRING,
    Noun("contact_point", names_of(ContactPoint, "unit__name"), "pairing:contact_point"),
    Duty(
        code="contact_point",
        title=gettext_lazy("My contact points without a visit this quarter"),
        act=gettext_lazy("Write down a visit"),
        records=lambda on: _unvisited(on, quarter_of(on)),
        whose=Leader("leader__user", P.SEE_PEOPLE),
        load=lambda rows: rows.select_related("unit"),
        item=_item,
        sort=Sort(gettext_lazy("official order"), "unit__sort_order", descending=False),
        told=Told(
            gettext_lazy("A contact point was not visited in this half-year"),
            "contact_point",
            code="contact_point_half",
            days=_ends_soon,
            records=lambda day: _unvisited(day, half_year_of(day)).filter(arranged_on__lte=day),
            due=lambda day: half_year_of(day)[1],
            until_read=True,
        ),
    ),
)
