"""Cycles that wait for the office, and scores that wait to be read by whom they are about."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from evaluation.models import Appraised, Cycle
from evaluation.models.cycles import CycleState
from portal import parameters, workdays
from portal.access import organ_reach
from portal.models import Cadre
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort

S = CycleState
BY_BALLOTS = Sort(gettext_lazy("by deadline"), "ballots_until", descending=False)


def _kept(user, state):
    return Cycle.objects.filter(organ_reach(user, P.MANAGE_EVALUATION), state=state)


def _to_begin(user):
    return _kept(user, S.OPEN)


def _to_close(user):
    ahead = parameters.number("reminder.ahead_wd", on=user.today)
    soon = workdays.add_working_days(user.today, ahead)
    return _kept(user, S.COLLECTING).filter(ballots_until__lte=soon)


def _to_finish(user):
    return _kept(user, S.OBJECTION).filter(objection_until__lt=user.today)


def _published(user):
    """One's own, for as long as one can object."""
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    return Appraised.objects.standing().filter(
        cadre__in=own, cycle__state=S.OBJECTION, cycle__objection_until__gte=user.today
    )


def _item(due, act=""):
    def item(cycle):
        return Item(
            what=cycle.title, where=cycle.organ.label, url=cycle.get_absolute_url(),
            act_url=reverse(f"evaluation:{act}", args=[cycle.pk])
            if act else cycle.get_absolute_url(),
            due=getattr(cycle, due),
        )  # fmt: skip

    return item


def _score(appraised):
    return Item(
        what=appraised.cycle.title, where=f"{appraised.name} · {appraised.organ_name}",
        url=appraised.get_absolute_url(), act_url=appraised.get_absolute_url(),
        due=appraised.cycle.objection_until,
    )  # fmt: skip


def _of_office(code, title, act, rows, item, sort=BY_BALLOTS):
    return Kind(
        code=code, title=title, act=act, rows=rows, item=item, sort=sort,
        load=lambda rows: rows.select_related("organ"), permissions=(P.MANAGE_EVALUATION,),
    )  # fmt: skip


register(
    Area.EVALUATION,
    _of_office(
        "cycle_to_begin", gettext_lazy("Cycles in which collecting is to begin"),
        gettext_lazy("Look and begin"), _to_begin, _item("ballots_until"),
    ),
    _of_office(
        "cycle_to_close", gettext_lazy("Cycles whose ballots end"),
        gettext_lazy("Close the ballots"), _to_close, _item("ballots_until", "close_collecting"),
    ),
    _of_office(
        "cycle_to_check", gettext_lazy("Scores to be checked and published"),
        gettext_lazy("Check and publish"), lambda user: _kept(user, S.CHECKING),
        _item("ballots_until"),
    ),
    _of_office(
        "cycle_to_finish", gettext_lazy("Cycles whose days for objections are over"),
        gettext_lazy("Make it final"), _to_finish, _item("objection_until"),
        Sort(gettext_lazy("by deadline"), "objection_until", descending=False),
    ),
    Kind(
        code="score_published",
        title=gettext_lazy("My score is published: until when I can object"),
        act=gettext_lazy("Look at it"),
        rows=_published,
        load=lambda rows: rows.select_related("cycle"),
        item=_score,
        sort=Sort(gettext_lazy("by deadline"), "cycle__objection_until", descending=False),
        permissions=(P.SEE_PEOPLE,),
    ),
)  # fmt: skip
