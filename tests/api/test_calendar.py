"""A calendar of deadlines: number and date, at a secret address that its owner can revoke."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from api import ical
from api.actions import calendar as actions
from api.models import CalendarFeed
from portal import parameters, uses
from portal.actions import accounts
from portal.actions import uses as use_actions
from tests.day import TODAY
from tests.people import fresh


@pytest.fixture
def made(people):
    """The handler's calendar address, made on its page."""
    client = Client()
    client.force_login(people.handler)
    page = client.post(reverse("api:make_calendar"))
    assert "no-store" in page["Cache-Control"]
    return re.search(r"/calendar/[\w-]{43}\.ics", page.content.decode())[0]


def test_it_shows_number_and_date_alone(people, made):
    matter = people.assigned(
        title="黄奶奶家门口的路", raiser_name="李大山", raiser_phone="13912345678"
    )
    people.matter(title="不归水利局")
    answer = Client().get(made)
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert re.findall(r"SUMMARY:(.*)\r\n", text) == [matter.number_label]
    matter.refresh_from_db()
    assert f"DTSTART;VALUE=DATE:{matter.due_on:%Y%m%d}" in text
    for word in ("黄奶奶", "路", "李大山", "柳湾", people.handler.name, "石桥"):
        assert word not in text
    assert text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    kept = CalendarFeed.objects.get()
    assert kept.digest not in made and kept.last_read_on == TODAY


def test_it_follows_the_role(people, made):
    people.assigned()
    assert "SUMMARY" in Client().get(made).content.decode()
    grant = people.handler.grants.get()
    accounts.revoke_grant(grant=grant, by=people.security, on=TODAY)
    assert Client().get(made).status_code == 404


def test_a_session_is_not_read(people, made):
    """A signed-in browser gets the deadlines of the address's owner, not its user's own."""
    client = Client()
    client.force_login(people.host)
    people.matter()
    assert "SUMMARY" not in client.get(made).content.decode()
    wrong = made[:-5] + ("a" if made[-5] != "a" else "b") + ".ics"
    assert client.get(wrong).status_code == 404


def test_its_owner_takes_it_back(people, made):
    client = Client()
    client.force_login(people.handler)
    assert client.get(reverse("api:my_calendar")).status_code == 200
    with pytest.raises(PermissionDenied):
        actions.make(by=fresh(people.handler), at=timezone.now())
    assert client.post(reverse("api:revoke_calendar")).status_code == 302
    assert Client().get(made).status_code == 404
    again = client.post(reverse("api:make_calendar")).content.decode()
    assert made not in again and "/calendar/" in again


def test_an_ended_account_or_a_switched_off_use_closes_it(people, made):
    codes = [one for one in uses.USES if one != "api"]
    use_actions.choose_uses(codes=codes, by=fresh(people.office))
    parameters.forget()
    assert Client().get(made).status_code == 404
    use_actions.choose_uses(codes=list(uses.USES), by=fresh(people.office))
    parameters.forget()
    assert Client().get(made).status_code == 200
    accounts.end_account(user=people.handler, by=people.system)
    assert Client().get(made).status_code == 404


def test_an_administrator_has_none(people):
    for who in (people.system, people.security, people.auditor):
        client = Client()
        client.force_login(who)
        assert client.post(reverse("api:make_calendar")).status_code == 403


@pytest.mark.parametrize("words", ["Deadlines", "办理时限" * 30, "a;b,c\\d"])
def test_lines_are_folded_at_whole_letters(words):
    line = f"X-WR-CALNAME:{ical._text(words)}"
    folded = ical._folded(line)
    assert all(len(one.encode()) <= 75 for one in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line


def test_far_deadlines_come_later(people, made):
    matter = people.assigned()
    type(matter).objects.filter(pk=matter.pk).update(due_on=TODAY + timedelta(days=400))
    assert "SUMMARY" not in Client().get(made).content.decode()
