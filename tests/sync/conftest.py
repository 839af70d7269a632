"""Phones of the cast, and a separate media folder for each test."""

import pytest

from tests.sync.phone import Phone


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def phone(people):
    return Phone(people.author)
