"""What of partnerships waits for an act: those whose term ends soon, to be renewed or ended."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from pairing.models import Pairing
from pairing.models.pairings import Level
from portal import parameters
from portal.access import reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _ending(user):
    """Decided by the office; until it is, the line stays, the last day passed or not."""
    days = parameters.number("pairing.ending_days", on=user.today)
    ending = Pairing.objects.ending(user.today, days).filter(level=Level.BRANCH)
    return ending.filter(reach(user, P.MANAGE_PAIRINGS))


def _item(pairing):
    url = reverse("pairing:partnership", args=[pairing.pk])
    return Item(
        what=f"{pairing.helper_label} · {pairing.helped_label}",
        where=pairing.unit.name,
        url=url,
        act_url=url,
        due=pairing.ends_on,
    )


register(
    Area.PAIRING,
    Kind(
        code="partnership_ends",
        title=gettext_lazy("Partnerships of branches whose term ends"),
        act=gettext_lazy("Look at it"),
        rows=_ending,
        load=lambda rows: rows.for_list(),
        item=_item,
        sort=Sort(gettext_lazy("soonest first"), "ends_on", descending=False),
        permissions=(P.MANAGE_PAIRINGS,),
    ),
)
