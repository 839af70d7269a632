"""Heaps of paper ballots that wait for their second typing, or for a look at the paper."""

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from evaluation.models import PaperBatch
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort

DUE = Sort(gettext_lazy("due soonest first"), "poll__cycle__ballots_until", descending=False)


def _item(act):
    def item(batch):
        url = reverse("evaluation:paper_batch", args=[batch.pk])
        return Item(
            what=f"{batch.poll.unit.name} · {gettext('Heap %(n)s') % {'n': batch.number}}",
            where=batch.poll.cycle.title,
            url=url,
            act_url=reverse(f"evaluation:{act}", args=[batch.pk]),
            due=batch.poll.cycle.ballots_until,
        )

    return item


register(
    Area.EVALUATION,
    Kind(
        code="paper_again",
        title=gettext_lazy("Paper ballots to be typed again"),
        act=gettext_lazy("Look at the heap"),
        rows=lambda user: PaperBatch.objects.waiting_for(user).filter(poll__state="open"),
        load=lambda rows: rows.for_list(),
        item=_item("paper_batch"),
        sort=DUE,
        permissions=(P.COUNT_BALLOTS,),
    ),
    Kind(
        code="paper_compare",
        title=gettext_lazy("Paper ballots to be compared"),
        act=gettext_lazy("Compare with the paper"),
        rows=lambda user: PaperBatch.objects.to_compare_by(user).filter(poll__state="open"),
        load=lambda rows: rows.for_list(),
        item=_item("compare_paper"),
        sort=DUE,
        permissions=(P.COUNT_BALLOTS,),
    ),
)
