"""Duties on pools (meeting, public notice, end of notice), and the reminder of a finding about
the user."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.models import DisciplineFinding, HonourPool
from evaluation.models.cycles import CycleState
from evaluation.models.honours import PoolState
from portal.duties.duty import Duty, OrganReach, Own, Told, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _pools(state, **limits):
    rows = HonourPool.objects.exclude(cycle__state=CycleState.CANCELLED)
    return rows.filter(state=state, **limits)


def _to_decide(on):
    over = Q(cycle__state=CycleState.FINAL) | Q(
        cycle__state=CycleState.OBJECTION, cycle__objection_until__lt=on
    )
    return _pools(PoolState.OPEN).filter(over)


def _kind(code, title, act, records, sentence, page=""):
    return Duty(
        code=code,
        title=title,
        act=act,
        records=records,
        whose=OrganReach(P.MANAGE_EVALUATION, to="cycle__organ"),
        load=lambda pools: pools.select_related("cycle"),
        item=item(
            "title",
            "cycle.title",
            page,
            due=lambda pool: pool.notice_until if pool.state == PoolState.PUBLICITY else None,
        ),
        sort=oldest("made_on"),
        nearest="notice_until",
        told=Told(sentence, "honour_pool", due="notice_until"),
    )


register(
    Area.EVALUATION,
    Noun("honour_pool", names_of(HonourPool, "title"), "evaluation:honour_pool"),
    Noun("finding", names_of(DisciplineFinding, "document"), "evaluation:finding"),
    _kind(
        "honour_to_decide",
        _("Pools waiting for their meeting"),
        _("Enter what it decided"),
        _to_decide,
        _("The meeting is to decide on a pool for honours"),
        "evaluation:decide_honour_pool",
    ),
    _kind(
        "honour_to_publicise",
        _("Honours to be put under public notice"),
        _("Put up the notice"),
        lambda on: _pools(PoolState.DECIDED),
        _("Honours are to be put under public notice"),
        "evaluation:publicise_honour_pool",
    ),
    _kind(
        "honour_to_finish",
        _("Honours whose public notice is over"),
        _("Make them final"),
        lambda on: _pools(PoolState.PUBLICITY, notice_until__lt=on),
        _("The public notice of honours is over"),
    ),
    # Only to the person concerned, never to a stand-in, until read.
    Told(
        _("A discipline finding about yourself was recorded"),
        "finding",
        code="finding_about_me",
        records=lambda day: DisciplineFinding.objects.filter(
            recorded_at__date__gte=day - timedelta(days=31)
        ),
        whose=Own("cadre__user", P.SEE_PEOPLE, is_lent=False),
        until_read=True,
    ),
    use="evaluation",
)
