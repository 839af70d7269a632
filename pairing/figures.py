"""The figures of pairing that are kept up to date, each with its list."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from pairing.filters.pairings import PairingFilter
from pairing.filters.support import SupportFilter
from pairing.models import Pairing, SupportItem
from pairing.models.pairings import PairingState
from pairing.models.support import FEN, SupportState
from portal.roles import Permission
from portal.sheets.figures import Figure, register


def _pairings(user, query):
    rows = Pairing.objects.visible_to(user) if user else Pairing.objects.all()
    rows = rows.helping()
    return PairingFilter(query, queryset=rows, user=user).qs.not_cancelled()


def _items(user, query):
    rows = SupportItem.objects.visible_to(user) if user else SupportItem.objects.all()
    return SupportFilter(query, queryset=rows, user=user).qs


PAIRINGS = register(
    Figure(
        "pairings",
        _("Pairings begun"),
        Pairing,
        "pairing:pairings",
        _pairings,
        {"tab": "all"},
        Permission.READ_PAIRINGS,
        day="starts_on",
        from_to=("started_from", "started_to"),
        part="level",
        part_name="level",
        cell=lambda pairing: (
            None
            if pairing.is_mentoring or pairing.state == PairingState.CANCELLED
            else (pairing.level, pairing.starts_on)
        ),
    )
)
# In any state: dropped items were promised too.
SUPPORT_PROMISED = register(
    Figure(
        "support_promised",
        _("Support promised"),
        SupportItem,
        "pairing:support_items",
        _items,
        {"state": "all"},
        Permission.READ_PAIRINGS,
        day="promised_on",
        from_to=("promised_from", "promised_to"),
        part="kind",
        part_name="kind",
        cell=lambda item: (item.kind, item.promised_on),
    )
)
SUPPORT_DONE = register(
    Figure(
        "support_done",
        _("Support delivered"),
        SupportItem,
        "pairing:support_items",
        _items,
        {"state": "done"},
        Permission.READ_PAIRINGS,
        day="done_on",
        from_to=("done_from", "done_to"),
        part="kind",
        part_name="kind",
        cell=lambda item: (item.kind, item.done_on) if item.state == SupportState.DONE else None,
    )
)


def _money(code, title, figure):
    """Register the amounts of another figure's items, in fen so that sums are exact."""

    def cell(item):
        counts = figure.cell(item) if item.amount is not None else None
        return counts and (*counts, item.fen)

    return register(
        replace(
            figure,
            code=code,
            title=title,
            query=figure.query | {"money": "yes"},
            cell=cell,
            measure=FEN,
        )
    )


MONEY_PROMISED = _money("money_promised", _("Money promised, fen"), SUPPORT_PROMISED)
MONEY_DONE = _money("money_done", _("Money delivered, fen"), SUPPORT_DONE)
