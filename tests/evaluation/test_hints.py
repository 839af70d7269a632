"""Hints for a person: what closed polls show; nothing follows automatically."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from evaluation.actions import hints
from evaluation.actions.words import Word, give_words
from evaluation.models import (
    Ballot,
    BallotCode,
    BallotComment,
    Hint,
    HintReview,
    Score,
    TurnoutNote,
)
from evaluation.models.words import MARKS, Side
from portal.celery import app
from portal.duties import todo
from tests.day import in_days
from tests.evaluation.collecting import another, appraised, ballots, closed, cycle, poll
from tests.reading import words


@pytest.fixture
def running(people):
    return cycle(people)


@pytest.fixture
def person(people, running):
    return appraised(people, running)


def found(in_cycle):
    hints.find(cycle_id=in_cycle.pk, at=timezone.now())
    return sorted(Hint.objects.values_list("kind", "n"))


def unit_says(people, person, mark, remark=""):
    word = Word(person, Side.UNIT, dict.fromkeys(MARKS, mark), remark)
    give_words(words=[word], by=people.desk, at=timezone.now())


def test_ten_perfect_ballots_are_looked_at_nine_are_not(people, person, running):
    other = another(people, running)
    one = closed(people, running, [person, other])
    ballots(one, person, 10)
    ballots(one, other, 9)
    assert found(running) == []
    ballots(one, other, 1)
    # An empty ballot does not contradict the finding.
    Ballot.objects.create(poll=one, appraised=person, source="paper")
    assert found(running) == [("perfect", 10)] == found(running)
    Hint.objects.all().delete()
    Ballot.objects.filter(attitude=None).update(attitude=1, style=2)
    assert found(running) == []


def test_all_on_one_day_from_coarse_notes(people, person, running):
    def noted(*turnouts):
        one = closed(people, cycle(people, title="x"), [person])
        for n, turnout in enumerate(turnouts):
            TurnoutNote.objects.create(poll=one, day=in_days(n - 9), turnout=turnout)
        hints.find(cycle_id=one.cycle_id, at=timezone.now())
        assert not one.turnout_notes.exists()
        return [*one.hints.values_list("kind", "n")]

    assert noted(0, 0, 15, 15) == [("at_once", 15)]
    assert noted(0, 5, 15, 15) == []
    assert noted(15, 15) == [] == noted(0, 5, 5)


def test_turnout_is_noted_in_steps_of_five_once_a_day(people, person, running):
    one = poll(people, running, [person])
    closed(people, cycle(people, title="上一轮"), [person])
    for n in range(8):
        BallotCode.objects.create(poll=one, digest=str(n), is_used=n < 7)
    hints.note_turnout(on=in_days(0))
    BallotCode.objects.update(is_used=True)
    hints.note_turnout(on=in_days(0))
    assert [*TurnoutNote.objects.values_list("poll", "turnout")] == [(one.pk, 5)]
    with pytest.raises(IntegrityError), transaction.atomic():
        TurnoutNote.objects.create(poll=one, day=in_days(1), turnout=7)


def test_three_equal_remarks_but_no_short_ones(people, person, running):
    one = closed(people, running, [person])
    same = "经常来我们村走访。", "经常来我们村走访", "经常来我们村，走访"
    for text in ("没有", "没有", "没有", *same):
        BallotComment.objects.create(poll=one, text=text)
    assert found(running) == [("same_words", 3)]


def test_a_unit_that_says_the_opposite_of_the_masses(people, person, running):
    one = closed(people, running, [person])
    ballots(one, person, 3, mark=1)
    ballots(one, person, 9, mark=4)
    assert found(running) == []
    unit_says(people, person, 1)
    assert found(running) == [("unit_differs", 48)]
    assert Hint.objects.get().appraised == person


def test_a_unit_that_rebukes_whom_the_masses_praise(people, person, running):
    one = closed(people, running, [person])
    ballots(one, person, 8, mark=1)
    ballots(one, person, 1, mark=5)
    unit_says(people, person, 4, "从不开会")
    assert found(running) == [("unit_differs", 100)]


def test_nothing_is_said_of_fewer_than_five(people, person, running):
    one = closed(people, running, [person], returned=4)
    ballots(one, person, 4, mark=4)
    unit_says(people, person, 1)
    for _n in range(4):
        BallotComment.objects.create(poll=one, text="经常来我们村走访")
    assert found(running) == []
    still_open = poll(people, cycle(people, title="x"), [person])
    ballots(still_open, person, 20)
    assert found(still_open.cycle) == []


def test_a_person_looks_and_writes_what_was_found(client, people, person, running):
    ballots(closed(people, running, [person]), person, 12)
    found(running)
    hint = Hint.objects.get()
    assert todo.counts(people.office)["hint_open"] == 1
    assert "hint_open" not in todo.counts(people.desk)
    url = reverse("evaluation:review_hint", args=[hint.pk])
    listed = reverse("evaluation:cycle_hints", args=[running.pk])

    client.force_login(people.office)
    assert "12 张有效票全部为“好”" in words(client.get(listed))
    assert client.post(url, {"found": ""}).status_code == 422
    for _n in range(2):
        client.post(url, {"found": "走访了五户，确实满意。"})
    assert HintReview.objects.count() == 1 and todo.counts(people.office)["hint_open"] == 0
    assert "确实满意" in words(client.get(listed, {"tab": "seen"}))
    assert not Score.objects.exists()

    for who, status in (("neighbour_office", 404), ("desk", 404), ("author", 404)):
        client.force_login(getattr(people, who))
        assert client.get(url).status_code == status
    with pytest.raises(PermissionDenied):
        hints.review(hint=hint, by=people.desk, at=timezone.now(), found="x")


def test_a_worker_looks_once_the_polls_are_closed(
    people, person, running, django_capture_on_commit_callbacks, monkeypatch
):
    ballots(closed(people, running, [person]), person, 12)
    monkeypatch.setattr(app.conf, "task_always_eager", True)
    app.loader.import_task_module("portal.tasks")
    with django_capture_on_commit_callbacks(execute=True):
        hints.queue(running, people.office)
    assert Hint.objects.count() == 1
