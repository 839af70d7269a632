"""What waits: objections to be answered, and computed scores to be checked."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from evaluation.models import Appeal, Cycle
from evaluation.models.cycles import CycleState
from portal.access import organ_reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _to_decide(user):
    return Appeal.objects.to_decide_by(user)


def _appeal(appeal):
    return Item(
        what=appeal.appraised.name,
        where=f"{appeal.appraised.organ_name} · {appeal.appraised.cycle.title}",
        url=appeal.get_absolute_url(),
        act_url=reverse("evaluation:decide_appeal", args=[appeal.pk]),
        due=appeal.appraised.cycle.objection_until,
    )


def _to_check(user):
    return Cycle.objects.filter(organ_reach(user, P.MANAGE_EVALUATION), state=CycleState.CHECKING)


def _cycle(cycle):
    address = reverse("evaluation:computations", args=[cycle.pk])
    return Item(what=cycle.title, where=cycle.organ.label, url=address, act_url=address)


register(
    Area.EVALUATION,
    Kind(
        code="appeals",
        title=gettext_lazy("Objections to scores"),
        act=gettext_lazy("Decide on the objection"),
        rows=_to_decide,
        load=lambda rows: rows.for_list(),
        item=_appeal,
        sort=Sort(gettext_lazy("longest waiting first"), "filed_at", descending=False),
        permissions=(P.MANAGE_EVALUATION,),
    ),
    Kind(
        code="scores_to_check",
        title=gettext_lazy("Computed scores to be checked"),
        act=gettext_lazy("Check"),
        rows=_to_check,
        load=lambda rows: rows.for_list(),
        item=_cycle,
        sort=Sort(gettext_lazy("longest waiting first"), "data_at", descending=False),
        permissions=(P.MANAGE_EVALUATION,),
    ),
)
