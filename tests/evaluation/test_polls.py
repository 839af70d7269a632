"""Polls: who is drawn, codes, voting at the door and by phone, closing and counting."""

import random
import re
import subprocess
import sys
import zlib
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demo.evaluation import polls as demo
from evaluation import voting
from evaluation.actions import cycles, paper, polls
from evaluation.actions.words import print_link
from evaluation.acts.polls import _what_opening_is
from evaluation.appraisal import counting, frames, hooks, seed_of_opening
from evaluation.door import codes
from evaluation.models import (
    Appraised,
    Ballot,
    BallotCode,
    BallotComment,
    Cycle,
    MeetingCount,
    PaperBatch,
    Poll,
    PollSample,
    SealedBallot,
    SeedThrow,
)
from evaluation.models.ballots import Answer, Question
from evaluation.models.schemes import Dimension, Mark
from evaluation.rules import polls as rules
from outreach.door import wrong_codes
from outreach.models import ContactArea, DoorTry, Household
from outreach.models.cards import with_check_digit
from portal.duties import reminders, todo
from portal.models import AuditEntry, Job, Reminder
from portal.run import jobs
from portal.trust.access import Decision
from tests.day import TODAY
from tests.evaluation import makers
from tests.evaluation.makers import TICKS, prepared, typed
from tests.reading import words
from tests.telling import tell

# --- making, drawing ---------------------------------------------------------------------------

LISTING = re.compile(r"```python\n(.*?)```", re.S)


def test_each_unit_served_has_one_poll_and_all_stand_on_its_slip(people):
    cycle = makers.cycle(people)
    here = makers.appraised(people, cycle, unit=people.village)
    both = makers.appraised(people, cycle, cadre=people.neighbour)
    makers.appraised(
        people, cycle, cadre=people.cadre2, unit=people.village, left_out_reason="驻村不足半年"
    )
    start = cycle.starts_on
    for unit in (people.village, people.other_village):
        ContactArea.objects.create(cadre=people.neighbour, unit=unit, starts_on=start)

    for area in (people.village, people.other_village):
        assert not Poll.objects.filter(unit=area).exists()
    assert polls.make_polls(cycle, by=people.office) == 2
    assert polls.make_polls(cycle, by=people.office) == 0
    shared, alone = cycle.polls.get(unit=people.village), cycle.polls.get(unit=people.other_village)
    assert set(shared.appraised.all()) == {here, both}
    assert set(alone.appraised.all()) == {both}
    assert (shared.county, shared.host_organ) == (people.county, people.town_organ)
    for stranger in (people.host, people.author, people.desk):
        with pytest.raises(PermissionDenied):
            polls.make_polls(cycle, by=stranger)
    Cycle.objects.update(state="open")
    with pytest.raises(PermissionDenied):
        polls.make_polls(cycle, by=people.office)


def test_a_cycle_has_few_statements_for_many_polls(people, django_assert_max_num_queries):
    cycle = makers.cycle(people)
    for unit in (people.village, people.other_village):
        makers.appraised(
            people,
            cycle,
            unit=unit,
            cadre=[people.cadre, people.cadre2][unit == people.other_village],
        )
    with django_assert_max_num_queries(20):
        polls.make_polls(cycle, by=people.office)
    assert cycle.polls.count() == 2


def served_there(people):
    """Matters and households of 柳湾村, including some that must not be disturbed."""
    people.matter(title="东支渠淤堵")
    people.matter(title="匿名反映", confidentiality="anonymous", raiser_name="", raiser_phone="")
    people.matter(title="姓名不让乡镇知道", confidentiality="organisation")
    people.matter(title="干部发现", raiser_kind="found", raiser_name="", raiser_phone="")
    people.matter(title="别处的事", place=people.other_village, by=people.neighbour_cadre)
    doors = [
        Household(unit=people.village, serial=serial, display_name="李××户", do_not_disturb=quiet)
        for serial, quiet in (("12", False), ("13", True), ("14", False))
    ]
    Household.objects.bulk_create(doors)
    people.visit(households=[doors[0]])
    return doors


def test_those_served_are_references_and_some_are_left_in_peace(people, poll):
    ContactArea.objects.create(
        cadre=people.neighbour, unit=people.other_village, starts_on=poll.cycle.starts_on
    )
    served_there(people)
    household, matter = frames.served(poll)

    assert matter.startswith("household:") or household.startswith("MQ")
    assert {household, matter} >= {"household:12"}
    assert not any("李" in one for one in (household, matter))
    poll.cycle.ends_on = poll.cycle.starts_on
    assert frames.served(poll) == []


def redrawn(folder, poll, people, browse):
    """The sample file that the listing in docs/sampling.md prints from the published files."""
    listing = LISTING.search((Path(__file__).parents[2] / "docs/sampling.md").read_text())[1]
    (folder / "redraw.py").write_text(listing)
    client = browse("office")
    for name in ("frame", "plan"):
        answer = client.get(reverse("evaluation:drawn_file", args=[poll.pk, name]))
        (folder / f"{name}.tsv").write_bytes(b"".join(answer.streaming_content))
    command = [sys.executable, "redraw.py", "frame.tsv", "plan.tsv", poll.throw.digits]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout


def test_anybody_draws_the_voters_again_from_the_published_files(people, poll, browse, tmp_path):
    served_there(people)
    drawn = prepared(poll, people)
    again = redrawn(tmp_path, drawn, people, browse)

    assert (drawn.served_found, drawn.served_digest) == (2, "")
    assert sha256((tmp_path / "frame.tsv").read_bytes()).hexdigest() == drawn.frame_digest
    assert sha256(again).hexdigest() == drawn.result_digest
    sample = browse("office").get(reverse("evaluation:drawn_file", args=[poll.pk, "sample"]))
    assert b"".join(sample.streaming_content) == again
    rows = [line.split("\t") for line in again.decode().splitlines()]
    order = {
        stratum: [key.partition("/")[2] for one, _batch, key in rows if one == stratum]
        for stratum in ("served", "roster")
    }
    first = drawn.sample.order_by("pk").values_list("stratum", "reference")
    assert sorted(one for stratum, one in first if stratum == "served") == sorted(order["served"])
    assert [one for stratum, one in first if stratum == "roster"] == order["roster"][:8]

    # Substitutes continue the same order, even if more people were served since.
    people.matter(title="后来登记的事")
    found = polls.draw_substitutes(poll, by=people.office, stratum="roster", count=2)
    assert [one.reference for one in found] == order["roster"][8:10]
    assert [(one.position, one.is_substitute) for one in found] == [(9, True), (10, True)]
    with pytest.raises(ValidationError):
        polls.draw_substitutes(poll, by=people.office, stratum="served", count=1)


def seed_for(poll, people, *, seed=makers.THROWS, at=None, **how):
    how = makers.THROWN | how
    at = at or timezone.now()
    return polls.enter_seed(poll.cycle, by=people.office, at=at, seed=seed, **how)


def known(poll, people):
    sizes = {"roster_size": 300, "served_wanted": 5, "roster_wanted": 8}
    return polls.set_roster(poll, by=people.desk, **sizes)


def frozen(poll, people):
    polls.freeze_frames(known(poll, people).cycle, by=people.office, at=timezone.now())
    poll.refresh_from_db()
    return poll


def test_a_seed_comes_after_the_frame(people, poll):
    with pytest.raises(PermissionDenied, match="骰子"):
        seed_for(known(poll, people), people)
    with pytest.raises(PermissionDenied):
        polls.freeze_frames(poll.cycle, by=people.desk, at=timezone.now())
    frozen(poll, people)
    with pytest.raises(ValidationError, match="冻结"):
        seed_for(poll, people, at=poll.frozen_at)
    assert not PollSample.objects.exists() and not SeedThrow.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        throw = SeedThrow.objects.create(
            cycle=poll.cycle,
            digits="1" * 20,
            entered_at=poll.frozen_at,
            entered_by=people.office,
            **makers.THROWN,
        )
        early = poll.frozen_at - timedelta(seconds=1)
        Poll.objects.update(throw=throw, drawn_at=early, result_digest="a" * 64)


@pytest.mark.parametrize(
    ("seed", "kind"),
    [
        ("35142 63514 26514 2635", "dice"),
        ("35142 63514 26514 26357", "dice"),
        ("", "dice"),
        ("314159265358979", "public"),
        ("31415926535897932a", "public"),
    ],
)
def test_a_seed_of_too_few_or_wrong_throws_draws_nobody(people, poll, seed, kind):
    frozen(poll, people)
    with pytest.raises(ValidationError) as refused:
        seed_for(poll, people, seed=seed, kind=kind)
    assert set(refused.value.message_dict) == {"seed"}
    assert not PollSample.objects.exists()


def test_a_seed_names_how_it_was_thrown_and_before_whom(people, poll, browse):
    frozen(poll, people)
    address, client = reverse("evaluation:enter_seed", args=[poll.cycle_id]), browse("office")
    typed = {"seed": makers.THROWS} | makers.THROWN
    for name in ("kind", "seed", "how", "organiser", "witness", "witness_of"):
        assert client.post(address, typed | {name: ""}).status_code == 422
    assert client.post(address, typed | {"seed": "1" * 19}).status_code == 422
    assert client.post(address, typed).status_code == 302
    page = words(client.get(poll.get_absolute_url()))
    assert "35142635142651426351" in page and "县人大常委会" in page
    assert poll.frame_digest in words(
        client.get(reverse("evaluation:frames_print", args=[poll.cycle_id]))
    )


def test_nobody_throws_until_it_pleases(people, poll):
    frozen(poll, people)
    seed_for(poll, people)
    drawn = list(PollSample.objects.values_list("reference", flat=True))
    with pytest.raises(PermissionDenied):
        seed_for(poll, people, seed=makers.THROWS + "1")
    with pytest.raises(PermissionDenied):
        polls.take_back_frame(poll, by=people.office, reason="重抽")
    with pytest.raises(PermissionDenied):
        polls.freeze_frames(poll.cycle, by=people.office, at=timezone.now())
    assert list(PollSample.objects.values_list("reference", flat=True)) == drawn

    # A unit added later has a frame of its own and needs a seed not used before.
    ContactArea.objects.create(
        cadre=people.cadre, unit=people.other_village, starts_on=poll.cycle.starts_on
    )
    makers.appraised(people, poll.cycle, cadre=people.cadre2, unit=people.other_village)
    polls.make_polls(poll.cycle, by=people.office)
    frozen(poll.cycle.polls.get(unit=people.other_village), people)
    with pytest.raises(ValidationError):
        seed_for(poll, people)
    seed_for(poll, people, seed=makers.THROWS + "1")
    assert [throw.polls.count() for throw in poll.cycle.throws.order_by("pk")] == [1, 1]


def test_a_frozen_frame_stays_as_it_is(people, poll):
    served_there(people)
    frozen(poll, people)
    before = poll.frame_digest
    people.matter(title="冻结以后登记的事")
    with pytest.raises(PermissionDenied):
        polls.set_roster(poll, by=people.desk, roster_size=3, served_wanted=5, roster_wanted=3)

    # The hash reveals any change to the stored frame.
    changed = zlib.compress(frames.published_frame(poll) + b"served\t9/household:99\t1\t0.0\n")
    Poll.objects.update(frame_file=changed)
    with pytest.raises(ValidationError):
        seed_for(poll, people)
    assert not PollSample.objects.exists()

    with pytest.raises(PermissionDenied):
        polls.take_back_frame(poll, by=people.desk, reason="村里报错了数")
    with pytest.raises(ValidationError):
        polls.take_back_frame(poll, by=people.office, reason=" ")
    polls.take_back_frame(poll, by=people.office, reason="村里报错了数")
    polls.freeze_frames(poll.cycle, by=people.office, at=timezone.now())
    poll.refresh_from_db()
    assert (poll.frame_digest != before, poll.served_found) == (True, 3)
    events = ("poll.frame_frozen", "poll.frame_taken_back")
    assert AuditEntry.objects.filter(event__in=events, noun_id=poll.pk).count() == 3


def test_a_frame_with_nobody_is_named(people, poll):
    polls.set_roster(poll, by=people.office, roster_size=9, served_wanted=4, roster_wanted=0)
    with pytest.raises(ValidationError, match="柳湾村"):
        polls.freeze_frames(poll.cycle, by=people.office, at=timezone.now())


def test_a_cycle_that_was_open_keeps_its_seed_and_says_so(people, poll, browse):
    Cycle.objects.update(seed="0123456789abcdef")
    poll.refresh_from_db()
    served_there(people)
    known(poll, people)
    for act in (polls.freeze_frames, polls.enter_seed):
        more = {} if act is polls.freeze_frames else makers.THROWN | {"seed": makers.THROWS}
        with pytest.raises(PermissionDenied):
            act(poll.cycle, by=people.office, at=timezone.now(), **more)
    drawn = polls.draw_by_seed_of_opening(poll, by=people.office, at=timezone.now())
    assert (drawn.served_found, len(drawn.served_digest)) == (2, 64)
    order = seed_of_opening.sequence("0123456789abcdef", poll.pk, "roster", map(str, range(1, 301)))
    first = drawn.sample.filter(stratum="roster").order_by("pk")
    assert [one.reference for one in first] == order[:8]
    found = polls.draw_substitutes(poll, by=people.office, stratum="roster", count=2)
    assert [one.reference for one in found] == order[8:10]
    with pytest.raises(PermissionDenied):
        polls.draw_by_seed_of_opening(poll, by=people.office, at=timezone.now())
    client = browse("office")
    part = reverse("evaluation:polls_of_cycle", args=[poll.cycle_id])
    for address in (poll.get_absolute_url(), part):
        assert "0.2" in words(client.get(address))


def test_whom_it_is_opened_for_is_said(poll):
    assert "1" in _what_opening_is(poll)
    poll.appraised.update(left_out_reason="借调外单位")
    assert "0" in _what_opening_is(poll)


def test_a_poll_is_prepared_in_order(people, poll):
    with pytest.raises(PermissionDenied):
        polls.draw_by_seed_of_opening(poll, by=people.office, at=timezone.now())
    with pytest.raises(PermissionDenied):
        polls.freeze_frames(poll.cycle, by=people.office, at=timezone.now())
    with pytest.raises(PermissionDenied):
        polls.open_poll(poll, by=people.office)
    with pytest.raises(PermissionDenied):
        polls.set_roster(poll, by=people.host, roster_size=9, served_wanted=1, roster_wanted=1)
    prepared(poll, people)
    with pytest.raises(PermissionDenied):
        polls.set_roster(poll, by=people.office, roster_size=9, served_wanted=1, roster_wanted=1)
    with pytest.raises(PermissionDenied):
        polls.open_poll(poll, by=people.desk)
    with pytest.raises(PermissionDenied):
        polls.issue_codes(poll, by=people.office, count=1)
    polls.open_poll(poll, by=people.office)
    with pytest.raises(PermissionDenied):
        polls.open_poll(poll, by=people.office)
    Cycle.objects.update(ballots_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(PermissionDenied):
        polls.issue_codes(poll, by=people.office, count=1)


# --- codes -------------------------------------------------------------------------------------


def test_codes_are_kept_as_digests_and_no_more_than_people_drawn(people, opened, slips):
    assert len(set(slips)) == 8 and all(codes.is_code(code) for code in slips)
    kept = set(BallotCode.objects.values_list("digest", flat=True))
    assert kept == {codes.digest(code) for code in slips}
    assert AuditEntry.objects.filter(event="poll.codes_issued").count() == 1
    # Eight were drawn, all of them from the roster.
    with pytest.raises(PermissionDenied):
        polls.issue_codes(opened, by=people.office, count=1)
    with pytest.raises(PermissionDenied):
        polls.void_codes(opened, by=people.desk)


def test_a_code_that_is_taken_is_drawn_again(people, opened, monkeypatch):
    digits = iter("1" * 33 + "2" * 11)
    monkeypatch.setattr("secrets.choice", lambda _digits: next(digits))

    first = polls.issue_codes(opened, by=people.office, count=1)
    second = polls.issue_codes(opened, by=people.office, count=1)

    assert (first, second) == ([with_check_digit("1" * 11)], [with_check_digit("2" * 11)])
    assert opened.codes.count() == 2


def test_a_lost_sheet_opens_nothing_any_more(people, opened, slips, one):
    assert polls.cast(slips[0], {one.pk: TICKS}) == "counted"
    polls.void_codes(opened, by=people.office)
    assert polls.cast(slips[1], {one.pk: TICKS}) == "unknown"
    assert polls.cast(slips[0], {one.pk: TICKS}) == "used"
    fresh = polls.issue_codes(opened, by=people.office, count=7)
    assert not set(fresh) & set(slips)
    assert polls.cast(fresh[0], {one.pk: TICKS}) == "counted"
    assert SealedBallot.objects.count() == 2


def test_a_check_digit_tells_a_slip_of_the_pen():
    code = codes.fresh()
    for at in range(12):
        for other in "0123456789":
            wrong = code[:at] + other + code[at + 1 :]
            assert codes.is_code(wrong) == (wrong == code)


# --- at the door -------------------------------------------------------------------------------


def test_a_voter_types_the_code_ticks_looks_and_sends(people, slips, one, at_the_door, opened):
    voter, code = Client(), slips[0]
    assert "十二位" in words(voter.get("/vote/")) or "12" in words(voter.get("/vote/"))
    page = words(voter.post("/vote/", {"code": codes.in_groups(code)}))
    assert "王建国" in page and "柳湾村" in page and "<script" not in page
    assert page.count('type="radio"') == 4 * 5 + 4 * 3

    given = typed(one, code=code, comment="路修好了，谢谢")
    page = words(voter.post("/vote/", given | {"step": "check"}))
    assert "较好" in page and "路修好了" in page and not SealedBallot.objects.exists()
    back = words(voter.post("/vote/", given | {"step": "back"}))
    assert back.count(" checked") == 8 and "路修好了" in back

    done = voter.post("/vote/", given | {"step": "send"})
    assert "已计入" in words(done) and not done.cookies
    assert done.headers["Cache-Control"] == "no-store"
    assert SealedBallot.objects.count() == 1
    for answer in (voter.post("/vote/", given | {"step": "send"}), voter.get(f"/vote/{code}/")):
        assert "已经计过" in words(answer) or "已计入" in words(answer)
    assert SealedBallot.objects.count() == 1
    assert "王建国" in words(voter.get(f"/en/vote/{slips[1]}/"))


def test_who_always_ticks_the_first_accuses_nobody(people, slips, one, at_the_door, opened):
    voter, code = Client(), slips[0]
    page = words(voter.get(f"/vote/{code}/"))
    first = {
        name: re.search(rf'name="{name}" value="(\d)"', page)[1]
        for name in dict.fromkeys(re.findall(rf'name="(a{one.pk}-[a-z]+)"', page))
    }

    checked = words(voter.post("/vote/", first | {"code": code, "step": "check"}))
    voter.post("/vote/", first | {"code": code, "step": "send"})

    assert len(first) == 8
    assert "accuses" not in checked and checked.count("<strong>没有</strong>") == 4
    makers.listed(opened, by=people.office)
    polls.close_poll(opened, by=people.office, at=timezone.now())
    ballot = Ballot.objects.get()
    assert {getattr(ballot, line.value) for line in Dimension} == {Mark.GOOD}
    assert {getattr(ballot, line.value) for line in Question} == {Answer.NO}


def test_what_accuses_stands_out_where_it_is_looked_through(slips, one, at_the_door):
    given = {f"a{one.pk}-gifts": "1", f"a{one.pk}-style": "4", f"a{one.pk}-dining": "2"}

    page = words(Client().post("/vote/", given | {"code": slips[0], "step": "check"}))

    rows = re.findall(r'<tr class="accuses"><th scope="row">(.*?)</th><td><strong>(.*?)<', page)
    assert rows == [("工作作风", "差"), ("收受礼品", "有")]


def test_bad_slips_are_told_in_clear_sentences(people, slips, one, at_the_door, opened):
    voter, code = Client(), slips[0]
    answer = voter.post("/vote/", {"code": "1234"})
    assert answer.status_code == 422 and 'value="1234"' in words(answer)
    slipped = code[:-1] + str((int(code[-1]) + 1) % 10)
    answer = voter.get(f"/vote/{slipped}/")
    assert answer.status_code == 422 and "有一位数字不对" in words(answer)
    assert not DoorTry.objects.exists()
    answer = voter.post("/vote/", {"code": codes.fresh()})
    assert answer.status_code == 422 and "核对" in words(answer)
    assert DoorTry.objects.count() == 1

    answer = voter.post("/vote/", {"code": code, "step": "check", "comment": "先不选"})
    assert answer.status_code == 422 and "还没有" in words(answer) and "先不选" in words(answer)
    two = typed(one, code=code, step="send") | {f"a{one.pk}-style": ["1", "4"]}
    answer = voter.post("/vote/", two)
    assert answer.status_code == 422 and "工作作风" in words(answer)
    assert words(answer).count(" checked") == 7
    answer = voter.post("/vote/", typed(one, code=code, step="send") | {f"a{one.pk}-style": "9"})
    assert answer.status_code == 422
    phone = typed(one, code=code, step="send", comment="他的电话13800138000")
    answer = voter.post("/vote/", phone)
    assert answer.status_code == 422 and "13800138000" not in words(answer)
    assert "已经遮住" in words(answer) and words(answer).count(" checked") == 8
    # Ballots have no place for a phone number.
    assert "专门的一栏" not in words(answer)
    assert "请输入" in words(voter.post("/vote/", {"code": "没有"}))
    assert not SealedBallot.objects.exists()


def test_what_cannot_be_sent_now_is_not_lost(people, slips, one, at_the_door, monkeypatch):
    def fail(*args):
        raise DatabaseError("door_vote")

    monkeypatch.setattr(voting, "cast", fail)
    answer = Client().post("/vote/", typed(one, code=slips[0], step="send", comment="修路"))
    assert answer.status_code == 503 and "修路" in words(answer)
    assert f'name="a{one.pk}-style" value="2"' in words(answer)


def test_a_closed_poll_and_a_day_that_is_over_say_so(people, opened, slips, one, at_the_door):
    Cycle.objects.update(ballots_until=timezone.localdate() - timedelta(days=1))
    answer = Client().get(f"/vote/{slips[0]}/")
    assert answer.status_code == 410 and "不再" in words(answer)
    assert polls.cast(slips[0], {one.pk: TICKS}) == "closed"
    Cycle.objects.update(ballots_until=timezone.localdate())
    Appraised.objects.update(left_out_reason="调离")
    assert "不再" in words(Client().get(f"/vote/{slips[0]}/"))
    Appraised.objects.update(left_out_reason="")
    makers.listed(opened, by=people.office)
    assert "不再" in words(Client().get(f"/vote/{slips[0]}/"))
    polls.close_poll(opened, by=people.office, at=timezone.now())
    over = Client().get(f"/vote/{slips[0]}/")
    assert over.status_code == 422 and "不用再填" in words(over)


def test_codes_tried_in_bulk_meet_a_limit_and_a_village_does_not(
    people, slips, at_the_door, monkeypatch
):
    monkeypatch.setattr(wrong_codes, "WRONG_OF_AN_ADDRESS", 4)
    monkeypatch.setattr(wrong_codes, "WRONG_IN_ALL", 6)
    monkeypatch.setattr(wrong_codes, "WRONG_OF_AN_ADDRESS_THEN", 1)
    bulk, other = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="203.0.113.10")
    got = [bulk.post("/vote/", {"code": codes.fresh()}).status_code for _n in range(6)]
    assert got == [422] * 4 + [429] * 2
    # After too many attempts, even a correct code does not help.
    assert bulk.get(f"/vote/{slips[0]}/").status_code == 429
    # A voter behind the same address gets the ticks back to send them again in an hour.
    kept = bulk.post("/en/vote/", {"code": slips[0], "step": "send", "a7-style": "2", "x": "y"})
    assert kept.status_code == 429 and 'name="a7-style" value="2"' in words(kept)
    assert 'action="/en/vote/"' in words(kept) and 'name="x"' not in words(kept)
    for _n in range(2):
        other.post("/vote/", {"code": codes.fresh()})
    assert other.post("/vote/", {"code": codes.fresh()}).status_code == 429
    # A whole village behind one carrier address votes unhindered.
    village = Client(REMOTE_ADDR="198.51.100.7")
    assert [village.get(f"/vote/{code}/").status_code for code in slips] == [200] * 8


def test_the_last_limit_stands_in_the_database(slips, at_the_door):
    DoorTry.objects.bulk_create(DoorTry(number="ballot") for _n in range(5000))
    answer = Client().get(f"/vote/{slips[0]}/")
    assert answer.status_code == 429 and "一小时" in words(answer)
    DoorTry.objects.update(at=timezone.now() - timedelta(hours=2))
    assert Client().get(f"/vote/{slips[0]}/").status_code == 200


# --- by phone ----------------------------------------------------------------------------------


def test_a_ballot_is_told_by_phone(people, opened, slips, one, browse):
    client, address = browse("desk"), reverse("evaluation:vote_by_phone", args=[opened.pk])
    assert client.post(address, {"code": "12"}).status_code == 422
    assert "没有这个评议码" in words(client.post(address, {"code": codes.fresh()}))
    page = words(client.post(address, {"code": slips[0]}))
    assert "王建国" in page and page.count('type="radio"') == 4 * 5 + 4 * 3
    nothing = client.post(address, {"code": slips[0], "step": "send", "comment": "桥还没修"})
    assert nothing.status_code == 422 and "桥还没修" in words(nothing)
    before = AuditEntry.objects.count()
    sent = client.post(address, typed(one, code=slips[0], step="send"), follow=True)
    assert "已计入" in words(sent)
    assert "已经计入" in words(client.post(address, {"code": slips[0]}))
    # An entry's time would be evidence about the ballot.
    assert AuditEntry.objects.count() == before


def test_nobody_handles_the_ballots_on_themselves(people, opened, one):
    for of_a_poll in (rules.may_issue_codes, rules.may_vote_by_phone, paper.rules.may_count):
        assert of_a_poll(people.office, opened)
    one.cadre.user = people.office
    one.cadre.save()
    for of_a_poll in (rules.may_issue_codes, rules.may_vote_by_phone, paper.rules.may_count):
        assert "本人" in of_a_poll(people.office, opened).refusal
    # Anybody left out is no longer appraised.
    one.left_out_reason = "调离"
    one.save()
    assert rules.may_vote_by_phone(people.office, opened)


def test_what_was_told_by_phone_is_not_lost(people, opened, slips, one, browse, monkeypatch):
    def fail(*args):
        raise DatabaseError("door_vote")

    monkeypatch.setattr(voting, "cast", fail)
    url = reverse("evaluation:vote_by_phone", args=[opened.pk])
    told = typed(one, code=slips[0], step="send", comment="修路")
    answer = browse("desk").post(url, told)
    assert answer.status_code == 422 and "修路" in words(answer) and "还在" in words(answer)
    assert words(answer).count(" checked") == 8


def test_a_code_of_another_unit_is_not_taken_by_phone(people, cycle, opened, slips, browse):
    makers.appraised(people, cycle, cadre=people.neighbour, unit=people.other_village)
    polls.make_polls(cycle, by=people.office)
    other = cycle.polls.get(unit=people.other_village)
    polls.open_poll(prepared(other, people), by=people.office)
    answer = browse("desk").post(
        reverse("evaluation:vote_by_phone", args=[other.pk]), {"code": slips[0]}
    )
    assert answer.status_code == 422 and "柳湾村" in words(answer)


# --- closing and counting ------------------------------------------------------------------------


def cast_some(slips, one, n, **changes):
    for code in slips[:n]:
        assert polls.cast(code, {one.pk: TICKS | changes}, comment="路修好了") == "counted"


def test_closing_counts_and_leaves_neither_codes_nor_key(people, opened, slips, one):
    cast_some(slips, one, 6)
    polls.cast(slips[6], {one.pk: {}})
    SealedBallot.objects.create(poll=opened, sealed="bm90aGluZw==")
    makers.listed(opened, by=people.office, remark="多出一张，已报告")
    for stranger in (people.desk, people.host, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            polls.close_poll(opened, by=stranger, at=timezone.now())
    closed = polls.close_poll(opened, by=people.office, at=timezone.now())

    assert (closed.issued, closed.returned, closed.private_cipher) == (8, 8, "")
    assert not BallotCode.objects.exists() and not SealedBallot.objects.exists()
    assert Ballot.objects.count() == 8 and BallotComment.objects.count() == 6
    assert Ballot.objects.filter(attitude=1, style=2, dining=2, source="slip").count() == 6
    (tally,) = counting.tallies(opened.cycle)
    assert tally == {
        "appraised_id": one.pk,
        "issued": 8,
        "returned": 8,
        "valid": 6,
        "attitude": [6, 0, 0, 0, 0],
        "style": [0, 6, 0, 0, 0],
        "achievement": [0, 0, 6, 0, 0],
        "overall": [6, 0, 0, 0, 0],
        "dining": [0, 6, 0],
        "gifts": [0, 6, 0],
        "retinue": [0, 0, 6],
        "burden": [0, 6, 0],
    }
    with pytest.raises(PermissionDenied):
        polls.close_poll(opened, by=people.office, at=timezone.now())


def test_paper_and_meetings_are_counted_with_the_slips(people, opened, slips, one, monkeypatch):
    cast_some(slips, one, 5)
    paper = [{"appraised_id": one.pk, "source": "paper", **TICKS}] * 3

    def write(poll, by):
        polls.add_ballots(poll, paper, comments=["纸质票的意见"])
        return 4, 3

    makers.listed(opened, by=people.office)
    monkeypatch.setattr(hooks, "WHEN_A_POLL_CLOSES", [write])
    monkeypatch.setattr(hooks, "BEFORE_POLL_CLOSES", [lambda poll: Decision("录入未完成")])
    with pytest.raises(PermissionDenied, match="录入未完成"):
        polls.close_poll(opened, by=people.office, at=timezone.now())
    monkeypatch.setattr(hooks, "BEFORE_POLL_CLOSES", [])
    closed = polls.close_poll(opened, by=people.office, at=timezone.now())
    assert (closed.issued, closed.returned) == (12, 8)
    sums = {
        "attitude": [20, 0, 0, 0, 0],
        "style": [20, 0, 0, 0, 0],
        "dining": [0, 20, 0],
        "achievement": [20, 0, 0, 0, 0],
        "overall": [19, 0, 0, 0, 0],
        "gifts": [0, 20, 0],
        "retinue": [0, 20, 0],
        "burden": [0, 20, 0],
    }
    MeetingCount.objects.create(
        poll=opened,
        appraised=one,
        held_on=timezone.localdate(),
        issued=22,
        returned=21,
        valid=20,
        counted_by=people.desk,
        counted_at=timezone.now(),
        **sums,
    )
    (tally,) = counting.tallies(opened.cycle)
    assert (tally["issued"], tally["returned"], tally["valid"]) == (34, 29, 28)
    assert (tally["attitude"], tally["overall"]) == ([28, 0, 0, 0, 0], [27, 0, 0, 0, 0])
    assert tally["style"] == [20, 8, 0, 0, 0]


def test_nothing_is_shown_of_few_nor_before_the_last_poll_is_closed(people, cycle, opened, slips):
    one = opened.appraised.get()
    cast_some(slips, one, 4)
    makers.listed(opened, by=people.office)
    polls.close_poll(opened, by=people.office, at=timezone.now())
    assert not counting.results([one.pk], on=TODAY)[one.pk].is_shown
    Ballot.objects.bulk_create(
        Ballot(poll=opened, appraised=one, source="slip", **TICKS) for _n in range(2)
    )
    assert counting.results([one.pk], on=TODAY)[one.pk].is_shown
    # A line ticked by four counts as four, although there are six ballots. With a second poll, its
    # ballots would be the difference of two sums.
    Ballot.objects.filter(pk__in=list(Ballot.objects.values_list("pk", flat=True)[:2])).update(
        style=None
    )
    shown = dict(counting.results([one.pk], on=TODAY)[one.pk].marks)
    assert [n for _word, n in shown["工作作风"]] == [None] * 5
    assert [n for _word, n in shown["工作态度"]] == [6, 0, 0, 0, 0]
    second = Poll(cycle=cycle, organ_id=cycle.organ_id)
    second.stand_at(people.other_village)
    second.save()
    second.appraised.add(one)
    result = counting.results([one.pk], on=TODAY)[one.pk]
    assert result.is_enough and not result.is_shown


def test_all_polls_of_a_cycle_are_closed_by_a_worker(people, cycle, opened, slips, one, browse):
    cast_some(slips, one, 2)
    # Closing open polls is not enough: their lists must be published first, before observers.
    assert "清单" in rules.polls_are_closed(cycle).refusal
    assert polls.close_polls(cycle, by=people.office, at=timezone.now())[0][0] == opened
    client = browse("office")
    client.post(reverse("evaluation:list_all_polls", args=[cycle.pk]), makers.OBSERVED)
    assert isinstance(rules.polls_are_closed(cycle), hooks.StillOpen)
    answer = client.post(reverse("evaluation:close_polls", args=[cycle.pk]))
    assert answer.status_code == 302
    job = Job.objects.get(kind="close_polls")
    assert "正在" in words(client.get(answer.url)) or job.title in words(client.get(answer.url))
    jobs.run(job.pk, clock=timezone.now)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert rules.polls_are_closed(cycle) and cycle.polls.get().returned == 2


# --- pages -------------------------------------------------------------------------------------


def test_the_sheet_is_shown_once_and_kept_nowhere(people, opened, browse):
    client, address = browse("office"), reverse("evaluation:issue_codes", args=[opened.pk])
    assert client.post(address, {"count": "900"}).status_code == 422
    assert client.post(address, {"count": "9"}).status_code == 422
    answer = client.post(address, {"count": "8"})
    page = words(answer)
    printed = [one.replace(" ", "") for one in re.findall(r'number">([\d ]{14})<', page)]
    assert len(printed) == 8 and page.count("<svg") == 8 and page.count('class="sheet"') == 2
    assert "不署名" in page and "每项只选一个打√" in page
    assert {codes.digest(code) for code in printed} == set(
        BallotCode.objects.values_list("digest", flat=True)
    )
    assert "no-store" in answer.headers["Cache-Control"]
    assert not Job.objects.exists()
    # Sending it again makes no second sheet.
    assert client.post(address, {"count": "8"}).status_code == 403


def test_turnout_moves_in_steps_of_five(people, opened, slips, one, browse):
    client = browse("office")
    for n, said in ((4, "不足5张"), (5, "5张以上"), (7, "5张以上")):
        for code in slips[:n]:
            polls.cast(code, {one.pk: TICKS})
        for address in (
            opened.get_absolute_url(),
            reverse("evaluation:polls"),
            reverse("evaluation:polls_of_cycle", args=[opened.cycle_id]),
        ):
            assert said in words(client.get(address)), (n, address)


def test_the_record_leads_through_and_shows_sums_alone(people, poll, browse):
    client = browse("office")
    assert "先问清村里花名册" in words(client.get(poll.get_absolute_url())).replace("\n", "")
    address = reverse("evaluation:set_roster", args=[poll.pk])
    assert (
        client.post(
            address, {"roster_size": "5", "served_wanted": "0", "roster_wanted": "0"}
        ).status_code
        == 422
    )
    assert (
        client.post(
            address, {"roster_size": "5", "served_wanted": "1", "roster_wanted": "9"}
        ).status_code
        == 422
    )
    client.post(address, {"roster_size": "300", "served_wanted": "2", "roster_wanted": "6"})
    client.post(reverse("evaluation:freeze_frames", args=[poll.cycle_id]))
    typed = {"seed": makers.THROWS} | makers.THROWN
    client.post(reverse("evaluation:enter_seed", args=[poll.cycle_id]), typed)
    assert PollSample.objects.count() == 6
    sheet = words(client.get(reverse("evaluation:drawn_print", args=[poll.pk])))
    assert sheet.count("花名册第") == 6 and "王建国" not in sheet
    client.post(
        reverse("evaluation:draw_substitutes", args=[poll.pk]), {"stratum": "roster", "count": "1"}
    )
    client.post(reverse("evaluation:open_poll", args=[poll.pk]))
    poll.refresh_from_db()
    one = poll.appraised.get()
    cast_some(polls.issue_codes(poll, by=people.office, count=7), one, 6)
    address = reverse("evaluation:list_ballots", args=[poll.pk])
    assert client.post(address, makers.OBSERVED).status_code == 422
    client.post(address, makers.OBSERVED | {"returned": "1"})
    client.post(reverse("evaluation:close_poll", args=[poll.pk]))
    page = words(client.get(poll.get_absolute_url()))
    assert page.count("路修好了") == 6 and "工作作风" in page
    part = reverse("evaluation:ballots_of_appraised", args=[one.pk])
    assert "工作作风" in words(client.get(part))
    # The appraised read the sums once published, and never the comments.
    mine = browse("author")
    assert mine.get(part).status_code == 404
    Cycle.objects.update(
        state="objection",
        data_at=timezone.now(),
        objection_from=timezone.localdate(),
        objection_until=timezone.localdate(),
    )
    assert "工作作风" in words(mine.get(part)) and "路修好了" not in words(mine.get(part))
    assert mine.get(poll.get_absolute_url()).status_code == 404


def test_list_costs_the_same_for_one_row_and_three(
    people, cycle, browse, django_assert_num_queries
):
    client, address = browse("office"), reverse("evaluation:polls") + "?tab=all"
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    for title in ("2025年度考核", "2024年度考核"):
        other = makers.cycle(people, title=title)
        makers.appraised(people, other, unit=people.village)
        polls.make_polls(other, by=people.office)
    with django_assert_num_queries(QUERIES):
        page = words(client.get(address))
    assert page.count('class="what"') == 3
    assert words(client.get(f"{address}&q=柳湾")).count('class="what"') == 3
    assert words(client.get(f"{address}&cycle={cycle.pk}")).count('class="what"') == 1


QUERIES = 12


def test_what_waits_is_told_and_stands_in_the_to_do_list(people, poll):
    day = timezone.localdate()
    while not reminders.workdays.is_working_day(day):
        day += timedelta(days=1)

    def told():
        Reminder.objects.all().delete()
        tell("poll_", day=day)
        rows = Reminder.objects.filter(noun="poll")
        return set(rows.values_list("user__username", "kind"))

    def listed(user):
        return {code for code, n in todo.counts(user).items() if n and code.startswith("poll_")}

    both = {("office", "poll_roster"), ("desk", "poll_roster"), ("desk2", "poll_roster")}
    assert told() == both and listed(people.desk) == {"poll_roster"}
    opened = polls.open_poll(prepared(poll, people), by=people.office)
    assert told() == {("office", "poll_codes")} and listed(people.office) == {"poll_codes"}
    polls.issue_codes(opened, by=people.office, count=2)
    assert told() == set() and listed(people.office) == set()
    Cycle.objects.update(ballots_until=timezone.localdate() - timedelta(days=1))
    assert told() == {("office", "poll_over")} and listed(people.office) == {"poll_over"}
    assert listed(people.desk) == set()
    makers.listed(opened, by=people.office)
    assert told() == {("office", "poll_listed")} and listed(people.office) == {"poll_listed"}


def test_the_tables_hold_what_the_words_promise(people, cycle, poll, one):
    wrong = [
        lambda: Poll.objects.filter(pk=poll.pk).update(state="closed"),
        lambda: Poll.objects.filter(pk=poll.pk).update(issued=3),
        lambda: Ballot.objects.create(poll=poll, appraised=one, source="slip", style=6),
        lambda: Ballot.objects.create(poll=poll, appraised=one, source="slip", gifts=4),
        lambda: PollSample.objects.bulk_create(
            PollSample(poll=poll, stratum="roster", reference="1", position=1) for _n in range(2)
        ),
    ]
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert Appraised.objects.count() == 1


def test_a_cycle_that_is_closed_closes_what_is_open(people, cycle, opened, slips, one):
    cast_some(slips, one, 1)
    makers.listed(opened, by=people.office)
    for close in hooks.CLOSING:
        close(cycle, people.office, timezone.now())
    assert rules.polls_are_closed(cycle) and cycle.polls.get().returned == 1
    # Somebody included again is on the slips too.
    late = makers.appraised(people, cycle, cadre=people.neighbour, unit=people.other_village)
    for follow in hooks.AFTER_TAKING_IN:
        follow(late, people.office)
    assert late.polls.count() == 1


def test_a_cycle_that_is_broken_off_destroys_its_ballots_unread(
    people, cycle, opened, slips, one, browse
):
    assert polls.cast(slips[0], {one.pk: TICKS}) == "counted"
    now = timezone.now()
    paper.begin_batch(poll=opened, issued=3, sheets=2, by=people.desk, at=now)
    link, _token = print_link(cycle=cycle, unit=people.village, by=people.office, at=now)

    cycles.cancel_cycle(cycle, by=people.office, reason="方案有误", at=timezone.now())
    opened.refresh_from_db()
    assert (opened.state, opened.private_cipher, bytes(opened.public_key)) == ("dropped", "", b"")
    for model in (SealedBallot, BallotCode, PaperBatch, Ballot):
        assert not model.objects.exists()
    assert polls.cast(slips[1], {one.pk: TICKS}) == "unknown"
    link.refresh_from_db()
    assert link.revoked_at
    assert AuditEntry.objects.filter(event="poll.dropped").count() == 1
    client = browse("office")
    assert "未经开启即销毁" in client.get(opened.get_absolute_url()).content.decode()
    part = client.get(reverse("evaluation:polls_of_cycle", args=[cycle.pk])).content.decode()
    assert "已中止，不计票" in part


def test_the_demo_holds_polls_of_last_year_as_of_this_one(people, cycle):
    makers.appraised(people, cycle, cadre=people.neighbour, unit=people.other_village)
    polls.make_polls(cycle, by=people.office)
    over = timezone.localdate() - timedelta(days=90)
    Cycle.objects.update(ballots_until=over)
    cycle.refresh_from_db()
    demo.hold(
        cycle,
        by=people.office,
        rng=random.Random(1),
        today=timezone.localdate(),
        at=timezone.now(),
        left_open=1,
    )
    assert sorted(cycle.polls.values_list("state", flat=True)) == ["closed", "open"]
    assert {17 <= one["valid"] <= 23 for one in counting.tallies(cycle)} == {True, False}
    cycle.refresh_from_db()
    assert cycle.ballots_until == over
