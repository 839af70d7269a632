"""Paper ballots: two people type them, and the paper decides between them; counts of meetings."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from evaluation.actions import paper
from evaluation.models import Ballot, MeetingCount, PaperBatch, PaperEntry
from evaluation.models.ballots import Answer
from evaluation.models.paper import LINES
from evaluation.rules import paper as rules
from portal.duties import todo
from portal.models import AuditEntry
from tests.day import in_days
from tests.evaluation.collecting import another, appraised, cycle, poll
from tests.reading import words

ALL_GOOD = dict.fromkeys(LINES, 1) | dict.fromkeys(["dining", "gifts", "retinue", "burden"], 2)
COUNTED = {
    "held_on": in_days(-1),
    "issued": 30,
    "returned": 28,
    "valid": 27,
    **dict.fromkeys(["attitude", "style", "achievement", "overall"], [20, 5, 1, 0, 1]),
    **dict.fromkeys(["dining", "gifts", "retinue", "burden"], [0, 25, 2]),
}


@pytest.fixture
def running(people):
    return cycle(people)


@pytest.fixture
def person(people, running):
    return appraised(people, running)


@pytest.fixture
def open_poll(people, running, person):
    return poll(people, running, [person])


def begun(people, in_poll, sheets=2, **more):
    return paper.begin_batch(
        poll=in_poll, issued=sheets + 1, sheets=sheets, by=people.desk, at=timezone.now(), **more
    )


def typed(batch, by, person, sheets=(1, 2), **changes):
    rows = {(n, person.pk): ALL_GOOD | changes for n in sheets}
    return paper.type_sheets(batch=batch, rows=rows, by=by, at=timezone.now())


def twice(people, in_poll, person, **second):
    batch = typed(begun(people, in_poll), people.desk, person)
    batch = paper.begin_second(batch=batch, by=people.desk2)
    return typed(batch, people.desk2, person, **second)


def test_two_people_type_the_same_and_the_heap_is_complete(people, open_poll, person):
    batch = twice(people, open_poll, person)

    assert (batch.state, batch.first_by, batch.second_by) == ("complete", people.desk, people.desk2)
    rows = paper.rows_of(open_poll)
    assert len(rows) == 2 and rows[0]["appraised_id"] == person.pk
    assert (rows[0]["attitude"], rows[0]["dining"], rows[0]["source"]) == (1, 2, "paper")
    assert paper.issued_and_returned(open_poll) == (3, 2)
    assert [
        *AuditEntry.objects.filter(noun="paperbatch").order_by("pk").values_list("event", flat=True)
    ] == [
        "paper.begun",
        "paper.typed",
        "paper.second_begun",
        "paper.typed_again",
        "paper.completed",
    ]


def test_what_was_typed_of_somebody_left_out_fills_no_sheet(people, running, person):
    gone, late = another(people, running, "李小红"), another(people, running, "周小林")
    in_poll = poll(people, running, [person, gone, late])
    type(late).objects.filter(pk=late.pk).update(left_out_reason="借调外单位")
    batch = begun(people, in_poll, sheets=1)
    rows = {(1, person.pk): ALL_GOOD}
    batch = paper.type_sheets(batch=batch, rows=rows, by=people.desk, at=timezone.now())
    rows = {(1, gone.pk): ALL_GOOD}
    type(late).objects.filter(pk=late.pk).update(left_out_reason="")
    batch = paper.type_sheets(batch=batch, rows=rows, by=people.desk, at=timezone.now())
    type(gone).objects.filter(pk=gone.pk).update(left_out_reason="借调外单位")
    assert paper.missing_sheets(batch, 1) == [1]


def test_a_closing_poll_takes_the_sheets_and_erases_what_was_typed(people, open_poll, person):
    added = []

    def add(to, rows, *, comments):
        Ballot.objects.bulk_create(Ballot(poll=to, **row) for row in rows)
        added.extend(comments)

    batch = typed(begun(people, open_poll), people.desk, person)
    paper.keep_remarks(batch=batch, texts=["路灯坏了"], by=people.desk)
    with pytest.raises(PermissionDenied, match="两遍录入"):
        paper.into_ballots(open_poll, people.office, add=add)
    typed(paper.begin_second(batch=batch, by=people.desk2), people.desk2, person)
    assert paper.into_ballots(open_poll, people.office, add=add) == (3, 2)

    assert Ballot.objects.filter(source="paper", style=1).count() == 2 and added == ["路灯坏了"]
    assert not PaperEntry.objects.exists() and PaperBatch.objects.get().second_by == people.desk2


def test_where_they_differ_the_paper_decides(people, open_poll, person):
    batch = twice(people, open_poll, person, style=3, burden=0)
    assert batch.state == "differs"
    assert paper.differences(batch)[0] == (1, person.pk, "style", 1, 3)
    assert len(paper.differences(batch)) == 4
    assert not rules.may_close(open_poll) and paper.rows_of(open_poll) == []
    assert not rules.may_close_cycle(open_poll.cycle)

    key = (1, person.pk)
    paper.settle(
        batch=batch,
        by=people.desk,
        at=timezone.now(),
        # Lines on which both agree are not changed.
        chosen={(*key, "style"): 3, (*key, "burden"): 9, (*key, "overall"): 4},
    )
    assert [one[0] for one in paper.differences(batch)] == [2, 2]
    chosen = {(2, person.pk, "style"): 1, (2, person.pk, "burden"): 2}
    batch = paper.settle(batch=batch, by=people.desk2, at=timezone.now(), chosen=chosen)

    assert batch.state == "complete" and rules.may_close(open_poll)
    found = sorted(
        (row["style"], row["burden"], row["overall"])
        for row in paper.rows_of(open_poll)
        if row["burden"]
    )
    assert found == [(1, 2, 1)]
    with pytest.raises(PermissionDenied):
        paper.settle(batch=batch, by=people.desk, at=timezone.now(), chosen=chosen)


def test_two_ticks_and_none_are_both_an_empty_line(people, open_poll, person):
    batch = typed(begun(people, open_poll), people.desk, person, **dict.fromkeys(LINES, 0))
    batch = paper.begin_second(batch=batch, by=people.desk2)
    batch = typed(batch, people.desk2, person, **dict.fromkeys(LINES, 9))

    assert batch.state == "complete"
    assert len(paper.rows_of(open_poll)) == 2
    assert {row[line] for row in paper.rows_of(open_poll) for line in LINES} == {None}


def test_the_second_person_is_another_one_and_only_one(people, open_poll, person):
    batch = begun(people, open_poll)
    with pytest.raises(PermissionDenied, match="吴平|周正"):
        typed(batch, people.desk2, person)
    batch = typed(batch, people.desk, person)
    with pytest.raises(PermissionDenied):
        paper.begin_second(batch=batch, by=people.desk)
    paper.begin_second(batch=batch, by=people.desk2)
    # At the same time: the later one is told.
    with pytest.raises(PermissionDenied):
        paper.begin_second(batch=batch, by=people.office)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBatch.objects.update(second_by=people.desk)


def test_who_may_type_and_when(people, open_poll, person):
    for who in (people.author, people.liaison, people.host, people.supervisor):
        assert not rules.may_count(who, open_poll)
    assert not rules.may_count(people.neighbour_office, open_poll)
    assert rules.may_count(people.office, open_poll)
    open_poll.state = "prepared"
    assert not rules.may_count(people.desk, open_poll)


def test_a_heap_taken_away_leaves_nothing_typed(people, open_poll, person):
    batch = typed(begun(people, open_poll), people.desk, person)
    paper.drop_batch(batch=batch, by=people.office, reason="错拿了别村的票")
    assert not PaperEntry.objects.exists()
    with pytest.raises(ValidationError):
        paper.begin_second(batch=batch, by=people.desk2)


def test_typing_page_by_page(browse, people, open_poll, person):
    client = browse("desk")
    new = reverse("evaluation:begin_paper", args=[open_poll.pk])
    assert client.post(new, {"issued": 3, "sheets": 12}).status_code == 422
    page = client.post(new, {"issued": 20, "sheets": 12}, follow=True)
    batch = PaperBatch.objects.get()
    assert words(page).count("data-key=") == 10 * 8

    url = reverse("evaluation:type_paper", args=[batch.pk])
    sent = {f"s{n}p{person.pk}{line}": 1 for n in range(1, 11) for line in ALL_GOOD}
    wrong = client.post(f"{url}?sheet=1", sent | {f"s3p{person.pk}style": "7"})
    assert wrong.status_code == 422 and "“7”不是" in words(wrong) and 'value="7"' in words(wrong)
    missing = client.post(f"{url}?sheet=1", sent | {f"s3p{person.pk}style": ""})
    assert missing.status_code == 422 and not PaperEntry.objects.exists()
    page = client.post(f"{url}?sheet=1", sent | {f"s3p{person.pk}style": "３"}, follow=True)
    assert words(page).count("data-key=") == 2 * 8
    entry = PaperEntry.objects.get(sheet=3)
    # A key is the position from the left; for questions, the first position means no.
    assert (entry.style, entry.dining, entry.burden) == (3, Answer.NO, Answer.NO)
    again = words(client.get(f"{url}?sheet=1"))
    assert re.search(rf'name="s3p{person.pk}dining" value="1"', again)
    assert "<kbd>1</kbd> 没有" in again and "<kbd>3</kbd> 有" in again
    sent = {f"s{n}p{person.pk}{line}": 1 for n in (11, 12) for line in ALL_GOOD}
    page = client.post(f"{url}?sheet=11", sent, follow=True)
    assert "另一个人" in words(page)

    # The second typist sees nothing of the first.
    client = browse("desk2")
    assert client.get(url).status_code == 403
    page = client.post(reverse("evaluation:begin_second", args=[batch.pk]), follow=True)
    assert 'value="1"' not in words(page).split("keys-table")[1]


def test_the_comparison_shows_the_differing_lines_alone(browse, people, open_poll, person):
    batch = twice(people, open_poll, person, style=3)
    client, url = browse("desk"), reverse("evaluation:compare_paper", args=[batch.pk])
    page = words(client.get(url))
    assert page.count("data-key=") == 2 and "1 好" in page and "3 一般" in page
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {f"s1p{person.pk}style": "6"}).status_code == 422
    both = {f"s{n}p{person.pk}style": "3" for n in (1, 2)}
    page = client.post(url, both, follow=True)
    assert PaperBatch.objects.get().state == "complete"
    assert browse("office").get(url).status_code == 403


def test_remarks_are_kept_without_their_sheet(browse, people, open_poll, person):
    batch = typed(begun(people, open_poll), people.desk, person)
    url = reverse("evaluation:paper_remarks", args=[batch.pk])
    client = browse("desk")
    assert client.post(url, {"remarks": "电话13800138000找我"}).status_code == 422
    client.post(url, {"remarks": "路灯坏了\n\n常来村里"})
    client.post(url, {"remarks": "路灯坏了\n\n常来村里"})
    batch = typed(paper.begin_second(batch=batch, by=people.desk2), people.desk2, person)
    assert paper.remarks_of(open_poll) == ["常来村里", "路灯坏了"]
    assert browse("office").get(url).status_code == 403


def test_paper_waits_in_the_to_do_list(people, open_poll, person):
    batch = typed(begun(people, open_poll), people.desk, person)
    assert todo.counts(people.desk2)["paper_again"] == 1
    assert todo.counts(people.desk)["paper_again"] == 0
    batch = paper.begin_second(batch=batch, by=people.desk2)
    typed(batch, people.desk2, person, style=2)
    assert todo.counts(people.desk)["paper_compare"] == 1
    assert todo.counts(people.office)["paper_compare"] == 0


# --- Meetings ------------------------------------------------------------------------------------


def count(people, in_poll, person, **changes):
    return paper.count_meeting(
        poll=in_poll, appraised=person, by=people.desk, at=timezone.now(), **COUNTED | changes
    )


def test_a_meeting_is_corrected_by_a_new_row(people, open_poll, person):
    first = count(people, open_poll, person)
    assert count(people, open_poll, person) == first
    second = count(people, open_poll, person, valid=28)
    first.refresh_from_db()
    assert first.replaced_at and MeetingCount.objects.get(replaced_at=None) == second
    assert AuditEntry.objects.filter(event="meeting.corrected").count() == 1


def test_sums_above_the_valid_ballots_are_refused(people, open_poll, person):
    with pytest.raises(ValidationError, match="有效票"):
        count(people, open_poll, person, style=[28, 0, 0, 0, 0])
    with pytest.raises(ValidationError):
        count(people, open_poll, person, returned=31)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingCount.objects.create(
            poll=open_poll,
            appraised=person,
            counted_by=people.desk,
            counted_at=timezone.now(),
            **COUNTED | {"gifts": [20, 7, 1]},
        )
    with pytest.raises(PermissionDenied):
        paper.count_meeting(
            poll=open_poll, appraised=person, by=people.host, at=timezone.now(), **COUNTED
        )


def test_the_form_of_a_meeting(browse, people, open_poll, person):
    url = reverse("evaluation:count_meeting", args=[open_poll.pk, person.pk])
    sent = {f"{line}_{at}": n for line in LINES for at, n in enumerate(COUNTED[line])} | {
        name: COUNTED[name] for name in ("held_on", "issued", "returned", "valid")
    }
    client = browse("desk")
    wrong = client.post(url, sent | {"style_0": "25"})
    assert wrong.status_code == 422 and "32" in words(wrong) and 'value="25"' in words(wrong)
    assert client.post(url, sent | {"held_on": in_days(3)}).status_code == 422
    assert client.post(url, sent | {"gifts_1": "abc"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    assert MeetingCount.objects.get().gifts == [0, 25, 2]
    page = words(client.get(url))
    assert 'value="20"' in page
    # Same order as on the ballots: “no” first.
    assert (
        page.index('name="gifts_1"') < page.index('name="gifts_2"') < page.index('name="gifts_0"')
    )
    assert page.index(">没有<") < page.index(">不清楚<") < page.index(">有<")
    page = words(client.get(reverse("evaluation:paper_of_poll", args=[open_poll.pk])))
    assert "30 · 28 · 27" in page


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_of_polls_costs_the_same_for_any_length(
    browse, people, person, django_assert_num_queries, row_count
):
    for n in range(row_count):
        begun(people, poll(people, cycle(people, title=f"第{n}轮"), [person]))
    client = browse("desk")
    url = reverse("evaluation:paper_polls")
    client.get(url)
    with django_assert_num_queries(10):
        page = client.get(url)
    assert words(page).count("柳湾村") == row_count
