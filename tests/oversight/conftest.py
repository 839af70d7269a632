from uuid import uuid4

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client

from portal.pages.drafts import OWNER
from tests.oversight.inspecting import Group


@pytest.fixture
def group(people):
    return Group(people)


@pytest.fixture
def in_cache():
    """names(words) returns the cache keys that contain `words`."""

    def names(words):
        client = cache._cache.get_client()
        return [key.decode() for key in client.keys(f"{cache.key_prefix}:*{words}*")]

    return names


@pytest.fixture
def parked():
    """kept(url, typed, writer) returns whether a form is saved as the writer's draft after the
    session has ended, if it carries the signature of pages whose forms are saved."""

    def kept(url, typed, writer):
        signature = signing.dumps(writer.pk, salt=OWNER)
        answer = Client().post(url, typed | {"owner": signature, "key": str(uuid4())})
        assert answer.status_code == 302
        return "draft" in answer.url

    return kept
