"""A leader's own contact points without a visit, listed by quarter without a deadline.

The leader is reminded once, towards the end of a half-year.
"""

from datetime import date, timedelta

from django.db.models import BooleanField, Value
from django.utils.translation import gettext_lazy as _

from outreach.rules.visits import may_write_visits
from pairing.models import ContactPoint
from portal import parameters
from portal.duties.duty import Duty, Item, Own, Told, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P


class Leader(Own):
    """Own contact points, annotated with `writes`: whether the reader may write visits."""

    def choose(self, records, user):
        flag = Value(may_write_visits(user), output_field=BooleanField())
        return super().choose(records, user).annotate(writes=flag)


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
        title=_("My contact points without a visit this quarter"),
        act=_("Write down a visit"),
        records=lambda on: _unvisited(on, quarter_of(on)),
        whose=Leader("leader__user", P.SEE_PEOPLE),
        load=lambda rows: rows.select_related("unit"),
        item=_item,
        sort=Sort(_("official order"), "unit__sort_order", descending=False),
        told=Told(
            _("A contact point was not visited in this half-year"),
            "contact_point",
            code="contact_point_half",
            days=_ends_soon,
            records=lambda day: _unvisited(day, half_year_of(day)).filter(arranged_on__lte=day),
            due=lambda day: half_year_of(day)[1],
            until_read=True,
        ),
    ),
    use="contact_points",
)
