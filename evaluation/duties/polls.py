"""Duties on polls: enter the roster's size, print slips, close."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from evaluation.models import BallotCode, Poll
from evaluation.models.ballots import PollState
from evaluation.models.cycles import CycleState
from portal.duties.duty import Duty, Reach, Told, by_deadline, item, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P

KEEPERS = Reach(P.MANAGE_EVALUATION)


def _without_roster(on):
    return Poll.objects.filter(state=PollState.PREPARED, roster_size=None).collecting(on)


def _without_codes(on):
    codes = BallotCode.objects.filter(poll=OuterRef("pk"))
    return Poll.objects.open().filter(~Exists(codes)).collecting(on)


def _overdue(on):
    return Poll.objects.open().filter(
        cycle__state=CycleState.COLLECTING, cycle__ballots_until__lt=on
    )


def _listed(on):
    return Poll.objects.filter(state=PollState.LISTED, cycle__state=CycleState.COLLECTING)


def _kind(code, title, act, records, sentence, page="", whose=KEEPERS):
    return Duty(
        code=code,
        title=title,
        act=act,
        records=records,
        whose=whose,
        load=lambda polls: polls.select_related("unit", "cycle"),
        item=item("unit.name", "cycle.title", page, due="cycle.ballots_until"),
        sort=by_deadline("cycle__ballots_until"),
        told=Told(sentence, "poll", due="cycle__ballots_until"),
    )


register(
    Area.EVALUATION,
    Noun("poll", names_of(Poll, "unit__name"), "evaluation:poll"),
    _kind(
        "poll_roster",
        _("Polls without the size of the roster"),
        _("Enter it"),
        _without_roster,
        _("The size of the roster is to be entered for a poll"),
        "evaluation:set_roster",
        KEEPERS | Reach(P.COUNT_BALLOTS),
    ),
    _kind(
        "poll_codes",
        _("Open polls without slips"),
        _("Print slips"),
        _without_codes,
        _("Slips of an open poll are to be printed"),
        "evaluation:issue_codes",
    ),
    _kind(
        "poll_over",
        _("Polls whose days are over"),
        _("Close and count"),
        _overdue,
        _("A poll whose days are over is to be closed and counted"),
    ),
    _kind(
        "poll_listed",
        _("Polls whose list is published"),
        _("Close and count"),
        _listed,
        _("A poll whose list of sealed ballots is published is to be counted"),
    ),
    use="evaluation",
)
