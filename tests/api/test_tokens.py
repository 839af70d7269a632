"""Accounts of other systems and their tokens: three people involved, expiry, allowed addresses, a
secret shown once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from api.actions import tokens as actions
from api.models import Token
from portal import parameters, uses
from portal.actions import accounts
from portal.actions import uses as use_actions
from portal.duties import todo
from portal.models import AuditEntry, Reminder
from portal.roles import Role
from tests.api.calling import ALL, Caller, a_service, a_token, problem_of
from tests.day import TODAY
from tests.people import account, fresh
from tests.telling import tell


@pytest.fixture
def browse():
    def as_(user):
        client = Client()
        client.force_login(user)
        return client

    return as_


def test_three_hands_bring_a_token_about(browse, people):
    machine = account("machine", "热线对接", people.town_organ, Role.HOST, within=people.town_organ)
    typed = {"account": machine.pk, "system": "县12345热线", "responsible": people.host.pk}
    made = browse(people.system).post(reverse("api:declare_service"), typed)
    service = machine.service
    assert made.url == service.get_absolute_url()
    machine.refresh_from_db()
    assert not machine.has_usable_password()

    days = {"starts_on": TODAY.isoformat(), "ends_on": (TODAY + timedelta(days=90)).isoformat()}
    typed = {"name": "对接一", "scopes": ["hotline:write"], "addresses": "10.1.2.3，10.1.3.0/24"}
    browse(people.security).post(reverse("api:issue_token", args=[service.pk]), typed | days)
    token = Token.objects.get()
    assert token.addresses == ["10.1.2.3/32", "10.1.3.0/24"] and token.digest == ""
    page = browse(people.security).get(service.get_absolute_url()).content.decode()
    assert reverse("api:collect_token", args=[token.pk]) not in page

    answer = browse(people.host).post(reverse("api:collect_token", args=[token.pk]))
    token.refresh_from_db()
    secret = f"gsp_{token.key.hex}_"
    assert secret in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert len(token.digest) == 64 and token.collected_by == people.host
    again = browse(people.host).post(reverse("api:collect_token", args=[token.pk]))
    assert again.status_code == 403
    events = AuditEntry.objects.filter(event__regex="^(service|token)").order_by("pk")
    assert list(events.values_list("event", "actor")) == [
        ("service.declared", "system"),
        ("token.issued", "security"),
        ("token.collected", "host"),
    ]


def test_nobody_holds_two_of_the_three_parts(people):
    service = a_service(people)
    for by in (people.system, people.host, people.office, people.auditor):
        with pytest.raises(PermissionDenied):
            actions.issue(
                service=service,
                name="对接",
                scopes=ALL,
                addresses=["10.0.0.1"],
                starts_on=TODAY,
                ends_on=TODAY,
                by=by,
            )
    token = a_token(people, service, collect=False)
    for by in (people.system, people.security, people.host2, people.neighbour_host):
        with pytest.raises(PermissionDenied):
            actions.collect(token=token, by=by, at=timezone.now())
    for responsible in (people.system, people.security, people.auditor):
        with pytest.raises(ValidationError):
            actions.change_service(
                service=service, system="热线", responsible=responsible, by=people.system
            )


@pytest.mark.parametrize("who", ["author", "recipient", "security", "auditor"])
def test_no_person_and_nobody_sealed_becomes_a_system(people, who):
    """A token of a person's account would act in the person's name."""
    with pytest.raises(ValidationError):
        actions.declare(
            account=getattr(people, who),
            system="热线",
            responsible=people.host,
            by=people.system,
            at=timezone.now(),
        )


def test_a_system_that_becomes_an_administrator_is_shut_out(people):
    caller = Caller(people, role=Role.OFFICE, place=people.county)
    assert caller.get("/units").status_code == 200
    grants = caller.service.user.grants.all()
    grants.update(ends_on=TODAY - timedelta(days=1))
    accounts.give_grant(
        user=caller.service.user,
        role=Role.CONDUCT,
        organ=None,
        division=people.county,
        starts_on=TODAY,
        ends_on=None,
        by=people.security,
    )
    problem_of(caller.get("/units"), 401, "unauthorized")


def test_a_token_lasts_a_year_at_most(browse, people):
    service = a_service(people)
    page = reverse("api:issue_token", args=[service.pk])
    typed = {"name": "对接", "scopes": ["units:read"], "addresses": "10.1.2.3"}
    for ends_on, addresses in (
        (TODAY + timedelta(days=367), "10.1.2.3"),
        (TODAY, "0.0.0.0/0"),
        (TODAY, "hotline.example.cn"),
        (TODAY - timedelta(days=1), "10.1.2.3"),
    ):
        days = {"starts_on": TODAY.isoformat(), "ends_on": ends_on.isoformat()}
        answer = browse(people.security).post(page, typed | days | {"addresses": addresses})
        assert answer.status_code == 422, (ends_on, addresses)
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        a_token(people, service, collect=False, ends_on=TODAY + timedelta(days=400))
    assert not Token.objects.exists()


def test_what_ends_opens_nothing(people):
    caller = Caller(people)
    assert caller.get("/units").status_code == 200
    for starts, ends in ((1, 30), (-30, -1)):
        Token.objects.update(
            starts_on=TODAY + timedelta(days=starts), ends_on=TODAY + timedelta(days=ends)
        )
        problem_of(caller.get("/units"), 401, "unauthorized")
    Token.objects.update(starts_on=TODAY, ends_on=TODAY, addresses=["10.1.2.0/24"])
    problem_of(caller.get("/units"), 401, "unauthorized")
    caller.client.defaults["REMOTE_ADDR"] = "10.1.2.77"
    assert caller.get("/units").status_code == 200
    actions.revoke(token=caller.token, by=people.security, at=timezone.now())
    problem_of(caller.get("/units"), 401, "unauthorized")


def test_switched_off_all_is_closed_and_a_token_can_be_revoked(browse, people):
    caller = Caller(people)
    codes = [one for one in uses.USES if one != "api"]
    use_actions.choose_uses(codes=codes, by=fresh(people.office))
    parameters.forget()

    problem_of(caller.get("/units"), 401, "unauthorized")
    page = browse(people.host).post(reverse("api:revoke_token", args=[caller.token.pk]), {})
    assert page.status_code == 302
    caller.token.refresh_from_db()
    assert caller.token.is_revoked


def test_an_ended_account_is_shut_out(people):
    caller = Caller(people)
    accounts.end_account(user=caller.service.user, by=people.system)

    problem_of(caller.get("/units"), 401, "unauthorized")


def test_tokens_wait_with_their_people(people):
    service = a_service(people)
    token = a_token(people, service, collect=False)
    assert todo.counts(fresh(people.host))["token_collect"] == 1
    assert "token_collect" not in todo.counts(fresh(people.security))
    tell("token_", day=TODAY)
    told = Reminder.objects.filter(kind="token_collect")
    assert list(told.values_list("user", "link")) == [(people.host.pk, service.get_absolute_url())]

    actions.collect(token=token, by=fresh(people.host), at=timezone.now())
    assert todo.counts(fresh(people.host))["token_collect"] == 0
    Token.objects.update(ends_on=TODAY + timedelta(days=20))
    assert todo.counts(fresh(people.host))["token_ending"] == 1
    assert todo.counts(fresh(people.security))["token_renew"] == 1
    # The new token exists, so nothing is left to do.
    a_token(people, service, collect=False)
    assert todo.counts(fresh(people.host))["token_ending"] == 0
    assert todo.counts(fresh(people.security))["token_renew"] == 0
    # Nobody collected it in time, so that the old one ends without a successor.
    Token.objects.filter(digest="").update(issued_on=TODAY - timedelta(days=15))
    assert todo.counts(fresh(people.host))["token_ending"] == 1
    assert todo.counts(fresh(people.security))["token_renew"] == 1


def test_only_who_answers_for_a_system_sees_it(browse, people):
    service = a_service(people)
    a_token(people, service, collect=False)
    for who, expected in ((people.host, 200), (people.host2, 404), (people.neighbour_host, 404)):
        assert browse(who).get(service.get_absolute_url()).status_code == expected
    for name, one in (("services", "县12345热线"), ("tokens", "对接一")):
        for who in (people.host, people.system, people.security):
            assert one in browse(who).get(reverse(f"api:{name}"), {"tab": "all"}).content.decode()
        for who in (people.host2, people.office, people.neighbour_host):
            assert (
                one not in browse(who).get(reverse(f"api:{name}"), {"tab": "all"}).content.decode()
            )


def test_the_portals_role_deletes_no_token(people):
    a_token(people, a_service(people), collect=False)
    refused = pytest.raises(Exception, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_token")
