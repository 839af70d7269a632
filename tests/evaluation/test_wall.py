"""Appraisals behind the second wall: what the database shows to a reader without the check of any
view."""

from django.utils import timezone

from evaluation.appraisal import counting
from evaluation.models import (
    Appeal,
    Appraised,
    BallotComment,
    Cycle,
    DisciplineFinding,
    Grade,
    Honour,
    HonourPool,
    OrganAppraisal,
    Poll,
    PoolStep,
    Tally,
)
from portal.roles import Role
from portal.trust import wall
from tests.day import TODAY
from tests.evaluation import scored
from tests.evaluation.test_discipline import recorded
from tests.evaluation.test_honours import made, nominated
from tests.people import account, everybody, fresh
from tests.portal.test_wall import hidden, seen


def readers(people, model):
    """The members of the cast who may read a row."""
    names = (
        *("author", "colleague", "liaison", "host", "desk", "handler", "office", "supervisor"),
        *("recipient", "system", "auditor", "neighbour_host", "neighbour_liaison"),
        "neighbour_office",
    )
    return {name for name in names if seen(fresh(getattr(people, name)), model)}


IN_THE_COUNTY = {"author", "liaison", "host", "desk", "office", "supervisor"}


def test_words_and_grades_are_read_where_somebody_serves_and_by_the_person(people):
    _cycle, one, _computation = scored.scored(people)
    grade = {"value": "competent", "proposed_by": people.office, "proposed_at": timezone.now()}
    Grade.objects.create(appraised=one, **grade)
    Appeal.objects.create(
        appraised=one, text="有一件办了", filed_by=people.author, filed_at=timezone.now()
    )
    for model in (Appraised, OrganAppraisal, Grade, Appeal):
        assert readers(people, model) == IN_THE_COUNTY, model
    assert hidden(everybody()) == []


def test_a_public_honour_names_somebody_and_opens_nothing_else(people):
    cycle, one, _computation = scored.scored(people, state="final")
    honour = nominated(people, made(people, cycle), one)
    assert "colleague" not in readers(people, Honour) | readers(people, Appraised)

    Honour.objects.filter(pk=honour.pk).update(state="final")

    staff = readers(people, HonourPool)
    assert staff == readers(people, Honour) == readers(people, Appraised) == readers(people, Cycle)
    assert {"colleague", "handler", "neighbour_office"} <= staff
    assert not staff & {"recipient", "system", "auditor"}
    assert readers(people, OrganAppraisal) == IN_THE_COUNTY
    assert readers(people, PoolStep) == {"liaison", "host", "office"}


def test_remarks_on_ballots_are_read_by_who_counts_there(people):
    cycle, one, _computation = scored.scored(people)
    BallotComment.objects.create(poll=cycle.polls.get(), text="来得少")

    assert readers(people, BallotComment) == {"desk", "office"}
    assert "author" in readers(people, Poll)


def test_sums_of_ballots_are_those_of_all_whoever_asks(people):
    """Ten ballots by code besides a meeting are too few or enough for every reader alike."""
    cycle, one, _computation = scored.scored(people)
    scored.meeting(people, cycle.polls.get(), one, good=16)

    def sums():
        [result] = counting.results([one.pk], on=TODAY).values()
        tally = Tally.objects.with_meetings().get(appraised=one)
        return result.tally, result.is_closed, tally.in_meetings

    wanted = sums()
    assert wanted[1:] == (True, 16)
    for reader in (people.author, people.liaison, people.office):
        with wall.reading(fresh(reader)):
            assert sums() == wanted


def test_an_open_poll_elsewhere_still_hides_the_sums(people):
    cycle, one, _computation = scored.scored(people)
    scored.poll(people, cycle, one, unit=people.other_village, state="open")
    for reader in (people.author, people.host):
        with wall.reading(fresh(reader)):
            assert not counting.results([one.pk], on=TODAY)[one.pk].is_shown


def test_a_finding_is_read_by_the_person_and_by_recipients_elsewhere(people):
    finding = recorded(people)
    assert readers(people, DisciplineFinding) == {"author", "recipient"}
    own = account("own-recipient", "方知", people.agriculture, Role.CONDUCT)
    finding.recused.add(people.recipient)

    assert readers(people, DisciplineFinding) == {"author"}
    assert seen(own, DisciplineFinding) == {finding.pk}
    finding.barred.add(own)
    assert seen(own, DisciplineFinding) == set()
