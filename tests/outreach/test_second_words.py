"""A word recorded wrongly: both words stay, and somebody else asked again."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from outreach.actions import follow_ups
from outreach.figures import WORDS_OF_ALL, WORDS_OF_SAMPLE
from outreach.models import FollowUp, Matter
from outreach.models.matters import Status
from outreach.rules import matters as rules
from portal.models import AuditEntry
from portal.sheets import figures
from portal.sheets.figures import Scope
from tests.people import fresh


def call_of(people, matter, by, word, comment=""):
    """The call-back on the current result, made by this user."""
    call = matter.follow_ups.get(kind="word", answered_at=None, given_up_at=None)
    return answer(people, call, by, word, comment)


def answer(people, call, by, word, comment=""):
    now = timezone.now()
    follow_ups.arrange_call(follow_up=call, caller=by, by=people.desk2, at=now)
    return follow_ups.record_word(follow_up=call, by=by, at=now, word=word, comment=comment)


def asked_again(people, call, by):
    return follow_ups.ask_again(
        follow_up=call, reason="点错了选项", by=fresh(by), at=timezone.now()
    )


def sample_of(matter, round=0):
    today = timezone.localdate()
    return FollowUp.objects.create(
        matter=matter, kind="sample", round=round, starts_on=today, due_on=today
    )


def words(people, figure):
    return figures.counts(figure, Scope(people.office, division=people.county))


def test_the_first_word_stays_and_the_second_stands_beside_it(people):
    matter = people.awaiting_word()
    first = call_of(people, matter, people.office, "satisfied")

    second = asked_again(people, first, people.office)
    answer(people, second, people.host2, "satisfied")

    first.refresh_from_db()
    assert (first.word, first.answered_by) == ("satisfied", people.office)
    second.refresh_from_db()
    assert (second.word, second.corrects, second.reason) == ("satisfied", first, "点错了选项")
    assert Matter.objects.get(pk=matter.pk).closure == "satisfied"
    assert AuditEntry.objects.filter(event="follow_up.asked_again", noun_id=first.pk).exists()


def test_not_satisfied_after_all_reopens(people):
    matter = people.awaiting_word()
    first = call_of(people, matter, people.office, "satisfied")

    answer(people, asked_again(people, first, people.office), people.host2, "unsatisfied")

    matter.refresh_from_db()
    assert (matter.status, matter.reopen_count) == (Status.IN_PROGRESS, 1)


@pytest.mark.parametrize("word", ["satisfied", "basically"])
def test_satisfied_after_all_brings_the_result_back_and_closes(people, word):
    matter = people.awaiting_word()
    result, due_on, answered_on = matter.result_text, matter.due_on, matter.answered_on
    first = call_of(people, matter, people.office, "unsatisfied")
    assert Matter.objects.get(pk=matter.pk).result_text == ""

    answer(people, asked_again(people, first, people.office), people.host2, word)

    matter.refresh_from_db()
    assert (matter.status, matter.closure, matter.word) == (Status.CLOSED, "satisfied", word)
    assert (matter.result_text, matter.due_on, matter.answered_on) == (result, due_on, answered_on)
    # The reopening is counted all the same.
    assert matter.reopen_count == 1
    assert set(figures.rebuild(check=True).values()) == {0}


def test_an_independent_call_decides_after_both_words(people):
    matter = people.awaiting_word()
    sample = sample_of(matter)
    first = call_of(people, matter, people.office, "unsatisfied")
    answer(people, asked_again(people, first, people.office), people.host2, "satisfied")

    answer(people, sample, people.supervisor, "unsatisfied")

    matter.refresh_from_db()
    assert matter.status == Status.TWICE_UNSATISFIED


def test_once_somebody_has_gone_on_the_second_word_changes_nothing_else(people):
    matter = people.awaiting_word()
    first = call_of(people, matter, people.office, "unsatisfied")
    people.move(matter, "note", people.handler, text="重新清淤")

    second = asked_again(people, first, people.office)
    answer(people, second, people.host2, "satisfied")

    matter.refresh_from_db()
    assert matter.status == Status.IN_PROGRESS
    assert FollowUp.objects.get(pk=second.pk).word == "satisfied"


def test_twice_not_satisfied_by_mistake(people):
    matter = people.awaiting_word()
    call_of(people, matter, people.office, "unsatisfied")
    people.move(matter, "report", people.handler, resolution="solved", text="又清了一次")
    matter = people.move(matter, "pass_review", people.desk)
    call = call_of(people, matter, people.office, "unsatisfied")
    assert Matter.objects.get(pk=matter.pk).status == Status.TWICE_UNSATISFIED

    answer(people, asked_again(people, call, people.office), people.host2, "satisfied")

    assert Matter.objects.get(pk=matter.pk).closure == "satisfied"


def test_silence_the_second_time_changes_nothing(people):
    matter = people.awaiting_word()
    first = call_of(people, matter, people.office, "unsatisfied")

    answer(people, asked_again(people, first, people.office), people.host2, "declined")

    assert Matter.objects.get(pk=matter.pk).status == Status.IN_PROGRESS


def test_rates_keep_the_first_word(people):
    matter = people.awaiting_word()
    first = call_of(people, matter, people.office, "unsatisfied")
    answer(people, asked_again(people, first, people.office), people.host2, "satisfied")

    assert words(people, WORDS_OF_ALL) == {"unsatisfied": 1}
    assert words(people, WORDS_OF_SAMPLE) == {}
    assert not Matter.objects.asked_in_sample().exists()


# --- Who -----------------------------------------------------------------------------------------


def test_only_who_wrote_it_down_says_that_it_was_a_mistake(people):
    first = call_of(people, people.awaiting_word(), people.office, "satisfied")

    for who in (people.desk, people.host2, people.supervisor):
        with pytest.raises(PermissionDenied):
            asked_again(people, first, who)
    assert not FollowUp.objects.filter(kind="second").exists()


def test_who_wrote_it_down_does_not_ask_again(people):
    first = call_of(people, people.awaiting_word(), people.office, "satisfied")
    second = asked_again(people, first, people.office)

    assert not rules.may_be_called_by(fresh(people.office), second)
    assert not rules.may_record_word(fresh(people.office), second)
    assert not rules.may_be_called_by(fresh(people.handler), second)
    assert rules.may_be_called_by(fresh(people.host2), second)


def test_it_is_asked_again_once(people):
    first = call_of(people, people.awaiting_word(), people.office, "satisfied")
    second = asked_again(people, first, people.office)

    for call in (first, second):
        with pytest.raises(PermissionDenied):
            asked_again(people, call, people.office)


def test_after_an_independent_call_nothing_is_asked_again(people):
    matter = people.awaiting_word()
    first = call_of(people, matter, people.office, "satisfied")
    answer(people, sample_of(matter), people.supervisor, "satisfied")

    with pytest.raises(PermissionDenied, match="独立回访"):
        asked_again(people, first, people.office)


# --- Pages ---------------------------------------------------------------------------------------


def test_both_words_stand_on_the_page_and_in_the_list(client, people):
    matter = people.awaiting_word()
    first = call_of(people, matter, people.office, "unsatisfied")
    client.force_login(people.office)
    page = client.get(first.get_absolute_url()).content.decode()
    address = reverse("outreach:ask_again", args=[first.pk])
    assert address in page

    sent = client.post(address, {"reason": "点错了选项"})
    assert sent.status_code == 302
    second = FollowUp.objects.get(kind="second")
    answer(people, second, people.host2, "satisfied")

    page = client.get(first.get_absolute_url()).content.decode()
    assert "不满意 · 李明" in page
    assert "满意 · 李秀英" in page
    assert address not in page
    client.force_login(people.supervisor)
    rows = client.get(reverse("outreach:words"), {"corrected": "better"}).content.decode()
    assert "首次登记：不满意" in rows
    other = client.get(reverse("outreach:words"), {"corrected": "other"}).content.decode()
    assert "首次登记：" not in other
