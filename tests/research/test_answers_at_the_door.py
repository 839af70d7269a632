"""Questionnaires at the villager's door: a code, page by page without script, sealed, once."""

from datetime import timedelta

import psycopg2
import pytest
from django.conf import settings as project
from django.db import connections
from django.test import Client
from django.utils import timezone

from outreach.door import logs, wrong_codes
from outreach.models import DoorTry
from outreach.models.cards import with_check_digit
from portal.run import embedded
from research import letters
from research.actions import answers as actions
from research.door import codes
from research.models import AnswerLink, SealedAnswer
from research.models.answers import Channel
from tests.day import TODAY
from tests.reading import words
from tests.research import answering
from tests.research.answering import answer, opened, stripped
from tests.research.filling import Filler


@pytest.fixture
def door(db, at_the_door):
    """A phone that visits the door."""
    return Client(REMOTE_ADDR="198.51.100.7")


def slips(people, questionnaire, count=4):
    return actions.issue_links(
        questionnaire=questionnaire,
        version=questionnaire.in_force,
        count=count,
        by=people.liaison,
    )


def filled_in(door, code, given, first=None):
    """Answer page by page; return the last page."""
    filler = Filler(answering.definition(), today=f"{TODAY}")
    response = first or door.get(f"/q/{code}/")
    assert response.status_code == 200
    for _page in range(12):
        sent = filler.fields(given)
        fields = {key: sent.getlist(key) for key in sent} | {"code": code, "go": "next"}
        response = door.post("/q/", fields)
        filler.press(answers=given)
        if filler.step.is_finished:
            break
    return response


def test_slips_are_for_the_drawn_and_printed_once(client, people):
    questionnaire = opened(people)
    client.force_login(people.liaison)
    url = f"/questionnaires/{questionnaire.pk}/slips/"
    asked = words(client.get(url))
    assert "尚无答题单的抽中对象：4" in asked and "评议票" not in asked

    sheet = words(client.post(url, {"count": "3"}))

    assert "抽中序号：1" in sheet and "花名册第1号" in sheet and "自愿填写" in sheet
    assert AnswerLink.objects.count() == 3
    assert client.post(url, {"count": "3"}).status_code == 200
    assert AnswerLink.objects.count() == 4
    assert client.post(url, {"count": "3"}).status_code == 422
    assert client.post(f"/questionnaires/{questionnaire.pk}/slips/void/").status_code == 302
    assert not AnswerLink.objects.exists()


def test_codes_are_kept_as_digests_alone(people):
    questionnaire = opened(people)
    link = slips(people, questionnaire)[0]

    assert codes.is_code(link.code) and len(link.code) == 16
    assert codes.number_of(link.code) == questionnaire.pk % 10_000
    stored = AnswerLink.objects.get(pk=link.pk)
    assert stored.digest == codes.digest(link.code)
    assert link.code not in str(AnswerLink.objects.values().get(pk=link.pk))


def test_a_villager_answers_without_script(people, door):
    questionnaire = opened(people)
    link = slips(people, questionnaire)[0]

    first = words(door.get(f"/q/{link.code}/"))
    assert "自愿填写，可随时停止" in first and "调查结束后去除身份标识" in first
    assert questionnaire.number in first and questionnaire.phone in first
    assert "<script" not in first
    last = filled_in(door, link.code, {"satisfied": "no", "age": "61", "words": "水压小"})

    assert "您的答卷已收到" in words(last)
    one = SealedAnswer.objects.get()
    assert (one.channel, one.typed_by, one.drawn) == (Channel.LINK, None, link.drawn)
    private = letters.private_key(questionnaire)
    given = letters.unseal(one.letter, questionnaire.pk, private)
    assert (given["satisfied"], given["age"], given["words"]) == ("no", "61", "水压小")
    link.drawn.refresh_from_db()
    assert (link.drawn.disposition, link.drawn.channel) == ("complete", "link")
    assert link.drawn.steps.get().by is None


def test_what_is_missing_is_asked_again(people, door):
    link = slips(people, opened(people))[0]

    response = filled_in(door, link.code, {"age": "61"})

    assert response.status_code == 422 and not SealedAnswer.objects.exists()


def test_a_code_works_once(people, door):
    questionnaire = opened(people)
    link = slips(people, questionnaire)[0]
    filled_in(door, link.code, {"satisfied": "yes"})

    again = door.get(f"/q/{link.code}/")
    sent = filled_in(door, link.code, {"satisfied": "no"}, first=again)

    assert "这个答题码已用过" in words(again)
    assert "这个答题码已用过" in words(sent)
    assert SealedAnswer.objects.count() == 1


def test_another_way_was_first(people, door):
    questionnaire = opened(people)
    link = slips(people, questionnaire)[0]
    answer(people, link.drawn)

    assert "不再以其他方式替换" in words(door.get(f"/q/{link.code}/"))


def test_a_slip_keeps_the_version_that_it_was_printed_for(people, door):
    questionnaire = opened(people)
    link = slips(people, questionnaire)[0]
    changed = answering.definition() | {"items": answering.definition()["items"][:1]}
    answering.add_version(questionnaire, people, 2, changed)

    filled_in(door, link.code, {"satisfied": "yes", "age": "40"})

    assert SealedAnswer.objects.get().version.number == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请输入十六位答题码"),
        ("1234", "这里有4位"),
        ("1" * 16, "逐位核对"),
        (with_check_digit("000012345678901"), "没有这个答题码"),
    ],
)
def test_wrong_codes_are_told_apart(people, door, typed, said):
    opened(people)

    response = door.post("/q/", {"code": typed})

    assert response.status_code == 422
    assert said in words(response) or typed == "1" * 16
    assert DoorTry.objects.filter(number="answer").count() == ("没有" in said)


def test_guessing_is_limited_by_address_and_in_the_database(people, door, monkeypatch):
    link = slips(people, opened(people))[0]
    monkeypatch.setattr(wrong_codes, "WRONG_OF_AN_ADDRESS", 2)
    wrong = with_check_digit("000012345678901")
    for _n in range(2):
        door.post("/q/", {"code": wrong})

    held = door.post("/q/", {"code": link.code})
    elsewhere = Client(REMOTE_ADDR="198.51.100.8").post("/q/", {"code": link.code})

    assert held.status_code == 429 and link.code in words(held)
    assert elsewhere.status_code == 200
    DoorTry.objects.bulk_create(DoorTry(number="answer", at=timezone.now()) for _n in range(5_000))
    assert door.get(f"/q/{link.code}/", REMOTE_ADDR="198.51.100.9").status_code == 429


def test_before_and_after_its_days(people, door):
    questionnaire = answering.drawn_questionnaire(people)
    questionnaire = actions.open_questionnaire(
        questionnaire=questionnaire,
        opens_on=TODAY + timedelta(days=2),
        closes_on=TODAY + timedelta(days=9),
        by=people.liaison,
        at=timezone.now(),
    )
    link = slips(people, questionnaire)[0]
    assert "尚未开始" in words(door.get(f"/q/{link.code}/"))

    for days, status in ((0, 200), (7, 200), (8, 410)):
        questionnaire.opens_on = TODAY - timedelta(days=30)
        questionnaire.closes_on = TODAY - timedelta(days=days)
        questionnaire.save(update_fields=["opens_on", "closes_on"])
        assert door.get(f"/q/{link.code}/").status_code == status


def test_who_comes_after_the_strip_is_told_and_counted_once(people, door):
    questionnaire = opened(people)
    link = slips(people, questionnaire)[0]
    stripped(people, questionnaire)

    for _time in range(2):
        response = door.get(f"/q/{link.code}/")

    assert response.status_code == 410
    assert "这份答卷迟到" in words(response)
    questionnaire.refresh_from_db()
    assert questionnaire.refused_late == 1


def test_forged_fields_and_too_much_text_do_no_harm(people, door):
    link = slips(people, opened(people))[0]
    forged = {"code": link.code, "page": "nothing", "carried": "%%%", "go": "add:__proto__"}

    assert door.post("/q/", forged).status_code in (200, 422)
    forged |= {"page": "satisfied", "a:satisfied": "yes", "a:is_admin": "yes", "go": "speak:x"}
    assert door.post("/q/", forged).status_code in (200, 422)
    long = door.post("/q/", forged | {"a:words": "长" * 1_000_000})
    assert long.status_code in (200, 400, 413, 422)
    assert not SealedAnswer.objects.exists()


def test_logs_hold_no_code():
    assert logs.masked("/q/0012345678901234/") == "/q/***/"
    assert logs.masked("/en/q/0012345678901234/") == "/en/q/***/"


def test_the_door_reads_no_table_of_it(committed_people):
    questionnaire = opened(committed_people)
    link = slips(committed_people, questionnaire)[0]
    role = project.DATABASES["default"]
    door = psycopg2.connect(
        dbname=connections["default"].settings_dict["NAME"],
        user=embedded.DOOR,
        password=role["PASSWORD"],
        host=role["HOST"],
        port=role["PORT"] or None,
    )
    door.autocommit = True
    with door.cursor() as cursor:
        for table in ("answerlink", "sealedanswer", "questionnaire", "questionnaireversion"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"SELECT * FROM research_{table}")  # noqa: S608
        digest, ending = codes.digest(link.code), codes.number_of(link.code)
        cursor.execute("SELECT door_answer(%s, %s)", [digest, ending])
        assert cursor.fetchone()[0]["state"] == "open"
        cursor.execute("SELECT door_take_answer(%s, %s, 'h1.x')", [digest, ending])
        assert cursor.fetchone()[0] == "taken"
        cursor.execute("SELECT door_take_answer(%s, %s, 'h1.x')", [digest, ending])
        assert cursor.fetchone()[0] == "used"
    door.close()
