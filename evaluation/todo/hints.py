"""Hints that nobody has looked at."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from evaluation.models import Hint
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _item(hint):
    url = reverse("evaluation:review_hint", args=[hint.pk])
    return Item(
        what=hint.get_kind_display(),
        where=f"{hint.poll.unit.name} · {hint.poll.cycle.title}",
        url=reverse("evaluation:cycle_hints", args=[hint.poll.cycle_id]),
        act_url=url,
    )


register(
    Area.EVALUATION,
    Kind(
        code="hint_open",
        title=gettext_lazy("Polls to be looked at"),
        act=gettext_lazy("Note what was found"),
        # Of a cycle that is over nothing waits any more.
        rows=lambda user: (
            Hint.objects.visible_to(user)
            .open()
            .exclude(poll__cycle__state__in=["final", "cancelled"])
        ),
        load=lambda rows: rows.for_list(),
        item=_item,
        sort=Sort(gettext_lazy("as they were found"), "id", descending=False),
        permissions=(P.MANAGE_EVALUATION,),
    ),
)
