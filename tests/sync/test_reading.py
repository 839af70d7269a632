"""Entries as their author reads them; and answers, corrected in their own questions."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from outreach.actions import stay_months, visits
from research.models import SealedAnswer
from research.questionnaires import drawing
from sync.models import Entry
from tests.day import now
from tests.outreach.test_campaigns import announced
from tests.outreach.test_stays import stay_of
from tests.people import fresh
from tests.research import answering
from tests.sync.test_kinds import SALT, sent, this_month


@pytest.fixture
def author(people):
    client = Client()
    client.force_login(people.author)
    return client


@pytest.fixture
def asked(people):
    survey = answering.opened(people)
    return survey, answering.units(survey).first()


def answered(phone, asked, answers, **more):
    survey, drawn = asked
    given = {"version": survey.in_force.pk, "answers": json.dumps(answers), "salt": SALT}
    (receipt,) = phone.send(sent(phone, "answers", drawn.pk, **given | more))
    assert receipt["state"] == "quarantined"
    return Entry.objects.get()


# --- Reading -------------------------------------------------------------------------------------


def facts(author, entry):
    page = author.get(reverse("sync:entry", args=[entry.pk]))
    assert page.status_code == 200
    return page, dict(page.context["groups"][0][1])


def test_answers_are_read_in_the_words_of_their_questions(author, people, phone, asked):
    entry = answered(
        phone,
        asked,
        {
            "age": "12",
            "satisfied": "yes",
            "needs": "water light",
            "words": "路灯<b>不亮",
            "members": [{"works_away": "no"}, {"works_away": "yes"}],
            "strange": "1",
        },
        partial="1",
    )

    page, said = facts(author, entry)

    assert said["对村里办事满意吗"] == ["是"]
    assert said["年龄"] == ["12"]
    assert said["最需要什么"] == ["饮水、路灯"]
    assert [said[f"是否外出务工（第{n}项）"] for n in (1, 2)] == [["否"], ["是"]]
    # In the order of the questions; values without a question come last.
    assert list(said)[:2] == ["对村里办事满意吗", "年龄"] and list(said)[-2] == "strange"
    assert "中断" in list(said.values())[-1][0]
    text = page.content.decode()
    assert "路灯&lt;b&gt;不亮" in text and "{&quot;" not in text


def test_what_an_entry_is_about_is_linked_for_who_sees_it(author, people, phone):
    stay, visit = stay_of(people), people.visit(group="一组")
    written = [
        sent(phone, "month", stay.pk, month=this_month(), kind="away", days="99"),
        sent(phone, "visit", visit.pk, group="二组", base={"group": ["五组"]}),
        sent(phone, "step", "999999", move="note", text="已清淤。"),
    ]
    phone.send(*written)
    month, correction, step = Entry.objects.order_by("pk")

    page, said = facts(author, month)
    assert page.context["about"] == (stay.unit.name, stay.get_absolute_url())
    assert said["月份"] == [date_format(this_month(), "YEAR_MONTH_FORMAT")]
    assert stay.get_absolute_url() in page.content.decode()
    assert facts(author, correction)[0].context["about"][1] == visit.get_absolute_url()
    assert facts(author, step)[0].context["about"] is None


def test_what_was_ticked_is_read_by_its_title(author, people, phone):
    campaign = announced(people, title="冬季大走访")
    hidden = announced(people, organs=[people.water], units=[people.other_village])
    keys = [str(campaign.pk), str(hidden.pk)]
    (receipt,) = phone.send(phone.visit(people.village, fields={"campaigns": keys}))
    assert receipt["state"] == "quarantined"

    _page, said = facts(author, Entry.objects.get())

    assert sorted(said["计入走访活动"]) == sorted(["冬季大走访", str(hidden.pk)]), said


def test_what_is_wrong_names_the_matter(author, people, phone):
    matters = [{"title": "三组灌溉渠道淤堵"}, {"title": "村口路灯不亮", "category": "01"}]
    (receipt,) = phone.send(phone.visit(people.village, matters=matters))

    assert any(said.startswith("第1件事项 · 事项类别：") for said in receipt["said"])
    assert not any(said.startswith("第2件事项 · 事项类别") for said in receipt["said"])


# --- Both sides ----------------------------------------------------------------------------------


def columns(page):
    return {label: (saw, wrote, stands) for label, saw, wrote, stands in page.context["clashes"]}


def test_a_month_that_was_changed_meanwhile_stands_in_three_columns(author, people, phone):
    stay = stay_of(people)
    stay_months.write_work(stay=stay, month=this_month(), work="别处写的", by=fresh(people.author))
    entry = sent(
        phone,
        "month",
        stay.pk,
        month=this_month(),
        work="手机上写的",
        kind="away",
        days=2,
        base={"work": ["旧的"], "away": ["5"]},
    )
    phone.send(entry)
    row = Entry.objects.get()

    page = author.get(reverse("sync:entry", args=[row.pk]))

    assert columns(page) == {
        "本月主要工作": ("旧的", "手机上写的", "别处写的"),
        "因公外出": ("5", "2", "0"),
    }
    text = page.content.decode()
    assert "您当时看到的" in text and "您写的" in text and "现在的内容" in text
    assert "不符合办理规则" not in text

    # Shown beside the form too; saved with what was seen, it replaces the current text.
    form = author.get(reverse("sync:correct_entry", args=[row.pk]))
    assert columns(form) == columns(page)
    given = {"seen": form.context["seen"], "work": "手机上写的", "kind": "away", "days": "2"}
    assert author.post(form.request["PATH_INFO"], given).status_code == 302
    row.refresh_from_db()
    assert row.state == "accepted"
    assert stay.months.get(month=this_month()).work == "手机上写的"


def test_what_changes_again_while_its_author_looks_is_shown_anew(author, people, phone):
    visit = people.visit(group="一组")
    visits.correct_visit(visit=visit, by=fresh(people.author), at=now(), group="三组")
    phone.send(sent(phone, "visit", visit.pk, group="二组", base={"group": ["一组"]}))
    path = reverse("sync:correct_entry", args=[Entry.objects.get().pk])
    first = author.get(path)
    assert columns(first) == {"组": ("一组", "二组", "三组")}
    visits.correct_visit(visit=visit, by=fresh(people.author), at=now(), group="四组")

    again = author.post(path, {"seen": first.context["seen"], "group": "二组"})

    assert again.status_code == 422
    assert columns(again) == {"组": ("一组", "二组", "四组")}
    visit.refresh_from_db()
    assert visit.group == "四组"
    given = {"seen": again.context["seen"], "group": "二组"}
    assert author.post(path, given).status_code == 302
    visit.refresh_from_db()
    assert visit.group == "二组"


# --- Answers, corrected --------------------------------------------------------------------------


def page_of(author, entry):
    path = reverse("sync:correct_entry", args=[entry.pk])
    page = author.get(path)
    assert page.status_code == 200, page
    return path, page


def posted(page, **answers):
    step = page.context["step"]
    sent = {"page": step.page.key, "carried": step.page.carried, "language": step.page.language}
    return sent | {f"{drawing.PREFIX}{name}": said for name, said in answers.items()}


def test_answers_are_corrected_in_their_questions_and_sealed(author, people, phone, asked):
    entry = answered(phone, asked, {"satisfied": "yes", "age": "12", "needs": "water"})
    path, page = page_of(author, entry)
    text = page.content.decode()
    assert "对村里办事满意吗" in text and 'value="12"' in text and "{&quot;age" not in text

    # Still wrong: reported at its field, and nothing is settled.
    wrong = author.post(path, posted(page, satisfied="yes", age="13", needs="water"))
    assert wrong.status_code == 422 and wrong.context["page"].errors
    assert SealedAnswer.objects.count() == 0

    done = author.post(path, posted(page, satisfied="yes", age="41", needs="water"))

    assert done.status_code == 302
    entry.refresh_from_db()
    _survey, drawn = asked
    drawn.refresh_from_db()
    assert (entry.state, drawn.disposition) == ("accepted", "complete")
    assert SealedAnswer.objects.get().drawn == drawn


def test_answers_may_be_kept_as_far_as_they_go(author, people, phone, asked):
    entry = answered(phone, asked, {"age": "12"})
    path, page = page_of(author, entry)

    done = author.post(path, posted(page, age="41") | {"stop": "1"})

    assert done.status_code == 302
    _survey, drawn = asked
    drawn.refresh_from_db()
    assert drawn.disposition == "partial"


def test_answers_of_others_open_to_nobody(people, phone, asked):
    entry = answered(phone, asked, {"age": "12"})

    for name, status in (("office", 403), ("neighbour_cadre", 404), ("auditor", 404)):
        client = Client()
        client.force_login(getattr(people, name))
        answer = client.get(reverse("sync:correct_entry", args=[entry.pk]))
        assert answer.status_code == status, name


def test_answers_without_a_version_open_as_the_one_in_force(author, people, phone, asked):
    entry = answered(phone, asked, {"age": "41"}, version="999999")

    _path, page = page_of(author, entry)

    assert page.context["version"] == asked[0].in_force
    assert 'value="41"' in page.content.decode()
