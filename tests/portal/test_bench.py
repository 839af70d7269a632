"""What `make bench` keeps of several runs; the measuring itself is no test."""

import json

import pytest

from bench.__main__ import keep


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.delenv("BENCH_ONLY", raising=False)
    return tmp_path / "latest.json"


def limit(part, name, measured):
    return {"part": part, "name": name, "measured": measured, "limit": 2, "ok": True}


def kept(file):
    return {one["name"]: (one["measured"], one["at"]) for one in read(file)["limits"]}


def read(file):
    return json.loads(file.read_text())


def test_a_run_of_one_part_leaves_the_others_with_their_time(file):
    keep(file, [limit("sheet", "a", 1), limit("pages", "b", 1)], [], at="Monday")

    keep(file, [limit("pages", "c", 2)], [], at="Tuesday")

    assert kept(file) == {"a": (1, "Monday"), "c": (2, "Tuesday")}
    assert read(file)["at"] == "Tuesday"


def test_a_narrowed_run_replaces_what_it_measured_and_says_so(file, monkeypatch):
    keep(file, [limit("pages", "b", 1), limit("pages", "c", 1)], [], at="Monday")
    monkeypatch.setenv("BENCH_ONLY", "text search")

    keep(file, [limit("pages", "c", 2)], [], at="Tuesday")

    assert kept(file) == {"b": (1, "Monday"), "c": (2, "Tuesday")}
    assert [one.get("only") for one in read(file)["limits"]] == [None, "text search"]


def test_a_broken_part_keeps_its_old_numbers_until_it_runs_again(file):
    keep(file, [limit("sheet", "a", 1), limit("pages", "b", 1)], [], at="Monday")
    keep(file, [], ["pages"], at="Tuesday")

    assert (kept(file)["b"], read(file)["broken"]) == ((1, "Monday"), ["pages"])

    keep(file, [limit("pages", "b", 2)], [], at="Wednesday")

    assert (kept(file)["b"], read(file)["broken"]) == ((2, "Wednesday"), [])


def test_numbers_of_an_older_file_get_the_time_of_their_run(file):
    file.write_text(json.dumps({"at": "Sunday", "limits": [limit("sheet", "a", 1)], "broken": []}))

    keep(file, [limit("pages", "b", 2)], [], at="Monday")

    assert kept(file) == {"a": (1, "Sunday"), "b": (2, "Monday")}
