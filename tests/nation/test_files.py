"""The signed file: refused if signed by another key, older than the last one, or damaged."""

import gzip
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ValidationError
from django.utils import timezone

from nation import actions, files, wire
from nation.models import CellState, CellTotal, Member, Way
from portal.models import AuditEntry

KEY, OTHER_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
MONTH = date(2026, 3, 1)
ROWS = [
    ("matters", "530102", "", MONTH, "01", 7),
    ("matters", "", "Q-1", MONTH, "", 12),
    ("visits", "", "", MONTH, "", None),
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _members(db):
    for cell, key in (("53", KEY), ("61", OTHER_KEY)):
        actions.join(cell, Way.FILE, key=files.public_text(key), by="test", at=timezone.now())


def packed(rows=ROWS, *, cell="53", version=wire.VERSION, age=0, key=KEY):
    return files.signed(cell, version, timezone.now() - timedelta(hours=age), rows, key)


def take_in(content):
    return actions.take_in(content, by="test", at=timezone.now())


def refusal(content):
    with pytest.raises(ValidationError) as found:
        take_in(content)
    return found.value.messages[0]


def known(cell="53"):
    return sorted(
        (r.figure, r.division_code, r.organ_code, r.day, r.part, r.n)
        for r in CellTotal.objects.filter(cell=cell)
    )


def test_what_was_written_is_taken_in():
    state = take_in(packed())

    assert known() == sorted(ROWS)
    assert state == CellState.objects.get(cell="53")
    assert AuditEntry.objects.filter(event="nation.taken_in").count() == 1


def test_a_newer_file_takes_the_place_of_the_older():
    take_in(packed(age=2))
    take_in(packed(ROWS[:1], age=1))

    assert known() == ROWS[:1]


def test_an_older_file_is_refused():
    take_in(packed(age=1))
    same = packed(age=0)
    take_in(same)

    assert refusal(packed(age=1))
    # Sent again.
    assert refusal(same)
    assert len(known()) == 3


def test_the_key_of_another_cell_is_refused():
    said = refusal(packed(key=OTHER_KEY))

    assert "53" in said
    assert not known()


def test_a_cell_that_has_not_joined_is_refused():
    assert "44" in refusal(packed(cell="44"))


def test_a_cell_that_comes_by_replication_sends_no_files():
    Member.objects.filter(cell="53").update(way=Way.REPLICATION)

    assert refusal(packed())


def test_another_version_is_refused():
    assert str(wire.VERSION + 1) in refusal(packed(version=wire.VERSION + 1))


def test_a_file_from_the_future_is_refused():
    assert refusal(packed(age=-1))
    assert not known()


@pytest.mark.parametrize("at", [0, 2])
def test_a_changed_file_is_refused(at):
    lines = gzip.decompress(packed()).split(b"\n", 2)
    lines[at] = lines[at].replace(b"7", b"8").replace(b"53", b"54").replace(b"a", b"b")

    assert refusal(gzip.compress(b"\n".join(lines)))
    assert not known()


def test_a_changed_signature_is_refused():
    head, signature, body = gzip.decompress(packed()).split(b"\n", 2)
    signature = (b"B" if signature[:1] == b"A" else b"A") + signature[1:]

    assert refusal(gzip.compress(b"\n".join([head, signature, body])))
    assert not known()


NO_FILES = {"empty": b"", "zip": b"PK\x03\x04"}
NO_FILES |= {"gzip": gzip.compress(b""), "object": gzip.compress(b"{}")}


@pytest.mark.parametrize("content", NO_FILES.values(), ids=NO_FILES.keys())
def test_what_is_no_file_of_totals_is_refused(content):
    assert refusal(content)


@pytest.mark.parametrize(
    "row",
    [
        ("matters", "530102", "", MONTH, "01", 3),
        ("matters", "530102001", "", MONTH, "01", 7),
        ("matters", "530102", "Q-1", MONTH, "01", 7),
        ("matters", "530102", "", MONTH, "王小二", 7),
        ("matters", "", "县委办", MONTH, "", 7),
    ],
)
def test_signed_rows_too_are_looked_at(row):
    assert refusal(packed([row]))
    assert not known()


def test_signed_rows_that_are_no_text_are_refused():
    body = b"matters\t530102\t\t2026-03\t01\t\xff\n"

    assert refusal(files.sealed("53", wire.VERSION, timezone.now(), 1, body, KEY))
    assert not known()


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(files, "LONGEST", 1000)

    assert refusal(gzip.compress(bytes(10_000)))


def test_a_cell_writes_its_own_file(settings, tmp_path):
    settings.VAR_DIR, settings.CELL = tmp_path, "53"
    with pytest.raises(files.FileProblem):
        files.write(tmp_path / "first.totals")
    CellState.objects.create(cell="53", version=wire.VERSION, as_of=timezone.now())
    CellTotal.objects.create(
        cell="53",
        figure="matters",
        division_code="5301",
        organ_code="",
        day=MONTH,
        part="",
        n=11,
    )
    # A row of another cell, which is not part of this one's file.
    CellTotal.objects.create(
        cell="61",
        figure="matters",
        division_code="6101",
        organ_code="",
        day=MONTH,
        part="",
        n=11,
    )
    _as_of, count = files.write(tmp_path / "totals")
    own = files.public_text(files.private_key())

    assert count == 1
    cell, _version, _moment, rows = files.read((tmp_path / "totals").read_bytes(), lambda _: own)
    assert (cell, rows) == ("53", [("matters", "5301", "", MONTH, "", 11)])
    assert (tmp_path / "nation-key").stat().st_mode & 0o777 == 0o600
