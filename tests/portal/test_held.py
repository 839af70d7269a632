"""Values read once per request."""

import pytest
from django.core.signals import request_finished, request_started
from django.urls import reverse

from portal import parameters
from portal.tools import held


@pytest.fixture
def read():
    """A reader that counts its calls."""
    numbers = iter(range(1, 9))
    yield lambda: next(numbers)
    request_finished.send(None)


def test_outside_a_request_each_asks_anew(read):
    assert [held.held("number", read) for _twice in range(2)] == [1, 2]


def test_in_a_request_the_first_answer_stands_until_somebody_changes_it(read):
    request_started.send(None)

    assert [held.held("number", read) for _twice in range(2)] == [1, 1]
    held.forget()
    assert [held.held("number", read) for _twice in range(2)] == [2, 2]


def test_the_next_request_asks_anew(read):
    for number in (1, 2):
        request_started.send(None)
        assert held.held("number", read) == number


def test_a_page_asks_the_cache_for_norms_and_days_off_once(client, people, monkeypatch):
    client.force_login(people.office)
    client.get(reverse("help"))
    asked, get, get_many = [], parameters.cache.get, parameters.cache.get_many

    def noting(key, *rest):
        asked.append(key)
        return get(key, *rest)

    def noting_all(keys, *rest):
        asked.append(tuple(keys))
        return get_many(keys, *rest)

    monkeypatch.setattr(parameters.cache, "get", noting)
    monkeypatch.setattr(parameters.cache, "get_many", noting_all)
    client.get(reverse("outreach:matters"))

    assert asked.count(held.TOGETHER) == 1
    assert not {*held.TOGETHER} & {*asked}
