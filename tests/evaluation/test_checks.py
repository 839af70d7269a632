"""Six checks of a ballot that work without us: the list, the count, the hash, the recount, the
paper, the draw (`test_polls.py` has the last one)."""

import re
import subprocess
import sys
from hashlib import sha256
from math import comb
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation import voting
from evaluation.actions import paper, paper_audits, polls
from evaluation.appraisal import counting
from evaluation.models import (
    Ballot,
    ClosingList,
    MeetingCount,
    PaperAudit,
    PaperBatch,
    SealedBallot,
)
from evaluation.models.paper import COMPARED, LINES
from evaluation.rules import polls as rules
from portal.models import AuditEntry
from portal.records import audit
from tests.day import TODAY
from tests.evaluation import makers
from tests.evaluation.makers import TICKS, typed
from tests.evaluation.test_polls import LISTING
from tests.reading import words

pytestmark = pytest.mark.each_run

RECOUNT = Path(__file__).parents[2] / "evaluation/recount.py"
NUMBER = re.compile(r"<strong>((?:[0-9A-F]{4} ){3}[0-9A-F]{4})</strong>")


def run(folder, name, content, *more, program=RECOUNT):
    """Run the downloaded program on a published file; return what it prints as {first word: the
    rest}."""
    (folder / name).write_bytes(content)
    command = [sys.executable, str(program), name, *more]
    said = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True).stdout
    return {key: rest for key, *rest in (line.split("\t") for line in said.splitlines())}


def vote(voter, one, code, **more):
    return words(voter.post("/vote/", typed(one, code=code, step="send", **more)))


# --- The list ----------------------------------------------------------------------------------


def test_a_voter_finds_the_own_number_in_the_list_and_nothing_is_there_before(
    people, opened, slips, one, at_the_door, tmp_path
):
    voter = Client()
    number = NUMBER.search(vote(voter, one, slips[0], number="1"))[1]
    for code in slips[1:4]:
        assert not NUMBER.search(vote(voter, one, code))
    page, file = f"/vote/list/{opened.pk}/", f"/vote/list/{opened.pk}/list.txt"
    # Shown once and never again.
    assert not NUMBER.search(vote(voter, one, slips[0], number="1"))
    for address in (page, file, f"/vote/list/{10**30}/", "/vote/list/0/"):
        answer = voter.get(address)
        assert answer.status_code == 404 and number not in words(answer)

    makers.listed(opened, by=people.office, returned=3)

    shown, published = voter.get(page), voter.get(file).content
    assert number in words(shown) and "<script" not in words(shown) and not shown.cookies
    assert shown.headers["Cache-Control"] == "no-store"
    assert "村民代表甲" in words(shown) and "县人大常委会" in words(shown)
    checked = run(tmp_path, "list.txt", published, number, "0000 0000 0000 0000")
    assert checked["ballots"] == ["4"] and checked["sorted, each once"] == ["yes"]
    assert checked[number.replace(" ", "")] == ["in the list"]
    assert checked["0" * 16] == ["NOT IN THE LIST"]
    # The program can also be downloaded from the door.
    program = b"".join(voter.get("/vote/recount.py").streaming_content)
    assert program == RECOUNT.read_bytes()
    assert "sealed" in words(voter.get(f"/en{page}"))


def test_the_number_tells_nothing_of_the_ticks(opened, one):
    public = bytes(opened.public_key)
    alike = [voting.seal({one.pk: TICKS}, "", public) for _n in range(2)]
    assert voting.fingerprint(alike[0]) != voting.fingerprint(alike[1])


# --- The count ---------------------------------------------------------------------------------


def test_slips_given_are_used_void_came_back_or_are_missing(people, opened, slips, one):
    polls.cast(slips[0], {one.pk: TICKS})
    polls.void_codes(opened, by=people.office)
    for code in polls.issue_codes(opened, by=people.office, count=7)[:3]:
        polls.cast(code, {one.pk: TICKS})
    makers.listed(opened, by=people.office, returned=3)

    listed = ClosingList.objects.get()
    assert (listed.given, listed.used, listed.voided, listed.returned) == (15, 4, 7, 3)
    assert listed.left == 1 and listed.fits and len(listed.rows) == listed.used


def test_numbers_that_do_not_fit_are_said_and_published(
    people, opened, slips, one, browse, settings
):
    polls.cast(slips[0], {one.pk: TICKS})
    with pytest.raises(ValidationError, match="对不上"):
        makers.listed(opened, by=people.office, returned=8)
    assert not ClosingList.objects.exists()
    # One more ballot than used slips, inserted past the door.
    SealedBallot.objects.create(poll=opened, sealed="extra")
    with pytest.raises(ValidationError, match="对不上"):
        makers.listed(opened, by=people.office, returned=7)
    client, address = browse("office"), reverse("evaluation:list_ballots", args=[opened.pk])
    sent = makers.OBSERVED | {"returned": "7"}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | {"remark": "多出一张，已报告"}).status_code == 302
    assert not ClosingList.objects.get().fits
    assert "多出一张" in words(client.get(opened.get_absolute_url()))
    settings.ROOT_URLCONF, settings.MIDDLEWARE = settings.DOOR_URLCONF, settings.DOOR_MIDDLEWARE
    page = words(Client().get(f"/vote/list/{opened.pk}/"))
    assert "多出一张" in page and 'class="problem"' in page


# --- The hash ----------------------------------------------------------------------------------


def test_the_hash_is_that_of_the_file_and_stands_in_the_audit_chain(
    people, opened, slips, one, browse, tmp_path
):
    for code in slips[:5]:
        polls.cast(code, {one.pk: TICKS})
    makers.listed(opened, by=people.office, returned=3)
    client = browse("office")
    answer = client.get(reverse("evaluation:drawn_file", args=[opened.pk, "list"]))
    content = b"".join(answer.streaming_content)
    listed = ClosingList.objects.get()

    assert run(tmp_path, "list.txt", content)["sha256"] == [listed.digest]
    assert sha256(content).hexdigest() == listed.digest
    assert listed.digest in words(client.get(opened.get_absolute_url()))
    entry = AuditEntry.objects.get(event="poll.listed")
    slips_told = [listed.given, listed.used, listed.voided, listed.returned]
    values = [listed.digest, *slips_told, *makers.OBSERVED.values()]
    assert entry.digest == audit.digest(values)
    audit.seal()
    assert not audit.verify().problems


def test_an_urn_that_is_not_the_published_one_is_not_opened(people, opened, slips, one):
    for code in slips[:5]:
        polls.cast(code, {one.pk: TICKS})
    makers.listed(opened, by=people.office, returned=3)
    other = voting.seal({one.pk: TICKS | {"overall": 5}}, "", bytes(opened.public_key))
    SealedBallot.objects.filter(pk=SealedBallot.objects.first().pk).update(sealed=other)

    with pytest.raises(ValidationError, match="柳湾村"):
        polls.close_poll(opened, by=people.office, at=timezone.now())
    assert not Ballot.objects.exists() and SealedBallot.objects.count() == 5
    (left,) = polls.close_polls(opened.cycle, by=people.office, at=timezone.now())
    assert left[0] == opened and "柳湾村" in left[1]


def test_a_list_comes_before_the_count_before_two_people_and_stays(people, opened, slips, one):
    polls.cast(slips[0], {one.pk: TICKS})
    with pytest.raises(PermissionDenied, match="清单"):
        polls.close_poll(opened, by=people.office, at=timezone.now())
    same = {"second_observer": makers.OBSERVED["observer"]}
    with pytest.raises(ValidationError, match="两"):
        makers.listed(opened, by=people.office, **same)
    for stranger in (people.desk, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            makers.listed(opened, by=stranger)
    makers.listed(opened, by=people.office)
    assert polls.cast(slips[1], {one.pk: TICKS}) == "closed"
    opened.refresh_from_db()
    assert not rules.may_issue_codes(people.office, opened)
    with pytest.raises(PermissionDenied):
        makers.listed(opened, by=people.office)
    for statement in (
        "UPDATE evaluation_closinglist SET used = 0",
        "DELETE FROM evaluation_closinglist",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert polls.close_poll(opened, by=people.office, at=timezone.now()).is_closed


# --- The recount -------------------------------------------------------------------------------


def marks_of(client, one, folder):
    answer = client.get(reverse("evaluation:marks_file", args=[one.pk]))
    if answer.status_code != 200:
        return answer.status_code
    content = b"".join(answer.streaming_content)
    return {line: [int(n) for n in sums] for line, sums in run(folder, "m", content).items()}


def test_the_published_ticks_give_the_published_sums(people, opened, slips, one, browse, tmp_path):
    for n, code in enumerate(slips):
        polls.cast(code, {one.pk: TICKS | {"overall": n % 5 + 1, "style": 2 if n < 4 else None}})
    counted = {"held_on": TODAY, "issued": 9, "returned": 9, "valid": 9}
    sums = dict.fromkeys(["attitude", "achievement", "overall"], [7, 1, 0, 0, 1])
    sums |= dict.fromkeys(["dining", "gifts", "retinue", "burden"], [1, 8, 0])
    MeetingCount.objects.create(
        poll=opened,
        appraised=one,
        counted_by=people.desk,
        counted_at=timezone.now(),
        style=[0] * 5,
        **counted,
        **sums,
    )
    makers.listed(opened, by=people.office)
    client = browse("office")
    assert marks_of(client, one, tmp_path) == 404
    polls.close_poll(opened, by=people.office, at=timezone.now())

    recounted = marks_of(client, one, tmp_path)
    tally = counting.results([one.pk], on=TODAY)[one.pk].tally
    # Only four ticked “style”: too few to be shown on the page or in the file.
    assert recounted == {line: tally[line] for line in LINES if line != "style"}
    assert sum(tally["style"]) == 4 and tally["overall"] == [9, 3, 2, 1, 2]
    # No row is a ballot: each line is sorted by itself.
    rows = (tmp_path / "m").read_text().splitlines()
    assert rows == sorted(rows, key=lambda row: (list(LINES).index(row.split("\t")[0]), row))
    assert "marks.tsv" in words(
        client.get(reverse("evaluation:ballots_of_appraised", args=[one.pk]))
    )
    # The appraised may download it once they may read the sums, strangers never.
    assert marks_of(browse("author"), one, tmp_path) == 404
    assert marks_of(browse("neighbour_office"), one, tmp_path) == 404


def test_the_ticks_of_few_ballots_are_not_published(people, opened, slips, one, browse, tmp_path):
    for code in slips[:4]:
        polls.cast(code, {one.pk: TICKS})
    makers.listed(opened, by=people.office)
    polls.close_poll(opened, by=people.office, at=timezone.now())
    assert marks_of(browse("office"), one, tmp_path) == 404


# --- The paper ---------------------------------------------------------------------------------

ALL_GOOD = dict.fromkeys(LINES, 1)


def heap(people, poll, one, sheets, **wrong):
    batch = paper.begin_batch(
        poll=poll, issued=sheets, sheets=sheets, by=people.desk, at=timezone.now()
    )
    rows = {(n, one.pk): ALL_GOOD | wrong for n in range(1, sheets + 1)}
    paper.type_sheets(batch=batch, rows=rows, by=people.desk, at=timezone.now())
    batch = paper.begin_second(batch=batch, by=people.desk2)
    return paper.type_sheets(batch=batch, rows=rows, by=people.desk2, at=timezone.now())


def seed(poll, people, **more):
    how = makers.THROWN | {"seed": makers.THROWS, "at": timezone.now()} | more
    return paper_audits.throw_for_paper_audit(poll, by=people.office, **how)


def compared(poll, people, *differing, by=None):
    return paper_audits.compare_drawn(
        poll,
        by=by or people.office,
        at=timezone.now(),
        differing=differing,
        observer="县人大代表",
        observer_of="县人大常委会",
    )


def test_anybody_draws_the_sheets_again_from_the_published_files(
    people, opened, one, browse, tmp_path
):
    heap(people, opened, one, 150)
    heap(people, opened, one, 50)
    paper_audits.begin_paper_audit(opened, by=people.desk, at=timezone.now())
    with pytest.raises(PermissionDenied):
        compared(opened, people)
    seed(opened, people)
    found = PaperAudit.objects.get()
    client = browse("office")
    for name in ("frame", "plan"):
        answer = client.get(reverse("evaluation:drawn_file", args=[opened.pk, f"paper-{name}"]))
        (tmp_path / f"{name}.tsv").write_bytes(b"".join(answer.streaming_content))
    listing = LISTING.search((Path(__file__).parents[2] / "docs/sampling.md").read_text())[1]
    (tmp_path / "redraw.py").write_text(listing)
    command = [sys.executable, "redraw.py", "frame.tsv", "plan.tsv", found.digits]
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode()

    assert sha256((tmp_path / "frame.tsv").read_bytes()).hexdigest() == found.frame_digest
    assert again == found.sample and len(set(found.drawn)) == COMPARED == 59
    assert {key.partition("-")[0] for key in found.drawn} == {"1", "2"}
    sheet = words(client.get(reverse("evaluation:drawn_sheets_print", args=[opened.pk])))
    assert sheet.count("□一致") == 59 and all(f"<td>{key}</td>" in sheet for key in found.drawn)


def wrong_at_most(total, n, found):
    """By definition: the largest number of wrong sheets for which so few differences are not
    rare."""
    rare = 0.05

    def so_few(wrong):
        ways = sum(comb(wrong, x) * comb(total - wrong, n - x) for x in range(found + 1))
        return ways / comb(total, n)

    return max(wrong for wrong in range(total + 1) if so_few(wrong) > rare)


@pytest.mark.parametrize(
    ("total", "n", "found"), [(200, 59, 0), (200, 59, 2), (1000, 59, 0), (60, 59, 0), (30, 30, 1)]
)
def test_the_bound_is_the_exact_one(total, n, found):
    audit_of = PaperAudit(
        sheets=total,
        sample="".join(f"paper\t0\t1/1-{at}\n" for at in range(n)),
        differing=[str(at) for at in range(found)],
    )
    assert audit_of.most_wrong == wrong_at_most(total, n, found)
    if (n, found) == (59, 0):
        assert audit_of.most_wrong <= 0.05 * total


def test_few_sheets_are_all_compared_and_by_nobody_who_typed(people, opened, one):
    heap(people, opened, one, 30)
    paper_audits.begin_paper_audit(opened, by=people.desk, at=timezone.now())
    found = PaperAudit.objects.get()
    assert len(found.drawn) == 30 and not found.needs_seed
    with pytest.raises(PermissionDenied):
        seed(opened, people)
    for typist in (people.desk, people.desk2):
        with pytest.raises(PermissionDenied, match="录入"):
            compared(opened, people, by=typist)
    with pytest.raises(ValidationError, match="9-9"):
        compared(opened, people, "9-9")
    compared(opened, people, "1-3")
    found.refresh_from_db()
    assert found.most_wrong == 1 and found.compared_by == people.office
    with pytest.raises(PermissionDenied):
        compared(opened, people)


def test_frozen_sheets_stay_and_an_unfinished_comparison_holds_the_count(people, opened, one):
    batch = heap(people, opened, one, 2)
    paper_audits.begin_paper_audit(opened, by=people.desk, at=timezone.now())
    for act in (
        lambda: paper.drop_batch(batch=batch, by=people.desk, reason="错"),
        lambda: heap(people, opened, one, 1),
        lambda: paper_audits.begin_paper_audit(opened, by=people.desk, at=timezone.now()),
        lambda: polls.close_poll(opened, by=people.office, at=timezone.now()),
    ):
        with pytest.raises(PermissionDenied):
            act()
    paper_audits.drop_paper_audit(opened, by=people.office, reason="重新录入")
    paper.drop_batch(batch=batch, by=people.desk, reason="错")
    assert not PaperBatch.objects.exists()
    heap(people, opened, one, 2)
    makers.listed(opened, by=people.office)
    paper_audits.begin_paper_audit(opened, by=people.desk, at=timezone.now())
    compared(opened, people)
    assert polls.close_poll(opened, by=people.office, at=timezone.now()).returned == 2
    assert PaperAudit.objects.get().differing == []


def test_a_seed_for_sheets_is_younger_than_their_list(people, opened, one):
    heap(people, opened, one, 60)
    now = timezone.now()
    paper_audits.begin_paper_audit(opened, by=people.desk, at=now)
    with pytest.raises(ValidationError, match="冻结"):
        seed(opened, people, at=now)
    with pytest.raises(ValidationError):
        seed(opened, people, seed="12345")
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperAudit.objects.update(digits="1" * 20, drawn_at=now)


def test_the_comparison_goes_through_its_pages(people, opened, one, browse, settings):
    heap(people, opened, one, 3)
    client, part = browse("desk"), reverse("evaluation:paper_of_poll", args=[opened.pk])
    client.post(reverse("evaluation:begin_paper_audit", args=[opened.pk]))
    client = browse("office")
    address = reverse("evaluation:compare_drawn", args=[opened.pk])
    sent = {"observer": "县人大代表", "observer_of": "县人大常委会"}
    for wrong in ("3", "1-2, x", "5-1"):
        answer = client.post(address, sent | {"differing": wrong})
        assert answer.status_code == 422 and PaperAudit.objects.get().differing is None
    client.post(address, sent | {"differing": "１-2、1-3"})
    assert PaperAudit.objects.get().differing == ["1-2", "1-3"]
    assert "县人大代表" in words(client.get(part))
    makers.listed(opened, by=people.office)
    settings.ROOT_URLCONF, settings.MIDDLEWARE = settings.DOOR_URLCONF, settings.DOOR_MIDDLEWARE
    page = words(Client().get(f"/vote/list/{opened.pk}/"))
    assert "95" in page and "paper-sample.txt" in page
    assert b"1-2" in Client().get(f"/vote/list/{opened.pk}/paper-sample.txt").content
    assert Client().get(f"/vote/list/{opened.pk}/paper-plan.txt").status_code == 200
    assert Client().get(f"/vote/list/{opened.pk}/other.txt").status_code == 404
