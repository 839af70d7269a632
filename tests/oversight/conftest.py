import pytest

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
