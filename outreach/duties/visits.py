"""Visits entered for a leader: confirmed by the leader, or corrected by their typist."""

from django.utils.translation import gettext_lazy as _

from outreach.models import Visit
from outreach.models.visits import Confirmation
from portal.duties.duty import Duty, Own, Told, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _unconfirmed(state):
    return lambda on: Visit.objects.unconfirmed(state)


def _entered_by(visit):
    return f"{visit.visited_on:%F} · {visit.typed_by.name}"


def _entered_for(visit):
    return f"{visit.visited_on:%F} · {visit.author.name}"


register(
    Area.GOING_DOWN,
    Noun("visit", names_of(Visit, "unit__name"), "outreach:visit"),
    Duty(
        code="confirm_visit",
        title=_("Visits entered for me, to be confirmed"),
        act=_("Read and confirm"),
        records=_unconfirmed(Confirmation.WAITING),
        whose=Own("author__user", P.SEE_PEOPLE, is_lent=False),
        load=lambda rows: rows.select_related("unit", "typed_by"),
        item=item("unit.name", _entered_by),
        sort=oldest("visited_on"),
        told=Told(_("A visit was entered for you and waits for your confirmation"), "visit"),
    ),
    Duty(
        code="refused_visit",
        title=_("Visits that the leader refused"),
        act=_("Correct or void it"),
        records=_unconfirmed(Confirmation.REFUSED),
        whose=Own("typed_by", P.SEE_PEOPLE),
        load=lambda rows: rows.select_related("unit", "author"),
        item=item("unit.name", _entered_for),
        sort=oldest("visited_on"),
    ),
)
