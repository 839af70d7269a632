"""Pools that wait for what the meeting decided, for their public notice, or for its end."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from evaluation.models import HonourPool
from evaluation.models.cycles import CycleState
from evaluation.models.honours import PoolState
from portal.access import organ_reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort

OLDEST = Sort(gettext_lazy("oldest first"), "made_on", descending=False)


def _kept(user):
    rows = HonourPool.objects.filter(organ_reach(user, P.MANAGE_EVALUATION, to="cycle__organ"))
    return rows.exclude(cycle__state=CycleState.CANCELLED)


def _to_decide(user):
    over = Q(cycle__state=CycleState.FINAL) | Q(
        cycle__state=CycleState.OBJECTION, cycle__objection_until__lt=user.today
    )
    return _kept(user).filter(over, state=PoolState.OPEN)


def _to_finish(user):
    return _kept(user).filter(state=PoolState.PUBLICITY, notice_until__lt=user.today)


def _pool(act):
    def item(pool):
        url = reverse(f"evaluation:{act}", args=[pool.pk]) if act else pool.get_absolute_url()
        return Item(
            what=pool.title, where=pool.cycle.title, url=pool.get_absolute_url(), act_url=url,
            due=pool.notice_until if pool.state == PoolState.PUBLICITY else None,
        )  # fmt: skip

    return item


def _load(rows):
    return rows.select_related("cycle")


def _kind(code, title, act, rows, page):
    return Kind(
        code=code, title=title, act=act, rows=rows, load=_load, item=_pool(page), sort=OLDEST,
        permissions=(P.MANAGE_EVALUATION,),
    )  # fmt: skip


register(
    Area.EVALUATION,
    _kind("honour_to_decide", gettext_lazy("Pools whose meeting is to decide"),
          gettext_lazy("Enter what it decided"), _to_decide, "decide_honour_pool"),
    _kind("honour_to_publicise", gettext_lazy("Honours to be put under public notice"),
          gettext_lazy("Put up the notice"),
          lambda user: _kept(user).filter(state=PoolState.DECIDED), "publicise_honour_pool"),
    _kind("honour_to_finish", gettext_lazy("Honours whose public notice is over"),
          gettext_lazy("Make them final"), _to_finish, ""),
)  # fmt: skip
