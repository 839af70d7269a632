"""Requests of persons about their data: recorded by the office, found through indexes, approved by
a second person, erased as requested."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from outreach.models import FollowUp, Matter, MatterContact
from oversight import privacy_finder as finder
from oversight.actions import privacy_requests as actions
from oversight.actions import retention
from oversight.models import PrivacyRequest
from portal.duties import todo
from portal.models import AuditEntry
from portal.trust import crypto, privacy
from tests.day import in_days, now, today
from tests.oversight.asking import leader_of_office

PHONE = "100-0000-0001"


@pytest.fixture
def chief(people):
    return leader_of_office(people)


def asked(people, wish="erase", **changes):
    facts = {
        "received_on": today(),
        "way": "person",
        "wish": wish,
        "name": "李大山",
        "phone": "100 0000 0001",
        "identity": "出示身份证件",
    } | changes
    return actions.register_request(by=people.office, at=now(), **facts)


def prepared(people, request, decision="granted", answer="已按您的要求办理"):
    return actions.prepare_answer(
        request=request, by=people.office, decision=decision, answer=answer
    )


def approved(people, chief, wish="erase", **changes):
    request = prepared(people, asked(people, wish, **changes))
    return actions.approve_answer(request=request, by=chief, at=now())


def contacts(*matters):
    with privacy.opened(matter=",".join(str(one.pk) for one in matters)):
        return MatterContact.objects.filter(matter__in=matters).count()


# --- Entering ------------------------------------------------------------------------------------


def test_who_asks_lies_encrypted_and_a_day_is_set(people):
    request = asked(people)
    assert (request.display, request.who, request.state) == ("李××", "李××", "open")
    assert request.phone_index == crypto.blind_index(PHONE)
    assert today() < request.due_on < in_days(40)
    row = " ".join(map(str, PrivacyRequest.objects.values().get(pk=request.pk).values()))
    assert "李大山" not in row and "0000001" not in row.replace("-", "").replace(" ", "")
    assert finder.name_of(request) == "李大山"
    assert AuditEntry.objects.filter(event="privacy.registered", noun_id=request.pk).exists()


def test_only_the_office_enters_and_something_must_be_known(people):
    for stranger in (people.host, people.desk, people.author):
        with pytest.raises(PermissionDenied):
            actions.register_request(by=stranger, at=now(), received_on=today(), name="李")
    with pytest.raises(ValidationError):
        asked(people, phone="")
    assert not PrivacyRequest.objects.exists()


def test_the_form_asks_for_a_day_that_has_been(browse, people):
    client, address = browse(people.office), reverse("oversight:register_privacy_request")
    sent = {"received_on": in_days(1), "way": "phone", "wish": "copy", "identity": "回拨核实"}
    assert client.post(address, sent).status_code == 422
    sent |= {"received_on": today(), "name": "李大山"}
    answer = client.post(address, sent)
    assert answer.status_code == 422 and "李大山" in answer.content.decode()
    assert client.post(address, sent | {"phone": PHONE}).status_code == 302
    page = client.get(PrivacyRequest.objects.get().get_absolute_url()).content.decode()
    assert "李××" in page and "李大山" not in page and PHONE not in page


# --- Finding -------------------------------------------------------------------------------------


def test_matters_are_found_by_the_phone_without_opening_contacts(people):
    mine = people.matter()
    people.matter(title="别人的事", raiser_phone="100-0000-0002")
    there = people.matter(title="邻县的事", place=people.other_village, by=people.neighbour_cadre)
    request = asked(people)

    found = actions.look_up(request=request, by=people.office)

    seen = set(Matter.objects.visible_to(people.office).values_list("pk", flat=True))
    assert {one.matter for one in found.contacts} == {mine} | (
        {there} if there.pk in seen else set()
    )
    assert len(found.contacts) + found.elsewhere == 2
    assert AuditEntry.objects.filter(event="privacy.looked_up", noun_id=request.pk).count() == 1
    # Rows of contacts stay closed even to a query without a filter.
    assert not MatterContact.objects.exists()
    assert finder.contacts_with("") == []


def test_the_door_may_not_ask_whose_phone_it_is():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'portal\\_%%'"
            " AND has_function_privilege(rolname, 'matters_with_phone(text)', 'EXECUTE')"
        )
        roles = {name for (name,) in cursor.fetchall()}
    assert "portal_app" in roles and "portal_door" not in roles


def test_a_cadre_who_asks_is_found_by_the_record(people):
    people.visit()
    request = asked(people, "consult", name="", phone="", cadre=people.cadre)
    found = actions.look_up(request=request, by=people.office)
    assert request.who == people.cadre.name and not found.contacts
    assert {str(what): n for what, n in found.others}["写下的走访记录"] == 1


# --- Answering -----------------------------------------------------------------------------------


def test_a_second_person_approves_and_nothing_is_done_before(people, chief):
    matter = people.matter()
    request = prepared(people, asked(people))
    for act in (
        lambda: actions.approve_answer(request=request, by=people.office, at=now()),
        lambda: actions.erase_held(request=request, by=people.office, at=now()),
        lambda: actions.prepare_answer(
            request=request, by=people.office, decision="granted", answer="x"
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()
    actions.send_back_answer(request=request, by=chief, reason="先核实")
    request = prepared(people, request)
    request = actions.approve_answer(request=request, by=chief, at=now())
    assert (request.state, request.answered_on, contacts(matter)) == ("answered", today(), 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PrivacyRequest.objects.update(approved_by=people.office)


def test_contacts_go_and_those_of_an_open_call_wait(people, chief):
    first, called = people.matter(), people.awaiting_word(title="等回访的事")
    other = people.matter(title="别人的事", raiser_phone="100-0000-0002")
    request = approved(people, chief)
    assert FollowUp.objects.open_on(today()).filter(matter=called).exists()

    assert actions.erase_held(request=request, by=people.office, at=now()) == (1, 1, 0)

    first.refresh_from_db()
    assert (contacts(first), contacts(called), contacts(other)) == (0, 1, 1)
    assert first.raiser_display == ""
    FollowUp.objects.update(given_up_at=now())
    assert actions.erase_held(request=request, by=people.office, at=now()) == (1, 0, 0)
    request.refresh_from_db()
    assert (request.erased, contacts(called)) == (2, 0)
    events = AuditEntry.objects.filter(event="matter.contact_erased")
    assert {one.noun_id for one in events} == {first.pk, called.pk}
    assert actions.look_up(request=request, by=people.office).contacts == []


def test_a_refused_request_changes_nothing(people, chief):
    matter = people.matter()
    request = prepared(people, asked(people), decision="refused", answer="事项仍在办理")
    request = actions.approve_answer(request=request, by=chief, at=now())
    with pytest.raises(PermissionDenied):
        actions.erase_held(request=request, by=people.office, at=now())
    assert contacts(matter) == 1


def test_the_person_gets_a_sheet_of_what_is_kept(browse, people, chief):
    matter = people.matter()
    request = prepared(people, asked(people, "copy"))
    client, address = browse(people.office), reverse("oversight:copy_for_person", args=[request.pk])
    assert client.get(address).status_code == 403
    actions.approve_answer(request=request, by=chief, at=now())
    sheet = client.get(address).content.decode()
    assert matter.number_label in sheet and "李大山" in sheet and PHONE in sheet
    assert AuditEntry.objects.filter(event="matter.contact_revealed", noun_id=matter.pk).exists()
    assert AuditEntry.objects.filter(event="privacy.copied", noun_id=request.pk).exists()
    # Not for a request of another kind.
    other = approved(people, chief, "erase")
    assert client.get(reverse("oversight:copy_for_person", args=[other.pk])).status_code == 403


def test_the_way_through_the_pages(browse, people, chief):
    people.matter()
    request = asked(people)
    client = browse(people.office)
    held = client.get(reverse("oversight:look_up_held", args=[request.pk])).content.decode()
    assert "三组灌溉渠道淤堵" in held and "李大山" in held
    answer = reverse("oversight:prepare_privacy_answer", args=[request.pk])
    assert client.post(answer, {"decision": "granted"}).status_code == 422
    client.post(answer, {"decision": "granted", "answer": "已删除"})
    client = browse(chief)
    client.post(reverse("oversight:approve_privacy_answer", args=[request.pk]))
    client = browse(people.office)
    done = client.post(reverse("oversight:erase_held", args=[request.pk]), follow=True)
    assert "已删除1" in done.content.decode()
    assert browse(people.neighbour_office).get(request.get_absolute_url()).status_code == 404


# --- Duties, terms, list -------------------------------------------------------------------------


def test_it_waits_for_the_office_and_then_for_a_second_person(people, chief):
    request = asked(people)
    assert todo.counts(people.office)["privacy_answer"] == 1
    assert todo.counts(chief)["privacy_approve"] == 0
    prepared(people, request)
    assert todo.counts(people.office)["privacy_approve"] == 0
    assert todo.counts(chief)["privacy_approve"] == 1


def test_who_asked_is_forgotten_after_the_term(people, chief):
    old, young = approved(people, chief), approved(people, chief)
    PrivacyRequest.objects.filter(pk=old.pk).update(answered_on=in_days(-1200))
    PrivacyRequest.objects.filter(pk=young.pk).update(answered_on=in_days(-900))
    run = retention.anonymise(at=now())
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.display, old.name_cipher, old.phone_cipher, old.phone_index) == ("", "", "", "")
    assert (young.display, run.counts["askers"]) == ("李××", 1)
    with pytest.raises(PermissionDenied):
        actions.look_up(request=old, by=people.office)
    assert retention.anonymise(at=now() + timedelta(days=1)).counts["askers"] == 0


def test_the_register_costs_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries
):
    client, address = browse(people.office), reverse("oversight:privacy_requests")
    asked(people)
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    asked(people, "copy")
    asked(people, "consult", name="", phone="", cadre=people.cadre)
    with django_assert_num_queries(QUERIES):
        page = client.get(address).content.decode()
    assert page.count('class="what"') == 3


QUERIES = 8


def test_the_table_holds_what_the_words_promise(people):
    asked(people)
    for wrong in ({"state": "answered"}, {"answered_on": today()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PrivacyRequest.objects.update(**wrong)
