"""The papers of oversight behind the second wall: what the database shows to a reader without the
check of any view."""

from django.urls import reverse

from outreach.overview.dashboard import Period
from oversight.burden import complaints as counted
from oversight.models import (
    ComplaintStep,
    Finding,
    InspectedRow,
    Inspection,
    InspectionStep,
    PortalComplaint,
    UnadmittedRequest,
)
from portal.trust import wall
from tests.day import TODAY
from tests.oversight.asking import burden_officer
from tests.oversight.test_complaints import accepted, sent
from tests.people import everybody, fresh
from tests.portal.test_wall import hidden, seen
from tests.reading import words


def reads(user, model):
    return bool(seen(fresh(user), model))


def test_an_inspection_is_unknown_to_the_inspected_until_they_are_asked(people, group):
    one = group.begun()
    group.found(one)
    for reader in (group.inspector, group.leader, group.second, people.supervisor, people.office):
        assert reads(reader, Inspection) and reads(reader, InspectionStep), reader
    for reader in (people.handler, people.host, people.colleague, people.neighbour_office):
        assert not reads(reader, Inspection), reader

    group.checking(one)

    assert reads(people.handler, Inspection) and reads(people.handler, Finding)
    # A finding about another inspected organ is hidden.
    assert reads(people.host, Inspection) and not reads(people.host, Finding)
    assert not reads(people.handler, InspectedRow)
    assert not reads(people.neighbour_handler, Inspection)
    assert hidden(everybody()) == []


def test_a_complaint_is_read_by_its_writer_and_two_recipients(people):
    officer = burden_officer(people)
    accepted(people, officer)
    for model in (PortalComplaint, ComplaintStep):
        for reader in (people.author, people.office, officer):
            assert reads(reader, model), reader
        for reader in (people.supervisor, people.host, people.recipient, people.neighbour_office):
            assert not reads(reader, model), reader
    assert hidden(everybody()) == []


def test_the_number_of_complaints_is_that_of_all_for_everybody(people):
    sent(people)
    with wall.reading(people.host):
        assert PortalComplaint.objects.count() == 0
        assert counted(Period(TODAY, TODAY))[0].value == "1"


def test_whoever_has_the_code_reads_an_anonymous_complaint(browse, people):
    complaint = sent(people, is_anonymous=True)
    page = browse("host").post(reverse("oversight:complaint_by_code"), {"code": complaint.code})

    assert "同一张表报了三次" in words(page)


def test_who_asked_without_admission_is_told_to_the_approver_alone(people):
    officer = burden_officer(people)
    UnadmittedRequest.objects.create(
        organ=people.water, text="要一张表", asked_on=TODAY, area=people.county
    )
    assert reads(officer, UnadmittedRequest)
    for reader in (people.office, people.host, people.handler, people.supervisor):
        assert not reads(reader, UnadmittedRequest), reader
