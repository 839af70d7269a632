"""The sample of call-backs is drawn with a month's key, and anybody can repeat the draw
afterwards."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import call_back_keys, follow_ups
from outreach.models import CallBackKey, FollowUp
from outreach.rules.call_back_keys import is_shown, month_after, month_of, shown_from
from portal import parameters
from portal.models import AuditEntry
from tests.day import BEGINS, TODAY

RESULTS = 12


def moment(day, hour=10):
    return BEGINS.replace(year=day.year, month=day.month, day=day.day, hour=hour)


@pytest.fixture
def half(monkeypatch):
    norm = parameters.Norm("", "0.5", "", "")
    monkeypatch.setitem(parameters.NORMS, "matter.callback_sample", norm)


def results(people, days):
    """A result given on each of these days."""
    return [
        people.move(people.reported(), "pass_review", people.desk, at=moment(day)) for day in days
    ]


def called():
    return set(FollowUp.objects.filter(kind="sample").values_list("matter", flat=True))


def night_after(day):
    night = day + timedelta(days=1)
    return follow_ups.draw_sample(on=night, at=moment(night, 2))


def drawn_again(key, lines):
    """The numbers drawn for a call, computed only from what is published."""
    found = set()
    for name, _day, share, _called in lines:
        digits = hashlib.sha256(f"{key}\tunit\t{name}".encode()).hexdigest()[:13]
        if int(digits, 16) / 16**13 < float(share):
            found.add(name)
    return found


def lines_of(response):
    return [line.split("\t") for line in b"".join(response.streaming_content).decode().splitlines()]


def test_hashes_are_published_ahead_and_stay():
    night = moment(TODAY, 2)
    call_back_keys.publish_keys(on=TODAY, at=night)
    call_back_keys.publish_keys(on=TODAY, at=night)
    this, following = CallBackKey.objects.order_by("month")

    assert (this.month, following.month) == (month_of(TODAY), month_after(month_of(TODAY)))
    assert following.published_at.date() < following.month
    secret = call_back_keys.secret_of(following)
    assert hashlib.sha256(secret.encode()).hexdigest() == following.digest
    assert secret not in following.secret_cipher and secret != call_back_keys.secret_of(this)
    assert AuditEntry.objects.filter(event="follow_up.key_published").count() == 2


def test_a_key_cannot_be_changed():
    call_back_keys.publish_keys(on=TODAY, at=moment(TODAY))
    for change in (
        lambda: CallBackKey.objects.update(digest="0" * 64),
        lambda: CallBackKey.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


@pytest.mark.parametrize("month", [date(2026, 1, 1), date(2026, 9, 1), date(2026, 12, 1)])
def test_a_key_is_shown_when_all_its_calls_are_due(month):
    key = CallBackKey(month=month)
    last = month_after(month) - timedelta(days=1)
    latest = last + timedelta(days=7)

    assert not is_shown(key, on=last) and not is_shown(key, on=latest)
    assert latest < shown_from(key) < latest + timedelta(days=31)
    assert is_shown(key, on=shown_from(key))


def test_everybody_draws_the_month_again_with_its_key(people, half, client):
    first = month_of(TODAY)
    call_back_keys.publish_keys(on=first - timedelta(days=9), at=moment(first - timedelta(days=9)))
    days = [first + timedelta(days=n) for n in range(RESULTS)]
    matters = results(people, days)
    for day in days:
        night_after(day)
    key = CallBackKey.objects.get(month=first)

    for who in ("supervisor", "office"):
        client.force_login(getattr(people, who))
        address = reverse("outreach:call_back_results", args=[key.pk])
        page = client.get(reverse("outreach:call_back_keys")).content.decode()
        assert key.digest in page and call_back_keys.secret_of(key) not in page
        assert client.get(address).status_code == 404

    rows = follow_ups.results_of(key, people.supervisor)
    names = {f"{one.number_label}/0": one.pk for one in matters}
    assert {row[0] for row in rows} == set(names)
    secret = call_back_keys.secret_of(key)
    again = {names[name] for name in drawn_again(secret, rows)}
    assert again == called() == {names[row[0]] for row in rows if row[3]}
    assert 0 < len(again) < RESULTS


def test_key_and_results_are_found_by_supervisor_and_office(people, half, client):
    """For a month whose calls are due."""
    past = month_of(TODAY - timedelta(days=120))
    call_back_keys.publish_keys(on=past, at=moment(past, 0))
    (matter,) = results(people, [past + timedelta(days=3)])
    night_after(past + timedelta(days=3))
    key = CallBackKey.objects.get(month=past)
    for who in ("supervisor", "office"):
        client.force_login(getattr(people, who))
        page = client.get(reverse("outreach:call_back_keys")).content.decode()
        assert key.digest in page and call_back_keys.secret_of(key) in page
        lines = lines_of(client.get(reverse("outreach:call_back_results", args=[key.pk])))
        assert [line[0] for line in lines] == [f"{matter.number_label}/0"]
        secret = call_back_keys.secret_of(key)
        assert bool(drawn_again(secret, lines)) == bool(called()) == (lines[0][3] == "1")
    client.force_login(people.neighbour_office)
    assert lines_of(client.get(reverse("outreach:call_back_results", args=[key.pk]))) == []


def test_a_result_is_drawn_by_the_key_of_its_own_month(people, half):
    last = month_of(TODAY) - timedelta(days=1)
    call_back_keys.publish_keys(on=last - timedelta(days=40), at=moment(last - timedelta(days=40)))
    matters = results(people, [last] * RESULTS)
    night_after(last)
    before = called()
    night_after(last + timedelta(days=2))

    assert called() == before
    key = CallBackKey.objects.get(month=month_of(last))
    again = drawn_again(call_back_keys.secret_of(key), follow_ups.results_of(key, people.office))
    assert {one.pk for one in matters if f"{one.number_label}/0" in again} == before


def test_what_the_audits_key_drew_is_not_drawn_again_and_the_page_says_so(people, client, half):
    """On the first night with keys: earlier results were drawn in the nights before."""
    results(people, [TODAY - timedelta(days=n) for n in (2, 3, 4, 5) for _one in range(6)])

    assert follow_ups.draw_sample(on=TODAY, at=timezone.now()) == 0
    client.force_login(people.supervisor)
    page = client.get(reverse("outreach:call_back_keys")).content.decode()
    assert "审计密钥" in page


def test_the_share_is_met_and_another_key_draws_others():
    names = [f"MQ2026-{n:04d}/0" for n in range(5000)]
    drawn = [name for name in names if call_back_keys.is_in_sample("a" * 64, name, 0.2)]

    assert 850 < len(drawn) < 1150
    assert drawn != [name for name in names if call_back_keys.is_in_sample("b" * 64, name, 0.2)]


def test_the_list_of_keys_costs_the_same_for_one_row_and_three(
    people, client, django_assert_num_queries
):
    client.force_login(people.supervisor)
    address = reverse("outreach:call_back_keys")
    call_back_keys.publish_keys(on=TODAY - timedelta(days=200), at=timezone.now())
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    call_back_keys.publish_keys(on=TODAY - timedelta(days=300), at=timezone.now())
    with django_assert_num_queries(QUERIES):
        client.get(address)


QUERIES = 9
