import pytest

from tests.works.plant import Plant


@pytest.fixture
def plant(db):
    return Plant()


@pytest.fixture
def browse(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
