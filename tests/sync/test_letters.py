"""Letters of phones, and their content."""

import json
import uuid

import pytest
from django.conf import settings

from portal.trust import keys, phone_letters
from portal.trust.sealing import Unopenable
from sync import kinds


def test_a_letter_opens_for_its_purpose_alone():
    key, privates = settings.KEYS.phone_key, settings.KEYS.phone_privates
    letter = phone_letters.seal("走访".encode(), key, "sync.entry/1")

    assert letter.startswith(f"p256.{key[0]}.")
    assert phone_letters.unseal(letter, privates, "sync.entry/1").decode() == "走访"
    for wrong in (
        letter[:-4] + "AAAA",
        "h1." + letter,
        letter.replace("p256", "p257"),
        "",
        "p256.k9.AA",
    ):
        with pytest.raises(Unopenable):
            phone_letters.unseal(wrong, privates, "sync.entry/1")
    with pytest.raises(Unopenable):
        phone_letters.unseal(letter, privates, "sync.entry/2")


def test_a_letter_of_bytes_opens_as_bytes():
    key, privates = settings.KEYS.phone_key, settings.KEYS.phone_privates
    letter = phone_letters.seal_bytes(b"\xff.\x00.", key, "sync.part/1/2")

    assert phone_letters.unseal_bytes(letter, privates, "sync.part/1/2") == b"\xff.\x00."
    with pytest.raises(Unopenable):
        phone_letters.unseal_bytes(letter[:-1], privates, "sync.part/1/2")


def test_an_older_key_still_opens_once_a_newer_one_seals(tmp_path):
    """Older keys files need no change, since letter keys are derived from contact keys."""
    keys.make(tmp_path / "keys.json")
    before = keys.load(tmp_path / "keys.json")
    letter = phone_letters.seal(b"x", before.phone_key, "sync.entry/1")

    written = json.loads((tmp_path / "keys.json").read_text())
    written["contact_keys"]["k2"] = keys._random()
    (tmp_path / "keys.json").write_text(json.dumps(written))
    after = keys.load(tmp_path / "keys.json")

    assert after.phone_key[0] == "k2" and len(after.phone_key[1]) == 65
    assert after.phone_key[1] != before.phone_key[1]
    assert phone_letters.unseal(letter, after.phone_privates, "sync.entry/1") == b"x"


def written(**more):
    entry = {
        "id": str(uuid.uuid4()),
        "kind": "visit",
        "fields": {"summary": ["a"]},
        "made": "2026-12-01T09:30:00+08:00",
        "v": 1,
    }
    return json.dumps(entry | more).encode()


def test_an_entry_is_read_as_it_was_written():
    part = {"name": "1.jpg", "sha256": "a" * 64, "size": 7}
    key = str(uuid.uuid4())
    command = kinds.parse(written(id=key, parts=[part], about="17", fields={"a": ["1", "2"]}))

    assert (str(command.id), command.kind, command.about) == (key, "visit", "17")
    assert command.parts == (kinds.NamedPart("1.jpg", "a" * 64, 7),)
    assert command.query(b="3").getlist("a") == ["1", "2"]
    assert command.query()["key"] == key


def test_half_a_character_and_a_null_character_are_not_kept():
    command = kinds.parse(written(fields={"a": ["x\ud800\0y"]}))

    assert command.fields == {"a": ("x?y",)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "6F1C"},
        {"id": 7},
        {"kind": "Visit"},
        {"kind": None},
        {"fields": {"a": "b"}},
        {"fields": {"a": [1]}},
        {"fields": []},
        {"corrects": ""},
        {"base": {"a": 1}},
        {"parts": [{"name": "1.jpg", "sha256": "a", "size": 1}]},
        {"parts": [{"name": "1.jpg", "sha256": "a" * 64, "size": True}]},
        {"parts": [{"name": "1.jpg", "sha256": "a" * 64, "size": 0}]},
        {"parts": [{"name": "1.jpg", "sha256": "a" * 64, "size": 10**9}]},
        {"parts": [{"name": "1.jpg", "sha256": "a" * 64, "size": 1}] * 2},
        {"parts": {}},
    ],
    ids=str,
)
def test_what_is_no_entry_is_told_apart(wrong):
    if wrong == {"parts": {}}:
        assert kinds.parse(written(**wrong)).parts == ()
        return
    with pytest.raises(kinds.Malformed):
        kinds.parse(written(**wrong))


def test_deep_nesting_is_no_entry():
    with pytest.raises(kinds.Malformed):
        kinds.parse(b"[" * 200_000)


def test_a_newer_version_is_told_apart():
    with pytest.raises(kinds.Newer):
        kinds.parse(written(v=2))
    with pytest.raises(kinds.Newer):
        kinds.kind_of(kinds.parse(written(kind="song")))
