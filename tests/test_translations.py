"""Chinese is complete: nothing untranslated, nothing fuzzy, nothing left over."""

import io
import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portal.management.commands import catalogue

pytestmark = pytest.mark.each_run


@pytest.fixture(scope="module")
def wanted():
    return catalogue.collect()


def test_every_message_is_translated(wanted, monkeypatch):
    monkeypatch.setattr(catalogue, "collect", lambda: wanted)
    assert catalogue.problems() == []


def test_placeholders_survive_translation():
    with catalogue.catalogue_path().open("rb") as file:
        messages = [m for m in read_po(file, locale="zh_Hans") if m.id]
    names = re.compile(r"%\(\w+\)s|%s")

    lost = [
        m.id
        for m in messages
        for source in [m.id if isinstance(m.id, str) else m.id[1]]
        for target in [m.string if isinstance(m.string, str) else m.string[0]]
        if set(names.findall(source)) != set(names.findall(target))
    ]
    assert lost == []


def test_one_english_word_may_have_two_chinese_ones(wanted):
    lines = io.BytesIO(b'npgettext("visits", "%(n)s left", "%(n)s left", n)')
    counted = Catalog()
    catalogue._add(counted, lines, "one.py")

    assert wanted.get("Since", "session") is not None
    assert wanted.get("Since", "organ or unit") is not None
    assert [(m.id, m.context) for m in counted if m.id] == [(("%(n)s left",) * 2, "visits")]
