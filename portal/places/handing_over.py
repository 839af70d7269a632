"""The open work of a person, for the page of handing over and for those who have left.

Each app adds a function to CARRIED (in its ready()). Nothing is passed on here: each line says
where that is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import uses
from portal.models import FormDraft, RoleGrant, StandIn
from portal.text import Text
from portal.trust import wall

# (cadre, on): [Carried]
CARRIED = []

# More rows of one kind are only counted; users read them in their list.
MOST = 100


def _of_reader(rows, user):
    return rows.visible_to(user)


def _page_of(record):
    return record.get_absolute_url()


@dataclass(frozen=True)
class Carried:
    """Records of one kind that a cadre carries, and how they pass on."""

    title: Text
    rows: QuerySet
    # What a record is called, and the address where it passes on (empty: none).
    say: Callable = str
    to: Callable = _page_of
    how: Text = ""
    # (rows, user) → rows that this reader may see by name; the others are only counted.
    named: Callable = _of_reader
    # Whether even their number is shown only to users who may read them.
    is_sealed: bool = False
    # The use that must be on for it to be shown (`portal/uses.py`).
    use: str = ""

    @cached_property
    def count(self):
        with wall.as_system("how much a cadre carries"):
            return self.rows.count()


def carried_by(cadre, *, on):
    """Return what a cadre carries in uses that are on: the work first, then the account."""
    off = uses.off()
    found = (one for ask in (*CARRIED, _of_account) for one in ask(cadre, on))
    return [one for one in found if one.use not in off]


def lines(cadre, user):
    """Return the lines of the page of handing over; kinds without records are omitted."""
    shown = []
    for one in carried_by(cadre, on=user.today):
        named = list(one.named(one.rows, user)[: MOST + 1])
        count = len(named) if one.is_sealed else one.count
        if count:
            shown.append(
                {
                    "title": one.title,
                    "how": one.how,
                    "count": count,
                    "rows": [(one.say(row), one.to(row)) for row in named[:MOST]],
                    "more": count - min(len(named), MOST),
                }
            )
    return shown


# --- The account ----------------------------------------------------------------------------------


def _nobody(rows, user):
    return rows.none()


def _of_account(cadre, on):
    if not cadre.user_id:
        return []
    now = Q(ends_on=None) | Q(ends_on__gte=on)
    grants = RoleGrant.objects.filter(now, user=cadre.user_id)
    stand_ins = StandIn.objects.filter(
        Q(principal=cadre.user_id) | Q(stand_in=cadre.user_id), ends_on__gte=on
    )
    return [
        Carried(
            _("Stand-ins, in either direction"),
            stand_ins.select_related("principal", "stand_in").order_by("pk"),
            say=lambda one: f"{one.principal.name} → {one.stand_in.name}",
            to=lambda one: reverse("stand_ins"),
            how=_("They are ended in the list of stand-ins."),
            named=lambda rows, user: rows,
        ),
        Carried(
            _("Drafts of forms"),
            FormDraft.objects.filter(owner=cadre.user_id),
            how=_("Nobody else reads them: their author sends or drops them before leaving."),
            named=_nobody,
        ),
        Carried(
            _("Roles of the account"),
            grants.order_by("pk"),
            how=_(
                "The security administrator revokes the roles, the system administrator ends the "
                "account of who has left."
            ),
            named=_nobody,
        ),
    ]
