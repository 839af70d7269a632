"""问卷: from the spreadsheet to the review by somebody other than the author."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from portal.duties import reminders, todo
from portal.models import AuditEntry, Reminder, StepBefore
from research.actions import questionnaires as actions
from research.forms.questionnaires import read_content
from research.models import Questionnaire, QuestionnaireVersion, Trial
from research.models.questionnaires import QuestionnaireState as State
from research.questionnaires.template import workbook
from tests.day import TODAY, in_days, now
from tests.people import fresh
from tests.reading import words
from tests.research.questionnaires import FORM, content, given_out, made, uploaded
from tests.research.test_reader import EXPECTED, FORMS

HEAD = {"title": "便民服务需求调查", "purpose": "改进便民服务", "phone": "0990-1234567"}
LONG = [["type", "name", "label"], *(["integer", f"q{n}", f"Q{n}"] for n in range(26))]


def sees(user, questionnaire):
    return Questionnaire.objects.visible_to(user).filter(pk=questionnaire.pk).exists()


def submitted(people, **changes):
    questionnaire = given_out(people, **changes)
    return actions.submit(
        questionnaire=questionnaire, by=people.liaison, at=now(), reason="试填对象外出"
    )


def reviewed(people, number="2026-1", **changes):
    return actions.review(
        questionnaire=submitted(people, **changes),
        by=people.office,
        at=now(),
        number=number,
        valid_until=in_days(90),
    )


def file(data, name="form.xlsx"):
    return SimpleUploadedFile(name, data)


def events():
    return list(
        AuditEntry.objects.filter(event__startswith="questionnaire.")
        .order_by("pk")
        .values_list("event", flat=True)
    )


# --- Beginning and reading in ---------------------------------------------------------------------


def test_head_and_workbook_make_a_questionnaire(people, browse):
    response = browse("liaison").post(
        reverse("research:new_questionnaire"),
        HEAD | {"organ": people.agriculture.pk, "workbook": file(content(FORM))},
    )

    questionnaire = Questionnaire.objects.get()
    assert response.url == questionnaire.get_absolute_url()
    assert (questionnaire.state, questionnaire.written_by) == (State.DESIGN, people.liaison)
    version = questionnaire.newest
    assert (version.number, version.questions, version.minutes) == (1, 1, 1)
    assert bytes(QuestionnaireVersion.objects.get().workbook).startswith(b"PK")
    assert events() == ["questionnaire.begun", "questionnaire.uploaded"]


def test_a_refused_workbook_saves_nothing_and_keeps_what_was_typed(people, browse):
    rows = [["type", "name", "label", "media::image"], ["geopoint", "a", "A", "x.jpg"]]
    response = browse("liaison").post(
        reverse("research:new_questionnaire"),
        HEAD | {"organ": people.agriculture.pk, "workbook": file(content(rows))},
    )

    assert response.status_code == 422
    assert not Questionnaire.objects.exists()
    page = words(response)
    assert "改进便民服务" in page
    refused, left_out = "<strong>A2</strong>", "<strong>D1</strong>"
    assert page.index(refused) < page.index(left_out)


@pytest.mark.sampled(one_in=6)
@pytest.mark.parametrize("name", EXPECTED)
def test_forms_of_others_go_through_the_page(people, browse, name):
    questionnaire = made(people)

    response = browse("liaison").post(
        reverse("research:upload_questionnaire", args=[questionnaire.pk]),
        {"workbook": file((FORMS / name).read_bytes(), name)},
    )

    refused = EXPECTED[name]["refused"]
    assert response.status_code == (422 if refused else 302)
    assert questionnaire.versions.count() == (0 if refused else 1)
    page = words(response)
    for one in refused:
        assert f"<strong>{one.partition('!')[2]}</strong>" in page
    if not refused:
        opened = browse("liaison").get(reverse("research:questionnaire", args=[questionnaire.pk]))
        assert opened.status_code == 200
        paper = reverse("research:questionnaire_print", args=[questionnaire.pk])
        assert browse("liaison").get(paper).status_code == 200


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([["text", "a", "A", "${b}=1"], ["text", "b", "B", "${a}=1"]], "D2"),
        ([["frob", "a", "A"]], "A2"),
        ([["text", "a", "A"], ["text", "a", "B"]], "B3"),
        ([["select_one gone", "a", "A"]], "A2"),
        ([["text", "a", "=B2"]], "C2"),
    ],
)
def test_what_is_wrong_is_named_with_its_cell(people, browse, rows, cell):
    questionnaire = made(people)
    data = content([["type", "name", "label", "relevant"], *rows])

    response = browse("liaison").post(
        reverse("research:upload_questionnaire", args=[questionnaire.pk]), {"workbook": file(data)}
    )

    assert response.status_code == 422
    assert f"<strong>{cell}</strong>" in words(response)


@pytest.mark.parametrize(
    "data",
    [b"", b"a,b", b"PK\x03\x04no", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 90, b"x" * 30_000_000],
    ids=["empty", "text", "zip", "old", "large"],
)
def test_a_file_that_is_no_workbook_is_refused_in_words(people, browse, data):
    questionnaire = made(people)

    response = browse("liaison").post(
        reverse("research:upload_questionnaire", args=[questionnaire.pk]), {"workbook": file(data)}
    )

    assert response.status_code == 422
    assert "error-summary" in words(response)
    assert not questionnaire.versions.exists()


def test_the_template_is_read_whole(people, browse):
    response = browse("liaison").get(reverse("research:questionnaire_template"))
    data = b"".join(response.streaming_content)

    made_of_it = uploaded_bytes(data)
    assert made_of_it.left_out == []
    assert made_of_it.definition["languages"] == ["中文 (zh)", "English (en)"]
    assert data[:2] == workbook()[:2] == b"PK"


def uploaded_bytes(data):
    found = read_content(data)
    assert found.problems == []
    return actions.Upload("t.xlsx", data, found.definition, found.digest, [])


def test_the_workbook_comes_back_as_it_was(people, browse):
    questionnaire = given_out(people)
    address = reverse("research:questionnaire_workbook", args=[questionnaire.pk, 1])

    sent = b"".join(browse("liaison").get(address).streaming_content)

    assert sent == bytes(QuestionnaireVersion.objects.get().workbook)


def test_the_same_workbook_is_no_new_version(people):
    upload = uploaded(FORM)
    questionnaire = made(people, upload=upload)

    with pytest.raises(ValidationError):
        actions.add_version(questionnaire=questionnaire, upload=upload, by=people.liaison, at=now())


def test_the_length_is_reckoned_by_the_norms(people):
    rows = [
        ["type", "name", "label"],
        ["text", "words", "W"],
        ["integer", "number", "N"],
        ["note", "note", "N"],
        ["begin_repeat", "people", "P"],
        ["integer", "age", "A"],
        ["end_repeat"],
    ]
    version = made(people, upload=uploaded(rows)).newest

    # 45 s for text, 20 s for a number, three times 20 s in the repeat.
    assert (version.questions, version.minutes) == (3, 3)


def test_differences_name_what_changed(people, browse):
    head = ["type", "name", "label", "required", "relevant"]
    old = [head, ["text", "a", "一"], ["text", "b", "二"], ["text", "c", "三"], ["text", "d", "四"]]
    new = [head, ["text", "c", "三"], ["text", "a", "一"], ["integer", "b", "二?", "yes"]]
    new += [["text", "e", "五", None, "${a} = 'x'"]]
    questionnaire = made(people, upload=uploaded(old))
    actions.add_version(
        questionnaire=questionnaire, upload=uploaded(new), by=people.liaison, at=now()
    )

    with translation.override("zh-hans"):
        address = reverse("research:questionnaire_differences", args=[questionnaire.pk, 2])
        page = words(browse("liaison").get(address))

    for said in ("新增", "已删去", "有改动", "移动", "五", "四"):
        assert said in page


# --- Trying it out --------------------------------------------------------------------------------


def test_somebody_of_the_organ_tries_it_and_nothing_of_the_answers_is_kept(people, browse):
    questionnaire = given_out(
        people, [["type", "name", "label", "required"], ["text", "a", "A", "yes"]]
    )
    address = reverse("research:try_questionnaire", args=[questionnaire.pk])
    client = browse("author")
    page = client.get(address).context["page"]
    fields = {"page": page.key, "carried": page.carried, "version": "1"}

    refused = client.post(address, fields)
    assert refused.status_code == 422
    assert "请回答" in words(refused) or "Please answer" in words(refused)
    end = client.post(address, fields | {"a:a": "秘密的话"})
    assert "秘密的话" not in words(end)
    done = client.post(
        reverse("research:tried_questionnaire", args=[questionnaire.pk]),
        {"ticket": end.context["ticket"], "minutes": "4", "remark": "第一题不清楚"},
    )

    assert done.url == questionnaire.get_absolute_url()
    trial = Trial.objects.get()
    assert (trial.by, trial.minutes, trial.remark) == (people.author, 4, "第一题不清楚")
    assert "第一题不清楚" in words(client.get(done.url))


def test_who_did_not_come_to_the_end_has_not_tried_it(people, browse):
    questionnaire = given_out(people)

    browse("author").post(
        reverse("research:tried_questionnaire", args=[questionnaire.pk]),
        {"ticket": "x", "minutes": "4"},
    )

    assert not Trial.objects.exists()


def test_a_second_try_replaces_the_first(people):
    version = given_out(people).newest
    for minutes in (9, 4):
        actions.note_trial(version=version, by=people.author, at=now(), minutes=minutes, remark="")

    assert [trial.minutes for trial in Trial.objects.all()] == [4]


def test_a_trial_goes_on_with_the_version_it_began_with(people, browse):
    questionnaire = given_out(people)
    address = reverse("research:try_questionnaire", args=[questionnaire.pk])
    client = browse("author")
    page = client.get(address).context["page"]
    actions.add_version(
        questionnaire=questionnaire,
        upload=uploaded([FORM[0], ["text", "other", "Other"]]),
        by=people.liaison,
        at=now(),
    )

    fields = {"page": page.key, "carried": page.carried, "version": "1", "a:a": "x"}
    assert "ticket" in client.post(address, fields).context


def test_only_the_own_organ_sees_what_is_tried(people):
    questionnaire = given_out(people)

    assert sees(people.author, questionnaire)
    assert not sees(people.handler, questionnaire)
    assert not sees(people.host, questionnaire)
    Questionnaire.objects.update(state=State.DESIGN)
    assert not sees(people.author, questionnaire)
    assert sees(people.office, questionnaire)


# --- Review ---------------------------------------------------------------------------------------


def test_few_trials_and_many_questions_need_a_reason(people):
    questionnaire = given_out(people, LONG)
    for given, missing in (({}, "why_long"), ({"why_long": "涉及面广"}, "reason")):
        with pytest.raises(ValidationError) as refused:
            actions.submit(questionnaire=questionnaire, by=people.liaison, at=now(), **given)
        assert list(refused.value.message_dict) == [missing]

    actions.submit(
        questionnaire=questionnaire, by=people.liaison, at=now(), why_long="涉及面广", reason="人少"
    )
    questionnaire.refresh_from_db()
    assert (questionnaire.state, questionnaire.why_long) == (State.REVIEW, "涉及面广")


def test_the_form_asks_only_for_the_reasons_that_are_needed(people, browse):
    questionnaire = given_out(people)
    address = reverse("research:submit_questionnaire", args=[questionnaire.pk])
    client = browse("liaison")
    assert list(client.get(address).context["form"].fields) == ["reason", "numbers"]
    for name in ("author", "colleague", "host", "desk", "handler"):
        Trial.objects.create(
            version=questionnaire.newest, by=getattr(people, name), minutes=3, at=now()
        )

    assert list(client.get(address).context["form"].fields) == ["numbers"]
    assert client.post(address, {}).status_code == 302
    questionnaire.refresh_from_db()
    assert questionnaire.state == State.REVIEW


def test_somebody_else_reviews_it(people):
    questionnaire = submitted(people)
    with pytest.raises(PermissionDenied):
        actions.review(
            questionnaire=questionnaire,
            by=people.liaison,
            at=now(),
            number="1",
            valid_until=in_days(9),
        )

    actions.review(
        questionnaire=questionnaire, by=people.office, at=now(), number="7", valid_until=in_days(9)
    )

    questionnaire.refresh_from_db()
    assert (questionnaire.state, questionnaire.number) == (State.REVIEWED, "7")
    assert questionnaire.in_force.reviewed_by == people.office
    assert [step.move for step in questionnaire.steps.order_by("pk")] == [
        *("uploaded", "tried", "submitted", "reviewed"),
    ]
    with pytest.raises(PermissionDenied):
        actions.review(
            questionnaire=questionnaire, by=people.office, at=now(), number="8", valid_until=TODAY
        )


def test_who_read_in_the_newest_version_does_not_review_it(people):
    questionnaire = given_out(people)
    actions.add_version(
        questionnaire=questionnaire,
        upload=uploaded([FORM[0], ["text", "b", "B"]]),
        by=people.office,
        at=now(),
    )
    actions.submit(questionnaire=questionnaire, by=people.office, at=now(), reason="人少")

    with pytest.raises(PermissionDenied):
        actions.review(
            questionnaire=questionnaire,
            by=people.office,
            at=now(),
            number="1",
            valid_until=in_days(9),
        )


def test_the_database_refuses_a_writer_who_reviews(people):
    questionnaire = reviewed(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.update(reviewed_by=people.liaison)
    with pytest.raises(IntegrityError), transaction.atomic():
        questionnaire.versions.update(reviewed_by=people.liaison)
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.update(number="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.update(table_number="云统01")


def test_a_number_is_given_once(people, browse):
    reviewed(people, "5")
    other = submitted(people)

    response = browse("office").post(
        reverse("research:review_questionnaire", args=[other.pk]),
        {"number": "5", "valid_until": in_days(9).isoformat()},
    )

    assert response.status_code == 422
    other.refresh_from_db()
    assert other.state == State.REVIEW


def test_sent_back_it_is_designed_anew(people):
    questionnaire = submitted(people)

    actions.send_back(
        questionnaire=questionnaire, by=people.office, at=now(), reason="第三题有诱导性"
    )

    assert Questionnaire.objects.sent_back(TODAY).get() == questionnaire
    questionnaire.refresh_from_db()
    assert questionnaire.state == State.DESIGN
    assert questionnaire.steps.order_by("-pk").first().text == "第三题有诱导性"


def test_a_new_version_after_the_review_needs_a_new_one(people):
    questionnaire = reviewed(people)

    actions.add_version(
        questionnaire=questionnaire,
        upload=uploaded([FORM[0], ["text", "b", "B"]]),
        by=people.liaison,
        at=now(),
    )

    questionnaire.refresh_from_db()
    assert (questionnaire.state, questionnaire.reviewed_by) == (State.DESIGN, None)
    assert questionnaire.in_force.number == 1


def test_while_answers_are_taken_the_reviewed_version_goes_on(people):
    questionnaire = reviewed(people)
    Questionnaire.objects.update(state=State.RUNNING)
    upload = uploaded([FORM[0], ["text", "b", "B"]])
    actions.add_version(questionnaire=questionnaire, upload=upload, by=people.liaison, at=now())
    questionnaire.refresh_from_db()
    assert (questionnaire.state, questionnaire.in_force.number) == (State.RUNNING, 1)
    assert list(Questionnaire.objects.to_review(TODAY)) == [questionnaire]
    with pytest.raises(PermissionDenied):
        actions.review_version(questionnaire=questionnaire, by=people.liaison, at=now())

    actions.review_version(questionnaire=questionnaire, by=people.office, at=now())

    assert questionnaire.in_force.number == 2
    assert not Questionnaire.objects.to_review(TODAY).exists()


def test_what_is_given_up_stays_so(people):
    questionnaire = given_out(people)
    actions.drop(questionnaire=questionnaire, by=people.liaison, at=now(), reason="改用座谈")

    with pytest.raises(PermissionDenied):
        actions.drop(questionnaire=questionnaire, by=people.liaison, at=now(), reason="x")
    with pytest.raises(PermissionDenied):
        actions.add_version(
            questionnaire=questionnaire, upload=uploaded(FORM), by=people.liaison, at=now()
        )


def test_the_head_changes_until_it_is_handed_in(people):
    questionnaire = made(people)
    actions.change_questionnaire(questionnaire=questionnaire, by=people.liaison, title="新题目")
    questionnaire.refresh_from_db()
    assert questionnaire.title == "新题目"

    Questionnaire.objects.update(state=State.REVIEW)
    with pytest.raises(PermissionDenied):
        actions.change_questionnaire(questionnaire=questionnaire, by=people.liaison, title="再改")


def test_an_organ_of_others_cannot_be_named(people, browse):
    response = browse("liaison").post(
        reverse("research:new_questionnaire"), HEAD | {"organ": people.water.pk}
    )

    assert response.status_code == 422
    with pytest.raises(PermissionDenied):
        made(people, organ=people.water)


# --- Head, duties, list, paper --------------------------------------------------------------------


def test_the_head_is_the_one_of_the_rules(people, browse):
    questionnaire = reviewed(
        people, table_number="云统01", made_by="县农业农村局", approval="云统备〔2026〕3号"
    )
    with translation.override("zh-hans"):
        assert questionnaire.head == (
            "本问卷由县农业农村局为改进村级便民服务开展，自愿填写，可随时停止；"
            "结果只作汇总分析，调查结束后去除身份标识。"
        )
        until = in_days(90)
        day = f"{until.year}年{until.month}月{until.day}日"
        assert questionnaire.marks == (f"编号 2026-1　有效期至 {day}　联系电话 0990-1234567")
        assert questionnaire.table_marks == [
            "表号：云统01",
            "制定机关：县农业农村局",
            "批准（备案）文号：云统备〔2026〕3号",
            f"有效期至：{day}",
        ]
    page = words(
        browse("liaison").get(reverse("research:questionnaire_print", args=[questionnaire.pk]))
    )
    assert "本问卷由县农业农村局为改进村级便民服务开展" in page
    assert "表号：云统01" in page


def test_the_review_waits_for_everybody_but_its_writer(people):
    submitted(people)

    def number(who):
        return todo.counts(fresh(getattr(people, who))).get("questionnaire_review", 0)

    assert (number("office"), number("liaison"), number("author")) == (1, 0, 0)
    reminders.tell(day=TODAY, at=now(), by="test")
    told = Reminder.objects.filter(kind="questionnaire_review")
    assert {one.user for one in told} == {people.office}


QUERIES = 8


def test_the_list_costs_the_same_for_one_row_and_three(people, browse, django_assert_num_queries):
    client, address = browse("office"), reverse("research:questionnaires")
    given_out(people)
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    given_out(people, title="第二份")
    made(people, title="第三份")
    with django_assert_num_queries(QUERIES):
        page = client.get(address)
    assert "第三份" in words(page)


def test_the_page_costs_the_same_for_one_version_and_three(
    people, browse, django_assert_num_queries
):
    questionnaire = given_out(people)
    client, address = browse("office"), questionnaire.get_absolute_url()
    actions.note_trial(
        version=questionnaire.newest, by=people.author, at=now(), minutes=3, remark="a"
    )
    # As later, when these steps can no longer be taken back.
    StepBefore.objects.all().delete()
    client.get(address)
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(address)
    for n in range(2):
        upload = uploaded([FORM[0], ["text", f"b{n}", "B"]])
        actions.add_version(questionnaire=questionnaire, upload=upload, by=people.liaison, at=now())
        for who in (people.author, people.colleague):
            actions.note_trial(
                version=questionnaire.newest, by=who, at=now(), minutes=3, remark="b"
            )
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(address)


PAGE_QUERIES = 18


def test_search_finds_title_and_number(people, browse):
    reviewed(people, "云农调-7", title="灌溉用水调查")
    address = reverse("research:questionnaires")
    for text, found in (("灌溉", True), ("云农调-7", True), ("别的", False)):
        page = words(browse("office").get(address, {"q": text, "tab": "all"}))
        assert ("灌溉用水调查" in page) == found


def test_paper_has_numbers_boxes_and_jumps_in_words(people, browse):
    rows = [
        ["type", "name", "label", "relevant"],
        ["select_one yn", "home", "常住本村吗？", None],
        ["integer", "months", "一年住几个月？", "${home} = 'n'"],
        ["text", "where", "平时住在哪里？", "${home} = 'n'"],
        ["text", "wish", "最想解决什么？", None],
        ["text", "old", "有什么困难？", "${months} > 3"],
        ["integer", "income", "全家年收入？", None],
        ["text", "rich", "收入从哪里来？", "${income} > 1000000"],
    ]
    choices = [["list_name", "name", "label"], ["yn", "y", "是"], ["yn", "n", "否"]]
    questionnaire = made(people, upload=uploaded(rows, choices=choices))

    page = words(
        browse("office").get(reverse("research:questionnaire_print", args=[questionnaire.pk]))
    )

    assert "若选“是”，跳到第4题" in page
    assert "□ 2 否" in page
    assert "第2题的答案＞3" in page
    assert "5. 有什么困难？" in page
    assert "第6题的答案＞1000000" in page
