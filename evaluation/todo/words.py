"""Words that an organ or host still has to give."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from evaluation.models.words import Side, to_speak_of, without_word
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import BulkAct, Item, Kind, register
from portal.web import Sort

DUE = Sort(gettext_lazy("due soonest first"), "cycle__ballots_until", descending=False)


def _kind(side, title):
    def item(one):
        url = f"{reverse('evaluation:words_to_give')}?side={side}&chosen={one.pk}"
        place = f" · {one.unit.name}" if one.unit_id else ""
        return Item(
            what=f"{one.name} {one.post}".strip(),
            where=f"{one.cycle.title} · {one.organ_name}{place}",
            url=url,
            act_url=url,
            due=one.cycle.ballots_until,
            chosen=one.pk,
        )

    return Kind(
        code=f"word_{side}",
        title=title,
        act=gettext_lazy("Give the word"),
        rows=lambda user: without_word(to_speak_of(user, side), side),
        load=lambda rows: rows.for_list(),
        item=item,
        sort=DUE,
        permissions=(P.GIVE_ORGANISATION_WORD,),
        bulk=(
            BulkAct(gettext_lazy("Give these words"), "evaluation:words_together", (side.value,)),
        ),
    )


register(
    Area.EVALUATION,
    _kind(Side.SENDING, gettext_lazy("Word of the sending organ")),
    _kind(Side.HOST, gettext_lazy("Word of the host")),
)
