"""Entries that could not be carried out: the author corrects them, has them carried out, or drops
them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.actions import visits
from outreach.models import Visit
from portal.duties import reminders, todo
from portal.models import AuditEntry, Reminder, RoleGrant
from sync.actions import entries as actions
from sync.models import Entry, KeptEntry
from tests.day import TODAY
from tests.people import STATED, fresh
from tests.sync.phone import MATTER, Phone, jpeg


@pytest.fixture
def browse(people):
    def as_(name):
        client = Client()
        client.force_login(getattr(people, name) if isinstance(name, str) else name)
        return client

    return as_


def waiting(phone, people, **more):
    """A visit without a day, which the form refuses."""
    fields = {"visited_on": "", "reflection": "群众的话让我惭愧。"} | more.pop("fields", {})
    written = phone.visit(people.village, fields=fields, matters=[MATTER], **more)
    (receipt,) = phone.send(_lists(written))
    assert receipt["state"] == "quarantined", receipt
    return Entry.objects.get(key=written["id"])


def _lists(written):
    fields = {
        name: one if isinstance(one, list) else [one] for name, one in written["fields"].items()
    }
    return written | {"fields": fields}


def form_of(client, entry):
    """Return the values of the page's fields, as it would submit them."""
    page = client.get(reverse("sync:correct_entry", args=[entry.pk]))
    assert page.status_code == 200
    sent = {"seen": page.context["seen"]}
    for form in [*page.context["forms"], *(f for s in page.context["formsets"] for f in s)]:
        for field in form:
            value = field.value()
            if value not in (None, "", []):
                sent[field.html_name] = value[0] if isinstance(value, tuple) else value
    for formset in page.context["formsets"]:
        for field in formset.management_form:
            sent[field.html_name] = field.value() or 0
    return page, sent


# --- Who reads it --------------------------------------------------------------------------------


def test_its_author_sees_all_of_it_and_why(browse, people, phone):
    entry = waiting(phone, people)

    page = browse("author").get(entry.get_absolute_url()).content.decode()

    assert "群众的话让我惭愧" in page and "李大山" in page and STATED["summary"] in page
    assert "填写内容未通过检查" in page and "日期" in page
    assert "三组灌溉渠道淤堵" in page and people.village.name in page
    assert not AuditEntry.objects.filter(event="entry.read").exists()


def test_the_office_sees_neither_reflection_nor_contact_nor_the_time(browse, people, phone):
    entry = waiting(phone, people)
    at = timezone.localtime().replace(hour=3, minute=47)
    Entry.objects.update(received_at=at)

    page = browse("office").get(entry.get_absolute_url()).content.decode()

    assert STATED["summary"] in page and "三组灌溉渠道淤堵" in page
    for private in ("群众的话让我惭愧", "李大山", "100-0000-0001", "03:47", "我的手机", "09:30"):
        assert private not in page, private
    assert AuditEntry.objects.get(event="entry.read").actor_id == people.office.pk


@pytest.mark.parametrize("who", ["neighbour_office", "liaison", "host", "colleague", "system"])
def test_nobody_else_finds_it(browse, people, phone, who):
    entry = waiting(phone, people)

    assert browse(who).get(entry.get_absolute_url()).status_code == 404
    for name in ("correct_entry", "carry_out_entry", "drop_entry"):
        assert browse(who).post(reverse(f"sync:{name}", args=[entry.pk])).status_code == 404


def test_the_office_decides_nothing(browse, people, phone):
    entry, client = waiting(phone, people), browse("office")

    page = client.get(entry.get_absolute_url())

    assert page.context["acts"] == []
    for name in ("correct_entry", "carry_out_entry", "drop_entry"):
        assert client.post(reverse(f"sync:{name}", args=[entry.pk])).status_code == 403
    entry.refresh_from_db()
    assert entry.state == "quarantined"


# --- Deciding ------------------------------------------------------------------------------------


def test_corrected_it_becomes_a_visit_with_its_matter_and_photo(browse, people, phone):
    photo = jpeg()
    written = _lists(
        phone.visit(people.village, fields={"visited_on": ""}, matters=[MATTER], photos=[photo])
    )
    phone.send(written)
    phone.send_photo(written, photo)
    entry, client = Entry.objects.get(), browse("author")
    page, sent = form_of(client, entry)
    assert "这个字段" in page.content.decode() or "日期" in page.content.decode()
    assert "photos" not in page.context["forms"][0].fields

    answer = client.post(page.request["PATH_INFO"], sent | {"visited_on": TODAY.isoformat()})

    visit = Visit.objects.get()
    assert answer.status_code == 302 and answer.url == visit.get_absolute_url()
    entry.refresh_from_db()
    assert (entry.state, entry.noun, entry.record_id) == ("accepted", "outreach.visit", visit.pk)
    assert (visit.visited_on, str(visit.client_key)) == (TODAY, written["id"])
    assert [one.title for one in visit.matters.all()] == [MATTER["title"]]
    assert visit.photos.count() == 1
    assert not KeptEntry.objects.exists()
    assert AuditEntry.objects.filter(event="entry.settled", noun_id=entry.pk).count() == 1
    (receipt,) = phone.send(written)
    assert receipt["state"] == "accepted"
    assert Visit.objects.count() == 1


def test_what_is_still_wrong_is_said_and_nothing_is_settled(browse, people, phone):
    entry, client = waiting(phone, people), browse("author")
    page, sent = form_of(client, entry)

    late = (TODAY + timedelta(days=3)).isoformat()
    answer = client.post(page.request["PATH_INFO"], sent | {"visited_on": late, "summary": "新写"})

    assert answer.status_code == 422 and "新写" in answer.content.decode()
    entry.refresh_from_db()
    assert entry.state == "quarantined" and not Visit.objects.exists()
    with pytest.MonkeyPatch.context():
        assert actions.read_kept(entry=entry, by=people.author)["fields"]["summary"] != ["新写"]


def test_carried_out_again_once_the_reason_is_gone(browse, people, phone):
    RoleGrant.objects.filter(user=people.author).update(ends_on=TODAY - timedelta(days=1))
    (receipt,) = phone.send(phone.visit(people.village))
    assert receipt["state"] == "quarantined"
    RoleGrant.objects.filter(user=people.author).update(ends_on=None)
    entry, client = Entry.objects.get(), browse("author")
    url = reverse("sync:carry_out_entry", args=[entry.pk])

    answer = client.post(url)

    visit = Visit.objects.get()
    assert answer.url == visit.get_absolute_url()
    entry.refresh_from_db()
    assert entry.state == "accepted"
    assert client.post(url).status_code == 403
    assert Visit.objects.count() == 1


def test_carried_out_again_in_vain_says_why(browse, people, phone):
    entry, client = waiting(phone, people), browse("author")

    answer = client.post(reverse("sync:carry_out_entry", args=[entry.pk]), follow=True)

    assert "日期" in answer.content.decode()
    entry.refresh_from_db()
    assert entry.state == "quarantined" and not Visit.objects.exists()


def test_dropped_with_a_reason(browse, people, phone):
    entry, client = waiting(phone, people), browse("author")
    url = reverse("sync:drop_entry", args=[entry.pk])
    assert client.post(url, {"reason": ""}).status_code == 422

    answer = client.post(url, {"reason": "当天已在电脑上补记"})

    assert answer.url == reverse("sync:entries")
    entry.refresh_from_db()
    assert (entry.state, entry.reason) == ("dropped", "当天已在电脑上补记")
    assert not KeptEntry.objects.exists()
    assert AuditEntry.objects.get(event="entry.dropped").noun_id == entry.pk
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "当天已在电脑上补记" in page and "内容已不再保留" in page


def test_two_under_one_number_stand_side_by_side(browse, people, phone):
    first = phone.visit(people.village)
    second = first | {"fields": first["fields"] | {"summary": ["第二次写的内容。"]}}
    phone.send(first)
    (receipt,) = phone.send(second)
    assert receipt["state"] == "differs"
    entry, client = Entry.objects.get(state="differs"), browse("author")

    page = client.get(entry.get_absolute_url())

    shown = page.content.decode()
    assert "第二次写的内容" in shown and Visit.objects.get().get_absolute_url() in shown
    # It would be a second visit with the same id.
    assert "同一编号的另一条已办成" in shown
    assert client.post(reverse("sync:carry_out_entry", args=[entry.pk])).status_code == 403
    drop = reverse("sync:drop_entry", args=[entry.pk])
    assert client.post(drop, {"reason": "重复"}).status_code == 302


def test_conduct_is_not_offered_in_the_form(browse, people, phone):
    entry = waiting(phone, people)
    page, _sent = form_of(browse("author"), entry)

    (formset,) = page.context["formsets"]
    codes = [code for code, _label in formset.forms[0].fields["outcome"].choices]
    assert "conduct" not in codes and len(codes) > 2


# --- The list and the duty -----------------------------------------------------------------------


def test_it_is_a_duty_of_its_author_alone_and_told_once(people, phone):
    waiting(phone, people)

    counts = {who: todo.counts(fresh(getattr(people, who))) for who in ("author", "office")}
    assert counts["author"]["phone_entry_decide"] == 1
    assert counts["office"].get("phone_entry_decide", 0) == 0
    reminders.tell(day=TODAY, at=reminders.morning_of(TODAY), by="test")
    told = Reminder.objects.get(kind="phone_entry_decide")
    assert told.user == people.author


def test_the_list_is_of_ones_own_and_for_the_office_of_its_people(browse, people, phone):
    waiting(phone, people)
    other = Phone(people.colleague)
    waiting(other, people)
    phone.send(phone.visit(people.village))
    url = reverse("sync:entries")

    assert browse("author").get(url).context["total"] == 1
    office = browse("office")
    page = office.get(url)
    assert page.context["total"] == 2 and "王建国" in page.content.decode()
    assert "还有 90 天" in page.content.decode()
    assert browse("neighbour_office").get(url).context["total"] == 0
    assert "没有待核对的记录" in browse("neighbour_office").get(url).content.decode()
    assert office.get(url, {"q": "赵敏"}).context["total"] == 1
    assert office.get(url, {"cause": "refused"}).context["total"] == 0
    assert office.get(url, {"kind": "visit", "cause": "invalid"}).context["total"] == 2
    assert office.get(url, {"tab": "dropped"}).context["total"] == 0
    assert office.get(url, {"received_from": TODAY.isoformat()}).context["total"] == 2
    assert browse("auditor").get(url).status_code == 403


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(
    ("page", "who", "queries"), [("entries", "office", 9), ("entry", "author", 16)]
)
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, phone, django_assert_num_queries, row_count, page, who, queries
):
    made = [waiting(phone, people) for _n in range(row_count)]
    client = browse(who)
    url = reverse(f"sync:{page}", args=[made[0].pk] if page == "entry" else [])
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)


def test_a_reflection_reaches_the_visit_and_nobody_else(browse, people, phone):
    entry, client = waiting(phone, people), browse("author")
    page, sent = form_of(client, entry)
    client.post(page.request["PATH_INFO"], sent | {"visited_on": TODAY.isoformat()})

    visit = Visit.objects.get()
    assert visits.reflection_of(visit, people.author) == "群众的话让我惭愧。"
