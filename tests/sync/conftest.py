"""Phones of the cast, and files of each test's own."""

import pytest

from tests.sync.phone import Phone


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def phone(people):
    return Phone(people.author)
