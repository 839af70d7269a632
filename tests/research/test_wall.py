"""Research behind the second wall: what the database shows to a reader without the check of any
view."""

from datetime import timedelta

from django.utils import timezone

from portal.models import StandIn
from research.actions import home_notes
from research.models import (
    BatchUnit,
    HomeNote,
    ResearchActivity,
    ResearchReport,
    ResearchTopic,
    TopicStep,
)
from tests.day import TODAY
from tests.people import everybody, fresh
from tests.portal.test_wall import hidden, seen
from tests.research.test_batches import planned, symposium, under_way
from tests.research.test_home_notes import written


def reads(user, model):
    return bool(seen(fresh(user), model))


def test_a_host_reads_of_fieldwork_what_it_was_told(people):
    batch = planned(people)
    for model in (ResearchTopic, BatchUnit):
        assert reads(people.liaison, model) and reads(people.office, model)
        assert not reads(people.host, model)

    BatchUnit.objects.filter(batch=batch).update(told_at=timezone.now())

    assert reads(people.host, BatchUnit) and reads(people.host, ResearchTopic)
    assert not reads(people.host, TopicStep)
    assert not reads(people.neighbour_host, BatchUnit)


def test_records_and_reports_are_of_who_leads_and_goes(people):
    batch = under_way(people)
    symposium(people, batch)
    report = ResearchReport.objects.create(
        topic=batch.topic, title="水利设施管护", written_by=people.author, created_at=timezone.now()
    )
    assert reads(people.liaison, ResearchActivity) and reads(people.office, ResearchActivity)
    for reader in (people.host, people.handler, people.neighbour_liaison):
        assert not reads(reader, ResearchActivity) and not reads(reader, ResearchReport), reader
    assert hidden(everybody()) == []

    ResearchReport.objects.filter(pk=report.pk).update(
        state="decided", decided_on=TODAY, published_at=timezone.now()
    )

    assert reads(people.handler, ResearchReport) and reads(people.handler, ResearchTopic)
    assert not reads(people.recipient, ResearchReport)
    assert hidden(everybody()) == []


def test_a_home_note_is_its_authors_alone_until_given(people):
    note = written(people)
    StandIn.objects.create(
        principal=people.author,
        stand_in=people.colleague,
        named_by=people.office,
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=1),
    )
    for reader in (people.colleague, people.liaison, people.office, people.supervisor):
        assert not reads(reader, HomeNote), reader
    assert reads(people.author, HomeNote)

    home_notes.give_home_note(note=note, by=people.author, at=timezone.now())

    assert reads(people.office, HomeNote)
    assert not reads(people.supervisor, HomeNote) and not reads(people.neighbour_office, HomeNote)
