"""Polls: who is asked, codes, voting at the door and by phone, closing and counting."""

import re

import pytest
from django.test import Client

from evaluation.actions import polls
from evaluation.door import codes
from evaluation.models import Ballot, BallotCode, Poll, PollSample, SealedBallot
from tests.evaluation import makers

TICKS = {"attitude": 1, "style": 2, "achievement": 3, "overall": 1, "dining": 2, "gifts": 2,
         "retinue": 3, "burden": 2}  # fmt: skip


@pytest.fixture
def cycle(people):
    cycle = makers.cycle(people)
    makers.appraised(people, cycle, unit=people.village)
    polls.make_polls(cycle, by=people.office)
    return cycle


@pytest.fixture
def poll(cycle):
    return cycle.polls.get()


@pytest.fixture
def opened(people, poll):
    polls.set_roster(poll, by=people.desk, roster_size=300, served_wanted=5, roster_wanted=8)
    polls.draw(poll, by=people.office)
    return polls.open_poll(poll, by=people.office)


@pytest.fixture
def slips(people, opened):
    """Codes as they stand on the printed slips."""
    return polls.issue_codes(opened, by=people.office, count=8)


def test_core(people, opened, slips):
    one = opened.appraised.get()
    assert polls.cast(slips[0], {one.pk: TICKS}, comment="路修好了") == "counted"
    assert polls.cast(slips[0], {one.pk: TICKS}) == "used"
    for code in slips[1:6]:
        polls.cast(code, {one.pk: TICKS | {"style": None}})
    closed = polls.close_poll(opened, by=people.office)
    assert (closed.issued, closed.returned) == (8, 6)
    assert Ballot.objects.count() == 6
