"""The keys file: which key is newest, and what happens if the file is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.trust import keys

pytestmark = pytest.mark.each_run

ROOT = Path(__file__).resolve().parent.parent.parent


def with_ids(*ids):
    return keys.Keys(
        django_secret="s", contact_keys=dict.fromkeys(ids, b""), index_key=b"", audit_key=b""
    )


@pytest.mark.parametrize(
    ("ids", "newest"),
    [(["k1"], "k1"), (["k10", "k9", "k1"], "k10"), (["k9", "ka"], "ka"), (["k99", "k100"], "k100")],
)
def test_the_highest_number_is_the_newest_key(ids, newest):
    assert with_ids(*ids).contact_key_id == newest


def test_the_first_start_makes_keys_in_the_default_place_once(tmp_path):
    path = tmp_path / "var" / "keys.json"

    first = keys.load_or_make(path)

    assert keys.load_or_make(path) == first
    assert first.contact_key_id == "k1"
    assert path.stat().st_mode & 0o777 == 0o600


def test_making_keys_leaves_those_that_are_there(tmp_path):
    path = tmp_path / "keys.json"
    keys.make(path)
    before = path.read_bytes()

    keys.make(path)

    assert path.read_bytes() == before


def test_a_named_file_that_is_missing_is_one_clear_line_and_makes_nothing(tmp_path):
    path = tmp_path / "keys.json"

    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=os.environ | {"KEYS_FILE": str(path), "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert str(path) in done.stderr
    assert not path.exists()


@pytest.mark.parametrize("content", ["", "[]", '{"django_secret": "x"}', '{"contact_keys": 7'])
def test_a_damaged_file_is_one_clear_line(tmp_path, content):
    (tmp_path / "keys.json").write_text(content)

    for load in (keys.load, keys.load_door):
        with pytest.raises(keys.KeysProblem, match=r"keys\.json is damaged\. "):
            load(tmp_path / "keys.json")


def test_keys_are_prepared_before_they_are_used(tmp_path):
    path = tmp_path / "keys.json"
    first = keys.load_or_make(path)

    assert keys.prepare(path) == ("k2", "s1")
    prepared = keys.load(path)
    assert (prepared.contact_key_id, prepared.seal_key_id) == ("k1", "")
    assert prepared.django_secret == first.django_secret
    (coming,) = prepared.other_secrets

    assert keys.switch(path) == ("k2", "s1")
    switched = keys.load(path)
    assert (switched.contact_key_id, switched.seal_key_id) == ("k2", "s1")
    assert (switched.django_secret, switched.other_secrets) == (coming, (first.django_secret,))
    assert switched.contact_keys["k1"] == first.contact_keys["k1"]

    assert keys.forget_secrets(path) == 1
    assert keys.load(path).other_secrets == ()
    assert keys.prepare(path) == ("k3", "s2")


def test_a_file_that_cannot_be_written_is_one_clear_line(tmp_path, monkeypatch):
    path = tmp_path / "keys.json"
    keys.make(path)
    before = path.read_bytes()
    # Patched, since file modes do not stop root.
    monkeypatch.setattr(keys.os, "open", lambda *_: (_ for _ in ()).throw(OSError(13, "denied")))

    with pytest.raises(keys.KeysProblem, match="cannot be written: denied"):
        keys.prepare(path)

    assert path.read_bytes() == before
