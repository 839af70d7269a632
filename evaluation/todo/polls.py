"""Polls that wait: for the size of a roster, for slips to be printed, to be closed."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy

from evaluation.models import BallotCode, Poll
from evaluation.models.ballots import PollState
from evaluation.models.cycles import CycleState
from portal.access import reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _item(act):
    def item(poll):
        url = poll.get_absolute_url()
        return Item(
            what=poll.unit.name,
            where=poll.cycle.title,
            url=url,
            act_url=reverse(act, args=[poll.pk]) if act else url,
            due=poll.cycle.ballots_until,
        )

    return item


def _kept_by(user):
    return Poll.objects.filter(reach(user, P.MANAGE_EVALUATION))


def _without_roster(user):
    reached = reach(user, P.MANAGE_EVALUATION) | reach(user, P.COUNT_BALLOTS)
    rows = Poll.objects.filter(reached, state=PollState.PREPARED, roster_size=None)
    return rows.collecting(user.today)


def _without_codes(user):
    codes = BallotCode.objects.filter(poll=OuterRef("pk"))
    rows = _kept_by(user).filter(~Exists(codes), state=PollState.OPEN)
    return rows.collecting(user.today)


def _overdue(user):
    return _kept_by(user).filter(
        state=PollState.OPEN, cycle__state=CycleState.COLLECTING,
        cycle__ballots_until__lt=user.today,
    )  # fmt: skip


BY_END = Sort(gettext_lazy("by deadline"), "cycle__ballots_until", descending=False)


def _kind(code, title, act, rows, address, *permissions):
    return Kind(
        code=code, title=title, act=act, rows=rows,
        load=lambda found: found.select_related("unit", "cycle"),
        item=_item(address), sort=BY_END, permissions=permissions,
    )  # fmt: skip


register(
    Area.EVALUATION,
    _kind(
        "poll_roster", gettext_lazy("Polls without the size of the roster"),
        gettext_lazy("Enter it"), _without_roster, "evaluation:set_roster",
        P.MANAGE_EVALUATION, P.COUNT_BALLOTS,
    ),
    _kind(
        "poll_codes", gettext_lazy("Open polls without slips"), gettext_lazy("Print slips"),
        _without_codes, "evaluation:issue_codes", P.MANAGE_EVALUATION,
    ),
    _kind(
        "poll_over", gettext_lazy("Polls whose days are over"), gettext_lazy("Close and count"),
        _overdue, "", P.MANAGE_EVALUATION,
    ),
)  # fmt: skip
