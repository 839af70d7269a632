"""A leader's own contact points without a visit this quarter. No deadline, and nobody else's
business: who planned them sees planned and done in the list."""

from datetime import date, timedelta

from django.db.models import BooleanField, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.models import ContactPoint
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def quarter_of(day):
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    following = (first + timedelta(days=95)).replace(day=1)
    return first, following - timedelta(days=1)


def _unvisited(user):
    today = user.today
    rows = ContactPoint.objects.of(user).running().filter(year=today.year)
    return rows.unvisited(*quarter_of(today))


def _rows(user):
    writes = user.holds(P.RECORD_VISITS) or user.holds(P.RECORD_FOR_OTHERS)
    return _unvisited(user).annotate(writes=Value(writes, output_field=BooleanField()))


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
    Kind(
        code="contact_point",
        title=gettext_lazy("My contact points without a visit this quarter"),
        act=gettext_lazy("Write down a visit"),
        rows=_rows,
        load=lambda rows: rows.select_related("unit"),
        item=_item,
        sort=Sort(gettext_lazy("official order"), "unit__sort_order", descending=False),
        permissions=(P.SEE_PEOPLE,),
    ),
)
