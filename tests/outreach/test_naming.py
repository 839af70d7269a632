"""Free text makes nobody traceable: the proposal on saving, and how stored texts are shown."""

import zipfile

import pytest
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from outreach.models import Matter, SlipRemark, Visit
from portal.imports import actions as import_actions
from portal.models import GrassrootsUnit
from portal.models.text import plain
from portal.pages import search
from portal.sheets import ledgers
from tests.outreach.test_imports import entry, ledger
from tests.outreach.test_pages import part, visit_form
from tests.outreach.test_slips import printed, say
from tests.reading import words
from tests.sheets import accepted, bring

NEW = reverse("outreach:new_visit")
TEXT = "到三组看望黄奶奶，李大爷家的水管也坏了。"
PROPOSED = "到三组看望反映人，反映人家的水管也坏了。"


def said(response):
    return [str(one) for one in get_messages(response.wsgi_request)]


# --- At saving -----------------------------------------------------------------------------------


def test_the_form_comes_back_once_with_the_proposal_and_all_that_was_typed(browse, people):
    form = visit_form(people, summary=TEXT, next_steps="联系水厂", reflection="惭愧")

    asked = browse("author").post(NEW, form)

    page = words(asked)
    assert asked.status_code == 422
    assert list(asked.context["form"].errors) == ["people"]
    assert f">\n{TEXT}</textarea>" in page
    assert "联系水厂" in page and "惭愧" in page
    assert "看望<mark>黄奶奶</mark>，" in page and "看望反映人，" in page
    assert "<mark>李大爷</mark>家的水管" in page
    # The proposal is preselected: saving again accepts it after it was shown.
    assert asked.context["form"]["people"].value() == "replace"
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("choice", "stored"), [("replace", PROPOSED), ("keep", TEXT)], ids=["proposal", "as it is"]
)
def test_the_second_saving_goes_through_as_the_writer_chose(browse, people, choice, stored):
    form = visit_form(people, summary=TEXT)
    browse("author").post(NEW, form)

    done = browse("author").post(NEW, form | {"people": choice})

    assert done.status_code == 302
    assert plain(Visit.objects.get().summary) == stored


def test_the_same_text_sent_again_without_an_answer_is_saved_as_it_stands(browse, people):
    form = visit_form(people, summary=TEXT)

    assert browse("author").post(NEW, form).status_code == 422
    assert browse("author").post(NEW, form).status_code == 302
    assert plain(Visit.objects.get().summary) == TEXT


def test_keeping_a_draft_while_one_types_asks_nothing_and_uses_up_no_question(browse, people):
    form = visit_form(people, summary=TEXT)
    browse("author").post(reverse("outreach:keep_draft"), form)

    assert browse("author").post(NEW, form).status_code == 422


def test_titles_are_asked_about_and_a_reflection_is_not(browse, people):
    named = visit_form(people, reflection=TEXT) | part(0, title="黄奶奶家断水")

    asked = browse("author").post(NEW, named)
    assert asked.status_code == 422
    assert "people" not in asked.context["form"].fields
    assert list(asked.context["parts"].forms[0].errors) == ["people"]
    browse("author").post(NEW, named | {"matters-0-people": "replace"})

    assert Matter.objects.get().title == "反映人家断水"


def test_a_text_that_gets_too_long_is_said_and_not_cut(browse, people):
    title = "小李" + "说" * 56 + "小王"
    asked = visit_form(people) | part(0, title=title)
    browse("author").post(NEW, asked)

    page = browse("author").post(NEW, asked | {"matters-0-people": "replace"})

    assert page.status_code == 422
    assert "title" in page.context["parts"].forms[0].errors
    assert title in words(page)


@pytest.mark.parametrize("outcome", ["conduct", "referred"])
def test_what_is_sealed_or_not_stored_is_not_asked_about(browse, people, outcome):
    form = visit_form(people) | part(
        0, title="黄奶奶", request_text="黄奶奶说", outcome=outcome, channel="信访部门"
    )

    page = browse("author").post(NEW, form)

    assert b"<mark>" not in page.content


def test_places_organs_and_posts_pass(browse, people):
    GrassrootsUnit.objects.filter(pk=people.village.pk).update(name="张奶奶坳村")
    form = visit_form(people, summary="张奶奶坳村的老马路，李书记和高主任到老石桥看了。")

    assert browse("author").post(NEW, form).status_code == 302


def test_both_questions_are_asked_at_once(browse, people):
    form = visit_form(people, summary="黄奶奶的电话13912345678")

    asked = browse("author").post(NEW, form)
    assert sorted(asked.context["form"].errors) == ["numbers", "people"]
    browse("author").post(NEW, form | {"numbers": "mask", "people": "replace"})

    assert Visit.objects.get().summary == "反映人的电话139****5678"


def test_a_phrase_is_escaped_where_it_is_proposed(browse, people):
    form = visit_form(people, summary="<b>黄奶奶</b>家")

    page = words(browse("author").post(NEW, form))

    assert "&lt;b&gt;<mark>黄奶奶</mark>&lt;/b&gt;" in page
    assert "<b>黄奶奶" not in page


def test_a_move_and_a_correction_ask_too(browse, people):
    matter, visit = people.matter(), Visit.objects.get()
    move = reverse("outreach:act", args=[matter.pk, "pass_up"])
    asked = browse("host").post(move, {"text": "黄奶奶家的渠要县里修"})
    assert asked.status_code == 422
    assert "<mark>黄奶奶</mark>" in words(asked)

    url = reverse("outreach:correct_visit", args=[visit.pk])
    form = browse("author").get(url).context["form"]
    sent = {"seen": form["seen"].value(), "visited_on": visit.visited_on, "summary": TEXT}
    assert "<mark>黄奶奶</mark>" in words(browse("author").post(url, sent))


def test_no_field_of_the_question_is_mandatory(browse, people):
    asked = browse("author").post(NEW, visit_form(people, summary=TEXT))

    assert not asked.context["form"].fields["people"].required


@pytest.mark.parametrize("number", ["110105194912310021", "6222020000000000001"])
def test_a_number_with_a_wrong_check_digit_is_masked_and_the_writer_told(browse, people, number):
    page = browse("author").post(NEW, visit_form(people, summary=f"号码{number}"), follow=True)

    assert plain(Visit.objects.get().summary) == "号码" + "*" * 18
    assert "已遮盖" in words(page)


# --- What readers see of stored texts ------------------------------------------------------------


@pytest.fixture
def named(people):
    """A matter recorded before the check existed."""
    return people.matter(title="黄奶奶家断水", request_text="黄奶奶和李大爷家都没有水")


def test_readers_of_a_record_see_the_texts_as_written_if_they_see_the_contact(
    browse, people, named
):
    for who, sees in (("author", True), ("host", True), ("supervisor", False), ("office", False)):
        page = words(browse(who).get(named.get_absolute_url()))
        assert ("黄奶奶" in page) == sees, who
        assert ("×××" in page) != sees, who


def test_a_diary_is_shown_as_written_to_who_wrote_it(browse, people):
    visit = people.visit(summary=TEXT)
    diary = reverse("outreach:diary", args=[visit.pk])

    for who, sees in (("author", True), ("host", False), ("office", False)):
        for url in (visit.get_absolute_url(), diary):
            assert ("黄奶奶" in words(browse(who).get(url))) == sees, (who, url)


def test_the_writer_corrects_the_text_as_it_was_written(browse, people):
    visit = people.visit(summary=TEXT)

    page = browse("author").get(reverse("outreach:correct_visit", args=[visit.pk]))

    assert f">\n{TEXT}</textarea>" in words(page)


def test_lists_prints_and_parts_name_nobody_to_anybody(browse, people, named):
    for who in ("author", "host", "office"):
        for url in (
            reverse("outreach:matters") + "?tab=all",
            reverse("outreach:visits"),
            reverse("outreach:today"),
            reverse("todo"),
        ):
            assert "黄奶奶" not in words(browse(who).get(url)), (who, url)


@pytest.mark.parametrize("name", ["matters", "visits"])
def test_sheets_name_nobody(people, named, tmp_path, name):
    people.visit(summary=TEXT)
    target = tmp_path / "sheet.xlsx"
    sheet, at = ledgers.REGISTRY[name], timezone.now()

    ledgers.write(sheet, user=people.office, filters={"tab": "all"}, target=target, at=at)

    with zipfile.ZipFile(target) as book:
        cells = "".join(book.read(part).decode() for part in book.namelist())
    assert "×××" in cells
    assert "奶奶" not in cells and "大爷" not in cells


def test_nobody_is_found_by_surname_and_form_of_address(browse, people, named):
    people.visit(summary=TEXT)

    for who in ("office", "supervisor", "author"):
        for asked in ("黄奶奶", "奶奶", "李大爷", "黄奶", "望黄"):
            page = words(browse(who).get(reverse("search"), {"q": asked}))
            assert "断水" not in page and "水管" not in page, (who, asked)
        page = words(browse(who).get(reverse("search"), {"q": "水管"}))
        assert "×××" in page and "奶奶" not in page


def test_other_words_of_the_same_text_are_found(people, named):
    assert list(Matter.objects.containing("断水")) == [named]
    assert list(Matter.objects.containing("家断水")) == [named]
    assert list(Matter.objects.containing("水")) == [named]
    assert not Matter.objects.containing("黄").exists()


def test_the_index_of_older_rows_is_written_anew_by_a_command(people, named, capsys):
    raw = search._StoredTokens(search.Value(sorted(search.tokens("黄奶奶家断水"))))
    raw.source_expressions[0].output_field = search.ArrayField(search.TextField())
    Matter.objects.update(search=raw)
    assert Matter.objects.containing("奶奶").exists()

    with pytest.raises(CommandError):
        call_command("rebuild_search", "--check")
    call_command("rebuild_search")
    call_command("rebuild_search", "--check")

    assert not Matter.objects.containing("奶奶").exists()
    assert list(Matter.objects.containing("断水")) == [named]
    assert plain(Matter.objects.get().title) == "黄奶奶家断水"


def test_what_a_villager_writes_is_not_changed_and_shown_without(browse, people):
    matter = people.matter()
    say(printed(matter, people.host), "", "请先问黄奶奶")

    assert plain(SlipRemark.objects.get().text) == "请先问黄奶奶"
    assert "请先问×××" in words(browse("host").get(matter.get_absolute_url()))
    assert "黄奶奶" not in words(browse("host").get(matter.get_absolute_url()))


# --- Imports -------------------------------------------------------------------------------------


def test_an_import_tells_which_texts_name_somebody_and_changes_none(browse, people):
    text = "黄奶奶家断水。李大爷家也没有水，电话13912345678。"
    batch = bring("matters", ledger(entry(反映问题或诉求=text)), people.office)

    told = import_actions.told_of(batch)
    assert [phrase for *_where, phrase, _how in told] == ["黄奶奶", "李大爷", ""]
    assert {heading for _cell, heading, *_words in told} == {"反映问题或诉求"}
    assert batch.good_count == 1
    page = words(browse("office").get(batch.get_absolute_url()))
    assert "<mark>黄奶奶</mark>" in page and "号码将遮盖" in page

    accepted(batch)
    matter = Matter.objects.get()
    assert plain(matter.title) == "黄奶奶家断水"
    assert plain(matter.request_text).startswith("李大爷家也没有水，电话139****")
    assert not Matter.objects.containing("黄奶奶").exists()
    assert list(Matter.objects.containing("断水")) == [matter]


def test_an_import_without_names_tells_nothing(browse, people):
    batch = bring("matters", ledger(entry()), people.office)

    assert import_actions.told_of(batch) == []
    assert "请核对下列文字" not in words(browse("office").get(batch.get_absolute_url()))
