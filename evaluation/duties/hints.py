"""Duties on hints that nobody has checked."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models import Hint
from portal.duties.duty import Duty, Item, Reach, register
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P


def _item(hint):
    return Item(
        what=hint.get_kind_display(),
        where=f"{hint.poll.unit.name} · {hint.poll.cycle.title}",
        url=reverse("evaluation:cycle_hints", args=[hint.poll.cycle_id]),
        act_url=reverse("evaluation:review_hint", args=[hint.pk]),
    )


register(
    Area.EVALUATION,
    Duty(
        code="hint_open",
        title=_("Polls to check"),
        act=_("Record what was found"),
        # Hints in a cycle that is over need no review.
        records=lambda on: Hint.objects.open().exclude(
            poll__cycle__state__in=["final", "cancelled"]
        ),
        whose=Reach(P.MANAGE_EVALUATION, via="poll__"),
        load=lambda rows: rows.for_list(),
        item=_item,
        sort=Sort(_("as they were found"), "id", descending=False),
    ),
    use="evaluation",
)
