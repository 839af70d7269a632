"""Partnerships whose term ends soon: a duty of the office, a reminder for liaison and host."""

from django.utils.translation import gettext_lazy as _

from pairing.duties.pairings import ending, sides
from pairing.models import Pairing
from pairing.models.pairings import Level
from portal.days import workdays
from portal.duties.duty import Duty, Reach, Told, item, register, soon, soonest
from portal.duties.reminders import Noun
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _near(rows, day, at):
    """Remind on the first working day of each week while the end is near, and daily shortly before
    it."""
    rows = rows.filter(ends_on__gte=day)
    return rows if workdays.is_first_of_week(day) else rows.filter(ends_on__lte=soon(day))


def _titles(user, ids):
    rows = Pairing.objects.visible_to(user).filter(pk__in=ids, level=Level.BRANCH)
    return {one.pk: sides(one) for one in rows.for_list()}


register(
    Area.PAIRING,
    Noun("partnership", _titles, "pairing:partnership"),
    # The duty stays until it is decided, even after the last day.
    Duty(
        code="partnership_ends",
        title=_("Branch partnerships about to end"),
        act=_("Look at it"),
        records=lambda on: ending(on).filter(level=Level.BRANCH),
        whose=Reach(P.MANAGE_PAIRINGS),
        load=lambda rows: rows.for_list(),
        item=item(sides, "unit.name", due="ends_on", page="pairing:partnership"),
        sort=soonest("ends_on"),
        told=Told(
            _("The term of a partnership of branches ends"),
            "partnership",
            whose=Reach(P.RECORD_JOINT_ACTIVITIES),
            only=_near,
            due="ends_on",
        ),
    ),
    use="pairing",
)
