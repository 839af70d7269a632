import pytest

from tests.works.plant import Plant


@pytest.fixture
def plant(db):
    return Plant()
