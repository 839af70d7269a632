"""Answers: sealed, accepted through one channel, typed twice, and stripped of identities."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from outreach.models import ContactArea
from portal import parameters
from portal.models import AuditEntry, PolicyParameter
from portal.records import short_lived
from portal.roles import Role
from portal.run import jobs
from research import letters
from research.actions import answers as actions
from research.actions import strip
from research.models import (
    Answer,
    AnswerLink,
    AnswerText,
    Questionnaire,
    QuestionResult,
    SealedAnswer,
    SecondEntry,
)
from research.models.answers import Channel
from tests.day import TODAY
from tests.people import START, account, fresh
from tests.research import answering
from tests.research.answering import answer, later, opened, stripped, units
from tests.research.filling import Filler

# --- Opening and closing ------------------------------------------------------------------------


def test_opening_makes_a_key_and_says_the_days(people):
    questionnaire = opened(people)

    assert questionnaire.state == "running"
    assert len(bytes(questionnaire.public_key)) == 32
    assert len(letters.private_key(questionnaire)) == 32
    assert questionnaire.steps.get().move == "opened"


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, 5, "opens_on"), (5, 4, "closes_on"), (0, 400, "closes_on"), (0, 201, "closes_on")],
)
def test_days_that_cannot_be_are_refused(people, first, last, field):
    questionnaire = answering.drawn_questionnaire(people)
    days = TODAY + timedelta(days=first), TODAY + timedelta(days=last)

    with pytest.raises(ValidationError) as refused:
        actions.open_questionnaire(
            questionnaire=questionnaire,
            opens_on=days[0],
            closes_on=days[1],
            by=people.liaison,
            at=timezone.now(),
        )

    assert field in refused.value.message_dict


def test_another_organ_opens_nothing(people):
    questionnaire = answering.drawn_questionnaire(people)

    with pytest.raises(PermissionDenied):
        actions.open_questionnaire(
            questionnaire=questionnaire,
            opens_on=TODAY,
            closes_on=TODAY,
            by=people.neighbour_liaison,
            at=timezone.now(),
        )


def test_closing_leaves_days_for_late_answers(people):
    questionnaire = opened(people)

    closed = actions.close_questionnaire(
        questionnaire=questionnaire, by=people.liaison, at=timezone.now()
    )

    assert (closed.state, closed.closes_on) == ("late", TODAY)
    answer(people, units(closed)[0])
    late = timezone.now() + timedelta(days=8)
    with pytest.raises(PermissionDenied, match="are over"):
        answer(people, units(closed)[1], by=later(people.author, 8), at=late)


# --- An answer ----------------------------------------------------------------------------------


def test_an_answer_lies_sealed_and_is_nobodys_in_the_audit(people):
    questionnaire = opened(people)
    before = set(AuditEntry.objects.values_list("pk", flat=True))

    one = answer(people, units(questionnaire)[0], words="路不好走")

    assert "路不好走" not in one.letter
    private = letters.private_key(questionnaire)
    assert letters.unseal(one.letter, questionnaire.pk, private)["words"] == "路不好走"
    # Only the result for the drawn unit, as with everybody who was visited there.
    entry = AuditEntry.objects.exclude(pk__in=before).get()
    assert (entry.event, entry.fields) == ("drawn_unit.disposed", ["disposition"])
    drawn = units(questionnaire)[0]
    assert (drawn.disposition, drawn.disposed_on) == ("complete", TODAY)


def test_letters_of_unlike_answers_have_the_same_length(people):
    questionnaire = opened(people)
    one = answer(people, units(questionnaire)[0])
    other = answer(people, units(questionnaire)[1], words="很" * 200)

    assert len(one.letter) == len(other.letter)


def test_the_same_channel_replaces_and_another_is_refused(people):
    questionnaire = opened(people)
    drawn = units(questionnaire)[0]
    answer(people, drawn)
    answer(people, drawn, satisfied="no")

    with pytest.raises(PermissionDenied, match="not replaced by another way"):
        answer(people, drawn, channel=Channel.PAPER)

    one = SealedAnswer.objects.get(drawn=drawn)
    private = letters.private_key(questionnaire)
    assert letters.unseal(one.letter, questionnaire.pk, private) == {"satisfied": "no"}


def test_nobody_asks_who_was_not_given_the_unit(people):
    questionnaire = opened(people)

    with pytest.raises(PermissionDenied):
        answer(people, units(questionnaire)[0], by=people.neighbour_cadre)


def test_nobody_asks_in_a_village_of_their_own_work(people):
    questionnaire = opened(people)
    drawn = units(questionnaire)[0]
    ContactArea.objects.create(cadre=people.cadre, unit=drawn.unit, starts_on=START)

    with pytest.raises(PermissionDenied, match="own work"):
        answer(people, drawn)


def test_answers_that_do_not_fit_are_refused_and_forged_names_left_out(people):
    questionnaire = opened(people)
    drawn = units(questionnaire)[0]

    with pytest.raises(actions.Wrong) as wrong:
        answer(people, drawn, satisfied="perhaps", age="17")
    assert dict(wrong.value.wrong) == {"satisfied": "choice", "age": "constraint"}
    with pytest.raises(actions.Wrong) as wrong:
        answer(people, drawn, words="长" * 1_000_000)
    assert wrong.value.wrong == [("words", "long")]

    one = answer(people, drawn, is_admin="yes", members=["x", {"works_away": "no", "name": "甲"}])
    private = letters.private_key(questionnaire)
    given = letters.unseal(one.letter, questionnaire.pk, private)
    assert given == {"satisfied": "yes", "members": [{"works_away": "no"}]}


def test_an_old_version_is_answered_by_what_it_was_given_to(people):
    questionnaire = opened(people)
    old = questionnaire.in_force
    changed = answering.definition() | {
        "lists": answering.definition()["lists"] | {"yes_no": [{"name": "1", "label": {}}]}
    }
    answering.add_version(questionnaire, people, 2, changed)

    one = answer(people, units(questionnaire)[0], version=old)

    assert one.version == old
    with pytest.raises(actions.Wrong):
        answer(people, units(questionnaire)[1])
    other = opened(people, title="另一份")
    with pytest.raises(ValidationError, match="another questionnaire"):
        answer(people, units(questionnaire)[1], version=other.in_force)


def test_a_reserve_is_asked_once_it_is_released(people):
    questionnaire = opened(people, reserve=1)

    with pytest.raises(PermissionDenied, match="reserve"):
        answer(people, units(questionnaire)[0])


# --- Paper --------------------------------------------------------------------------------------


def second_of(people, questionnaire, drawn, **said):
    one = answer(people, drawn, channel=Channel.PAPER, **said)
    second, _made = SecondEntry.objects.get_or_create(answer=one)
    return second


@pytest.fixture
def other_liaison(people):
    return account("liaison2", "徐州", people.agriculture, Role.LIAISON, within=people.agriculture)


def test_one_paper_in_ten_is_drawn_by_the_key(people):
    drawn = [n for n in range(10_000) if letters.is_drawn_for_second(n, b"k" * 32)]
    other = [n for n in range(10_000) if letters.is_drawn_for_second(n, b"q" * 32)]

    assert 900 < len(drawn) < 1_100
    assert drawn != other


def test_somebody_else_types_the_paper_again(people, other_liaison):
    questionnaire = opened(people)
    second = second_of(people, questionnaire, units(questionnaire)[0], age="40")

    with pytest.raises(PermissionDenied, match="Somebody else"):
        actions.type_second(
            second=second, answers={"satisfied": "yes"}, by=people.liaison, at=timezone.now()
        )
    same = actions.type_second(
        second=second,
        answers={"satisfied": "yes", "age": "40"},
        by=other_liaison,
        at=timezone.now(),
    )

    assert (same.fields, same.differing, same.is_settled) == (2, 0, True)


def test_too_many_differences_have_all_papers_typed_twice(people, other_liaison):
    questionnaire = opened(people)
    first, *rest = units(questionnaire)
    for drawn in rest:
        answer(people, drawn, channel=Channel.PAPER)
    SecondEntry.objects.all().delete()
    second = second_of(people, questionnaire, first, age="40", words="想修路")

    second = actions.type_second(
        second=second,
        answers={"satisfied": "yes", "age": "41", "words": "想修路"},
        by=other_liaison,
        at=timezone.now(),
    )

    assert (second.fields, second.differing, second.is_settled) == (3, 1, False)
    assert SecondEntry.objects.count() == len(rest) + 1
    assert actions.compared(second) == [("age", "40", "41")]

    second = actions.settle(
        second=second, takes_second=["age"], by=people.liaison, at=timezone.now()
    )
    private = letters.private_key(questionnaire)
    kept = letters.unseal(second.answer.letter, questionnaire.pk, private)
    assert (kept["age"], kept["words"], second.is_settled) == ("41", "想修路", True)


# --- The strip ----------------------------------------------------------------------------------


def test_it_waits_for_the_last_late_day_and_for_second_entries(people):
    questionnaire = opened(people)
    second_of(people, questionnaire, units(questionnaire)[0])

    with pytest.raises(PermissionDenied, match="taken until"):
        strip.strip(questionnaire, by=later(people.liaison, 17), at=timezone.now())
    with pytest.raises(PermissionDenied, match="Second entries"):
        strip.strip(questionnaire, by=later(people.liaison, 18), at=timezone.now())


def test_the_norm_says_how_many_late_days(people):
    questionnaire = opened(people)
    PolicyParameter.objects.create(
        code="research.late_days", value="3", basis="试点", valid_from=TODAY
    )
    parameters.forget()

    strip.strip(questionnaire, by=later(people.liaison, 14), at=timezone.now())

    assert Questionnaire.objects.get().state == "stripped"


def test_what_is_left_has_neither_person_village_nor_time(people):
    questionnaire = opened(people, villages=3, households=4)
    for n, drawn in enumerate(units(questionnaire)):
        answer(
            people,
            drawn,
            words=f"黄奶奶说第{n}件事，电话13812345678",
            age=str(30 + n),
            members=[{"works_away": "no"}, {"works_away": "yes"}],
        )

    stripped(people, questionnaire)

    assert questionnaire.state == "stripped"
    assert bytes(questionnaire.public_key) == b""
    with pytest.raises(short_lived.Gone):
        letters.private_key(questionnaire)
    assert not SealedAnswer.objects.exists() and not AnswerLink.objects.exists()
    rows = list(Answer.objects.order_by("pk"))
    assert len(rows) == 12
    assert {row.township for row in rows} == {people.other_town}
    assert {row.cluster for row in rows} == {1, 2, 3}
    assert {row.weight for row in rows} == {10.0}
    # “echo” repeats the text, so it is not kept either.
    assert {tuple(sorted(row.values)) for row in rows} == {
        ("age", "members/works_away", "satisfied")
    }
    assert [row.values["members/works_away"] for row in rows] == [["no", "yes"]] * 12
    ages = [int(row.values["age"]) for row in rows]
    assert sorted(ages) == list(range(30, 42)) and ages != sorted(ages)
    texts = [row.text for row in AnswerText.objects.order_by("pk")]
    assert len(texts) == 12
    assert all("13812345678" not in text and "黄奶奶" not in str.__str__(text) for text in texts)
    assert QuestionResult.objects.filter(questionnaire=questionnaire).count() == 6


def test_texts_lie_in_another_order_than_answers(people):
    questionnaire = opened(people, villages=8, households=4)
    for n, drawn in enumerate(units(questionnaire)):
        answer(people, drawn, words=f"{n}", age=str(30 + n))

    stripped(people, questionnaire)

    ages = [int(row.values["age"]) - 30 for row in Answer.objects.order_by("pk")]
    texts = [int(row.text) for row in AnswerText.objects.order_by("pk")]
    assert sorted(ages) == sorted(texts) and ages != texts


def test_a_stratum_of_one_village_is_not_named(people):
    questionnaire = opened(people, villages=3, strata=["上坪村", "", ""])
    for drawn in units(questionnaire):
        answer(people, drawn)

    stripped(people, questionnaire)

    assert set(Answer.objects.values_list("stratum", flat=True)) == {"*1", ""}


def test_a_failed_strip_changes_nothing(people, monkeypatch):
    questionnaire = opened(people)
    answer(people, units(questionnaire)[0])

    def fails(*_args, **_more):
        raise RuntimeError

    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(strip.estimation, "figures", fails)
        stripped(people, questionnaire)

    questionnaire.refresh_from_db()
    assert letters.private_key(questionnaire) and SealedAnswer.objects.count() == 1
    assert not Answer.objects.exists()


def test_an_answer_after_it_is_refused_and_counted(people):
    questionnaire = opened(people)
    stripped(people, questionnaire)

    for _time in range(2):
        with pytest.raises(actions.TooLate, match="too late"):
            answer(people, units(questionnaire)[0])

    questionnaire.refresh_from_db()
    assert questionnaire.refused_late == 2
    assert not SealedAnswer.objects.exists()


PUT_IN = """
INSERT INTO research_sealedanswer
    (questionnaire_id, version_id, drawn_id, channel, letter, given_on)
SELECT q.id, v.id, d.id, 'link', 'x', now() FROM research_questionnaire q
JOIN research_questionnaireversion v ON v.questionnaire_id = q.id
JOIN research_sample s ON s.questionnaire_id = q.id
JOIN research_drawnunit d ON d.sample_id = s.id WHERE q.id = %s LIMIT 1
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE research_questionnaire SET stripped_at = NULL WHERE id = %s",
        "UPDATE research_questionnaire SET public_key = 'x' WHERE id = %s",
        PUT_IN,
        "UPDATE research_answer SET weight = 1 WHERE id = %s",
        "DELETE FROM research_answertext WHERE id = %s",
        "DELETE FROM research_questionresult WHERE id = %s",
    ],
)
def test_the_running_role_brings_nothing_back(people, statement):
    questionnaire = opened(people)
    stripped(people, questionnaire)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [questionnaire.pk])


def test_the_strip_runs_as_a_job(people, django_capture_on_commit_callbacks):
    questionnaire = opened(people)
    answer(people, units(questionnaire)[0])
    by, at = later(people.liaison), timezone.now() + timedelta(days=18)

    job = strip.ask_to_strip(questionnaire=questionnaire, by=by)
    jobs.run(job.pk, clock=lambda: at)

    job.refresh_from_db()
    assert (job.state, job.done_count, job.total_count) == ("done", 1, 1)
    questionnaire.refresh_from_db()
    assert [step.move for step in questionnaire.steps.order_by("pk")] == [
        "opened",
        "closed",
        "stripped",
    ]


# --- Pages --------------------------------------------------------------------------------------


def post(client, url, filler, **more):
    sent = filler.fields(more.pop("answers", {}))
    sent.update(more)
    return client.post(url, {key: sent.getlist(key) for key in sent})


def test_the_cadre_answers_page_by_page(client, people):
    questionnaire = opened(people)
    drawn = units(questionnaire)[0]
    client.force_login(people.author)

    listed = client.get("/fieldwork/")
    assert "饮水安全调查" in listed.content.decode()
    url = f"/fieldwork/{drawn.pk}/"
    assert client.get(url).status_code == 200
    filler = Filler(answering.definition(), whole=True, today=f"{TODAY}")
    missing = post(client, url, filler)
    assert missing.status_code == 422
    given = {"satisfied": "no", "age": "52"}
    response = client.get(url)
    for _page in range(10):
        response = post(client, url, filler, answers=given)
        if response.status_code == 302:
            break
        filler.press(answers=given)
    assert response.status_code == 302
    one = SealedAnswer.objects.get()
    private = letters.private_key(questionnaire)
    assert letters.unseal(one.letter, questionnaire.pk, private)["age"] == "52"
    assert one.typed_by == people.author


def test_what_was_answered_so_far_is_kept_as_a_part(client, people):
    questionnaire = opened(people)
    drawn = units(questionnaire)[0]
    client.force_login(people.author)
    filler = Filler(answering.definition(), whole=True, today=f"{TODAY}")

    response = post(client, f"/fieldwork/{drawn.pk}/", filler, answers={"age": "33"}, stop="1")

    assert response.status_code == 302
    drawn.refresh_from_db()
    assert drawn.disposition == "partial"


def test_who_comes_after_the_strip_is_told_and_counted(client, people):
    questionnaire = opened(people)
    stripped(people, questionnaire)
    client.force_login(people.author)
    filler = Filler(answering.definition(), whole=True, today=f"{TODAY}")

    response = post(client, f"/fieldwork/{units(questionnaire)[0].pk}/", filler)

    assert response.status_code == 410
    assert "迟到" in response.content.decode()
    questionnaire.refresh_from_db()
    assert questionnaire.refused_late == 1


def test_a_paper_is_found_by_its_number(client, people):
    questionnaire = opened(people)
    client.force_login(people.liaison)
    url = f"/questionnaires/{questionnaire.pk}/paper/"

    wrong = client.post(url, {"position": "999"})
    found = client.post(url, {"position": "2"})

    assert wrong.status_code == 422
    assert found.url == f"/questionnaires/paper/{units(questionnaire)[1].pk}/"
    assert client.get(found.url).status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填写这一项"),
        ("abc", "请填写整数"),
        ("0", "不能小于1"),
        ("999", "没有这个份号的抽中对象"),
    ],
)
def test_a_number_that_is_none_is_kept_and_refused_in_words(client, people, typed, said):
    questionnaire = opened(people)
    client.force_login(people.liaison)

    response = client.post(f"/questionnaires/{questionnaire.pk}/paper/", {"position": typed})

    page = response.content.decode()
    assert response.status_code == 422
    assert said in page and (not typed or f'value="{typed}"' in page)
    # A number field would show nothing for an invalid number.
    field = re.search(r'<input[^>]*name="position"[^>]*>', page).group()
    assert 'type="text"' in field and 'inputmode="numeric"' in field


def test_a_paper_after_the_strip_is_refused_in_a_sentence(client, people):
    questionnaire = opened(people)
    stripped(people, questionnaire)
    client.force_login(people.liaison)

    response = client.post(f"/questionnaires/{questionnaire.pk}/paper/", {"position": "2"})

    assert response.status_code == 403
    assert "目前状态为“已去标识封存”，此事现在不能办理" in response.content.decode()
    assert not SealedAnswer.objects.exists()


def test_second_entries_are_typed_and_compared_on_pages(client, people, other_liaison):
    questionnaire = opened(people)
    second = second_of(people, questionnaire, units(questionnaire)[0], age="40")
    client.force_login(people.liaison)
    assert client.get(f"/questionnaires/second/{second.pk}/").status_code == 403
    assert "另一人" in client.get(f"/questionnaires/{questionnaire.pk}/answers/").content.decode()
    client.force_login(fresh(other_liaison))
    url = f"/questionnaires/second/{second.pk}/"
    page = client.get(url).content.decode()
    assert ">40<" not in page and 'value="40"' not in page
    filler = Filler(answering.definition(), whole=True, today=f"{TODAY}")
    given = {"satisfied": "yes", "age": "41"}
    for _page in range(10):
        response = post(client, url, filler, answers=given)
        if response.status_code == 302:
            break
        filler.press(answers=given)
    settle = f"/questionnaires/settle/{second.pk}/"
    assert response.url == settle
    assert "年龄" in client.get(settle).content.decode()
    assert client.post(settle, {}).status_code == 422
    assert client.post(settle, {"a:age": "second"}).status_code == 302
    second.refresh_from_db()
    assert second.is_settled


@pytest.mark.parametrize("n", [1, 3])
def test_queries_of_my_fieldwork(client, people, django_assert_num_queries, n):
    opened(people, households=n)
    client.force_login(people.author)
    client.get("/fieldwork/")

    with django_assert_num_queries(8):
        client.get("/fieldwork/")
