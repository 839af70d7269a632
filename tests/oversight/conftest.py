import pytest
from django.core.cache import cache
from django.test import Client

from tests.oversight.inspecting import Group


@pytest.fixture
def group(people):
    return Group(people)


@pytest.fixture
def browse(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def in_cache():
    """The names in the cache that hold these words."""

    def names(words):
        client = cache._cache.get_client()
        return [key.decode() for key in client.keys(f"{cache.key_prefix}:*{words}*")]

    return names


@pytest.fixture
def parked():
    """Whether a form is kept for its writer after the session has ended."""

    def kept(url, typed):
        answer = Client().post(url, typed)
        assert answer.status_code == 302
        return "draft" in answer.url

    return kept
