"""A copy of the database, or of the cache, signs nobody in."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse

from portal.pages.sessions import SessionStore, digest
from tests.people import PASSWORD


def signed_in(client, people):
    client.post(reverse("account_login"), {"login": "host", "password": PASSWORD})
    return client.cookies["sessionid"].value


def test_the_cookie_stands_nowhere(client, people):
    cookie = signed_in(client, people)

    assert client.get("/roles/").status_code == 200
    keys = set(Session.objects.values_list("session_key", flat=True))
    assert digest(cookie) in keys
    assert cookie not in keys
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [digest(cookie)]
    assert cache.get(SessionStore.cache_key_prefix + digest(cookie))
    assert not cache.get(SessionStore.cache_key_prefix + cookie)


def test_what_the_database_holds_is_no_cookie(client, people):
    cookie = signed_in(client, people)
    stranger = type(client)()

    stranger.cookies["sessionid"] = digest(cookie)

    assert stranger.get("/roles/").status_code == 302


def test_the_cookie_keeps_its_attributes(client, people):
    answer = client.post(reverse("account_login"), {"login": "host", "password": PASSWORD})

    given = answer.cookies["sessionid"]
    assert given["httponly"] and given["samesite"] == "Lax"
    assert len(given.value) == 32


def test_signing_in_changes_the_cookie_and_signing_out_takes_it_away(client, people):
    client.cookies["sessionid"] = "of-somebody-who-set-it-before-me"
    cookie = signed_in(client, people)
    assert cookie != "of-somebody-who-set-it-before-me"

    answer = client.post(reverse("account_logout"))

    assert answer.cookies["sessionid"].value == ""
    assert not Session.objects.filter(session_key=digest(cookie)).exists()


def test_somebody_ends_another_of_their_sessions(client, people):
    signed_in(client, people)
    other = type(client)()
    signed_in(other, people)

    page = client.get(reverse("usersessions_list"))
    assert page.status_code == 200
    client.post(reverse("usersessions_list"))

    assert other.get("/roles/").status_code == 302
    assert client.get("/roles/").status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "é", "a" * 5000])
def test_an_odd_cookie_is_nobody(client, db, cookie):
    client.cookies["sessionid"] = cookie

    assert client.get("/roles/").status_code == 302
