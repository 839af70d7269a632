"""Without a cache, pages work but sign-in does not."""

import socket

import pytest
from django.urls import reverse
from redis.exceptions import ConnectionError as Unreachable

from portal.run.kept_redis import KeptRedisCache


@pytest.fixture
def gone(monkeypatch):
    """The address of a missing server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


def test_what_is_kept_there_is_not_found(gone):
    cache = KeptRedisCache(gone, {})

    cache.set("a", 1)
    assert cache.get("a") is None and cache.get("a", 2) == 2
    assert cache.get_many(["a", "b"]) == {}
    assert cache.add("a", 1) is True
    assert cache.set_many({"a": 1}) == []
    assert cache.delete("a") is False
    cache.delete_many(["a"])


@pytest.mark.parametrize("call", ["get", "add"])
def test_guards_of_signing_in_stay_strict(gone, call):
    given = ("y",) if call == "add" else ()
    with pytest.raises(Unreachable):
        getattr(KeptRedisCache(gone, {}), call)("allauth.mfa.totp.used?user=1", *given)


def test_the_door_is_told(gone, settings):
    settings.DOOR = True
    with pytest.raises(Unreachable):
        KeptRedisCache(gone, {}).get("a")


def test_pages_answer_without_it(gone, settings, client, people):
    client.force_login(people.author)
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": gone}}

    for name in ("outreach:today", "outreach:matters", "outreach:visits", "outreach:new_visit"):
        assert client.get(reverse(name)).status_code == 200, name
