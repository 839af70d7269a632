"""A cycle with one poll, for tests of ballots."""

import pytest

from evaluation.actions import polls
from tests.evaluation import makers


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
def one(poll):
    return poll.appraised.get()


@pytest.fixture
def opened(people, poll):
    return polls.open_poll(makers.prepared(poll, people), by=people.office)


@pytest.fixture
def slips(people, opened):
    """Codes as printed on the slips."""
    return polls.issue_codes(opened, by=people.office, count=8)
