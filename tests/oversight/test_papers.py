"""公文: three people, a number after the signature, figures that are counted and not typed."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document

from oversight import hints
from oversight.actions import papers
from oversight.circulars import TO_WRITE, _in_words
from oversight.models import Paper
from oversight.models.papers import PaperState
from oversight.paper_layout import laid_out, moment
from oversight.rules import papers as rules
from portal.duties import reminders, todo
from portal.models import AuditEntry, Reminder
from portal.papers.word import word_file
from portal.roles import Role
from tests.day import now
from tests.people import account, fresh
from tests.reading import words


def chief(people, organ=None, name="chief"):
    """The leader of an organ, who signs for it."""
    organ = organ or people.department
    return fresh(account(name, "高山", organ, Role.LEADER, within=organ))


def content(people, **changes):
    return {
        "kind": "notice",
        "organ": people.department,
        "title": "关于做好冬季走访工作的通知",
        "addressed": "各乡镇党委",
        "body": "现就有关事项通知如下。\n一、总体要求\n把实事办好。",
        "recipients": [people.town_organ],
    } | changes


def drafted(people, by=None, **changes):
    return papers.draft_paper(by=by or people.office, at=now(), **content(people, **changes))


def checked(people, **changes):
    paper = papers.submit_paper(paper=drafted(people, **changes), by=people.office, at=now())
    return papers.check_paper(paper=paper, by=people.supervisor, at=now())


def signed(people, leader=None, **changes):
    leader = leader or chief(people)
    return papers.sign_paper(paper=checked(people, **changes), by=leader, at=now())


def issued(people, number="云组通〔2026〕15号", **changes):
    paper = signed(people, **changes)
    paper = papers.number_paper(paper=paper, by=people.office, at=now(), number=number)
    return papers.issue_paper(paper=paper, by=people.office, at=now())


def sees(user, paper):
    return Paper.objects.visible_to(fresh(user)).filter(pk=paper.pk).exists()


def form_of(people, **changes):
    return {
        "kind": "notice",
        "title": "关于做好冬季走访工作的通知",
        "addressed": "各乡镇党委",
        "body": "现就有关事项通知如下。",
        "recipients": [people.town_organ.pk],
    } | changes


# --- Three people --------------------------------------------------------------------------------


def test_a_paper_goes_from_the_draft_to_the_archive(people):
    paper = issued(people)
    assert paper.state == PaperState.ISSUED
    paper = papers.archive_paper(paper=paper, by=people.office, at=now())
    assert [one.move for one in paper.steps.order_by("pk")] == [
        *("submitted", "checked", "signed", "numbered", "issued", "archived")
    ]
    events = AuditEntry.objects.filter(event__startswith="paper.").order_by("pk")
    assert events.first().event == "paper.drafted"
    assert events.last().event == "paper.archived"


def test_drafter_checker_and_signer_are_three_people(people):
    paper = papers.submit_paper(paper=drafted(people), by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        papers.check_paper(paper=paper, by=people.office, at=now())
    paper = papers.check_paper(paper=paper, by=people.supervisor, at=now())
    assert not rules.may_sign_paper(people.office, paper)
    assert not rules.may_sign_paper(people.supervisor, paper)
    assert rules.may_sign_paper(chief(people), paper)


def test_who_edited_a_paper_does_not_check_it(people):
    edited = papers.change_paper(
        paper=drafted(people), by=people.supervisor, at=now(), **content(people)
    )
    paper = papers.submit_paper(paper=edited, by=people.office, at=now())
    assert not rules.may_check_paper(people.supervisor, paper)
    second = fresh(account("office2", "钱进", people.department, Role.OFFICE, place=people.county))
    assert rules.may_check_paper(second, paper)


def test_the_database_knows_three_people(people):
    paper = checked(people)
    facts = {"state": "signed", "signed_by": people.office, "signed_on": timezone.localdate()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(**facts)


def test_a_leader_of_another_organ_does_not_sign(people):
    paper = checked(people)
    assert not rules.may_sign_paper(chief(people, people.agriculture), paper)


def test_the_neighbour_of_the_same_organ_has_no_part_in_it(people):
    paper = papers.submit_paper(paper=drafted(people), by=people.office, at=now())
    assert not sees(people.neighbour_office, paper)
    assert not rules.may_check_paper(people.neighbour_office, paper)


def test_who_checks_sends_it_back_with_a_reason(people):
    paper = checked(people)
    paper = papers.send_back_paper(paper=paper, by=chief(people), at=now(), reason="补充依据。")
    assert (paper.state, paper.checked_by) == (PaperState.REVISED, None)
    assert paper.steps.get(move="sent_back").text == "补充依据。"


def test_a_paper_is_countersigned_by_every_organ_that_is_asked(people):
    paper = checked(people, countersigners=[people.agriculture, people.water])
    assert paper.state == PaperState.COSIGNING
    with pytest.raises(PermissionDenied):
        papers.sign_paper(paper=paper, by=chief(people), at=now())
    for n, organ in enumerate((people.agriculture, people.water)):
        leader = chief(people, organ, f"chief{n}")
        assert sees(leader, paper)
        paper = papers.countersign_paper(paper=paper, by=leader, at=now(), text="同意。")
    assert paper.state == PaperState.TO_SIGN


# --- The number ----------------------------------------------------------------------------------


def test_until_it_is_signed_a_placeholder_stands_for_the_number(people):
    paper = checked(people)
    assert laid_out(paper).masthead.number == "（文号待编）"
    assert laid_out(paper).day == "　　年　月　日"
    with pytest.raises(PermissionDenied):
        papers.number_paper(paper=paper, by=people.office, at=now(), number="云组通〔2026〕1号")
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(number="云组通〔2026〕1号")


def test_a_number_twice_is_refused(people, browse):
    issued(people)
    other = signed(people, leader=chief(people, name="chief2"))
    with pytest.raises(ValidationError):
        papers.number_paper(paper=other, by=people.office, at=now(), number="云组通〔2026〕15号")
    address = reverse("oversight:number_paper", args=[other.pk])
    answer = browse("office").post(address, {"number": "云组通〔2026〕15号"})
    assert answer.status_code == 422
    assert "该文号已被其他公文使用" in words(answer)


@pytest.mark.parametrize("typed", ["云组通〔2026〕15 号", "云组通[2026]15号", "云组通（2026）15号"])
def test_a_number_is_kept_as_the_register_writes_it(typed):
    assert papers.as_registered(typed) == "云组通〔2026〕15号"


def test_an_issue_twice_is_refused(people):
    leader = chief(people)
    for is_second in (False, True):
        paper = signed(people, leader, kind="bulletin", series="工作简报", addressed="")
        number = {"paper": paper, "by": people.office, "at": now(), "issue": 12}
        if is_second:
            with pytest.raises(ValidationError):
                papers.number_paper(**number)
        else:
            papers.number_paper(**number)


def test_a_paper_is_not_issued_without_its_number(people):
    paper = signed(people)
    assert not rules.may_issue_paper(people.office, paper)
    report = signed(people, chief(people, name="chief2"), kind="research", addressed="")
    assert rules.may_issue_paper(people.office, report)


# --- Who sees it ---------------------------------------------------------------------------------


def test_its_organs_see_it_once_it_is_issued(people):
    paper = signed(people)
    assert not sees(people.host, paper)
    assert not sees(people.liaison, paper)
    paper = papers.number_paper(paper=paper, by=people.office, at=now(), number="云组通〔2026〕1号")
    paper = papers.issue_paper(paper=paper, by=people.office, at=now())
    assert sees(people.host, paper)
    for one in ("neighbour_host", "liaison", "desk", "recipient", "auditor"):
        assert not sees(getattr(people, one), paper), one


def test_a_withdrawn_paper_says_so(people, browse):
    paper = issued(people)
    leader = Paper.objects.get(pk=paper.pk).signed_by
    papers.withdraw_paper(paper=paper, by=fresh(leader), at=now(), reason="文件有误。")
    page = words(browse("host").get(paper.get_absolute_url()))
    assert "本文已撤回" in page
    assert "文件有误。" in page


def test_a_correction_takes_the_place_of_an_issued_paper(people):
    before = issued(people)
    leader = fresh(before.signed_by)
    paper = papers.correct_paper(paper=before, by=people.office, at=now())
    assert (paper.title, paper.number, paper.state) == (before.title, "", PaperState.DRAFT)
    assert not rules.may_correct_paper(people.office, before)
    paper = papers.submit_paper(paper=paper, by=people.office, at=now())
    paper = papers.check_paper(paper=paper, by=people.supervisor, at=now())
    paper = papers.sign_paper(paper=paper, by=leader, at=now())
    paper = papers.number_paper(
        paper=paper, by=people.office, at=now(), number="云组通〔2026〕16号"
    )
    papers.issue_paper(paper=paper, by=people.office, at=now())
    before.refresh_from_db()
    assert before.state == PaperState.WITHDRAWN


def test_who_receives_a_paper_reads_the_paper_and_not_its_course(people, browse):
    paper = issued(people, countersigners=())
    page = browse("host").get(paper.get_absolute_url())
    assert [one.move for one in page.context["steps"]] == ["issued"]
    for name in ("office", "supervisor"):
        assert len(browse(name).get(paper.get_absolute_url()).context["steps"]) == 5
    # Nor may the host know of a correction that is not issued yet.
    correction = papers.correct_paper(paper=paper, by=people.office, at=now())
    papers.submit_paper(paper=correction, by=people.office, at=now())
    papers.withdraw_paper(paper=paper, by=fresh(paper.signed_by), at=now(), reason="数字有误")
    assert correction.get_absolute_url() not in words(browse("host").get(paper.get_absolute_url()))


def test_a_word_file_holds_no_sign_that_xml_refuses(people):
    people.department.name = "县委\x0b组织部\ufffe"
    paper = drafted(
        people, title="关于\x1f走访", body="一、要\x0c求\n<w:p>&amp;", addressed="各\x08镇"
    )
    content = word_file(laid_out(paper), by=people.department.name, at=moment(paper))
    document = Document(io.BytesIO(content))
    assert document.core_properties.author == "县委组织部"
    assert "<w:p>&amp;" in "".join(one.text for one in document.paragraphs)


def test_a_draft_that_was_handed_in_is_not_discarded(people):
    paper = drafted(people)
    papers.change_paper(paper=paper, by=people.office, at=now(), **content(people))
    papers.drop_paper(paper=paper, by=people.office)
    assert not Paper.objects.exists()
    paper = papers.submit_paper(paper=drafted(people), by=people.office, at=now())
    paper = papers.take_back_paper(paper=paper, by=people.office, at=now())
    assert not rules.may_drop_paper(people.office, paper)


# --- Of figures ----------------------------------------------------------------------------------


def quarterly(people):
    today = timezone.localdate()
    quarter = (today.month + 2) // 3
    return papers.draft_quarterly(by=people.office, at=now(), year=today.year, quarter=quarter)


def test_the_circular_of_a_quarter_is_counted(people):
    paper = quarterly(people)
    assert [line for line in paper.body.splitlines() if line[1:2] == "、"] == [
        *("一、总体情况", "二、主要进展", "三、共性问题", "四、下步要求")
    ]
    assert "数据截至" in paper.body
    layout = laid_out(paper)
    assert layout.annexes == (layout.tables[0].title,)
    organs = [row[0] for row in layout.tables[0].rows]
    # The official order, and the sum last.
    assert organs[0] == "县委组织部"
    assert organs[-1] == "合计"
    assert any("数据截至" in note for note in layout.tables[0].notes)


@pytest.mark.parametrize(
    ("heading", "n", "unit", "said"),
    [
        ("驻村（蹲点）人数", 9, "人", "驻村（蹲点）9人"),
        ("驻村达标人月", 19, "人月", "驻村达标19人月"),
        ("审核认定驻村天数", 224, "天", "审核认定驻村224天"),
        ("调研场次", 6, "场", "调研6场"),
        ("调研参加人次", 22, "人次", "调研参加22人次"),
        ("资金（万元）", "2.26", "万元", "资金2.26万元"),
        ("整顿党组织数", 3, "个", "整顿党组织3个"),
        ("结对困难群众", 19, "对", "结对困难群众19对"),
        ("典型做法", 1, "个", "典型做法1个"),
    ],
)
def test_a_number_stands_in_a_sentence_before_its_unit(heading, n, unit, said):
    assert _in_words(heading, n, unit) == said


def test_a_counted_draft_is_edited_by_a_person(people):
    paper = quarterly(people)
    assert not rules.may_submit_paper(people.office, paper)
    said = content(people, kind="circular", title=paper.title, body=paper.body)
    paper = papers.change_paper(paper=paper, by=people.office, at=now(), **said)
    refusal = rules.may_submit_paper(people.office, paper)
    assert TO_WRITE in str(refusal.refusal)
    said["body"] = paper.body.replace(TO_WRITE, "继续抓好落实。")
    paper = papers.change_paper(paper=paper, by=people.office, at=now(), **said)
    assert rules.may_submit_paper(people.office, paper)
    # Figures are not typed, and editing keeps them.
    assert paper.figures["rows"]


def test_a_quarter_that_has_not_begun_is_refused(people, browse):
    answer = browse("office").post(
        reverse("oversight:new_quarterly"), {"year": timezone.localdate().year + 1, "quarter": 1}
    )
    assert answer.status_code == 422


def test_only_who_counts_the_area_drafts_its_circular(people):
    assert rules.may_draft_quarterly(people.office)
    for one in ("liaison", "desk", "host", "neighbour_office"):
        assert not rules.may_draft_quarterly(getattr(people, one)), one


# --- Hints ---------------------------------------------------------------------------------------


def test_a_paper_that_names_a_person_is_hinted_at(people, browse):
    paper = drafted(people, body="王建国同志走访认真，办结率86.4%，全县倒数第一。")
    found = hints.of(paper)
    assert len(found) == 3
    assert "王建国" in found[0]
    page = words(browse("office").get(paper.get_absolute_url()))
    assert "可能提到个人：王建国" in page
    # Hints block nothing.
    assert rules.may_submit_paper(people.office, paper)


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("办结率86.4%（n=683）。", []),
        ("办结率86.4%（n＝683），满意率90%。", ["90%"]),
        ("办结率86.4%，按期办结率90%（n=80）。", ["86.4%"]),
        ("办结590件。", []),
    ],
)
def test_each_rate_has_its_n(text, rates):
    assert hints.rates_without_n(text) == rates


# --- On paper ------------------------------------------------------------------------------------


def test_the_word_file_and_the_page_say_the_same(people, browse):
    paper = issued(people)
    client = browse("office")
    answer = client.get(reverse("oversight:paper_word", args=[paper.pk]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    texts = [one.text for one in Document(io.BytesIO(answer.getvalue())).paragraphs]
    page = words(client.get(reverse("oversight:paper_print", args=[paper.pk])))
    for line in ("县委组织部文件", "云组通〔2026〕15号", "各乡镇党委：", "一、总体要求"):
        assert line in texts
        assert line in page


@pytest.mark.parametrize(
    ("kind", "has_head"),
    [
        *(("notice", True), ("circular", True), ("posting", True), ("bulletin", True)),
        *(("supervision", False), ("rectification", False)),
        *(("publicity", False), ("research", False)),
    ],
)
def test_only_documents_and_bulletins_have_a_head(people, browse, kind, has_head):
    paper = drafted(people, kind=kind, series="工作简报" if kind == "bulletin" else "")
    assert (laid_out(paper).masthead is not None) == has_head
    client = browse("office")
    for page in ("paper_print", "paper_word", "paper"):
        assert client.get(reverse(f"oversight:{page}", args=[paper.pk])).status_code == 200


def test_a_notice_to_put_right_says_what_until_when_and_where_to_object(people):
    paper = drafted(people, kind="rectification", body="抽查3件未完工。")
    assert not rules.may_submit_paper(people.office, paper)
    day = timezone.localdate() + timedelta(days=15)
    paper = drafted(
        people,
        kind="rectification",
        body="抽查3件未完工。",
        basis="2026年度督查计划第3项",
        demands="逐件核实。",
        due_on=day,
        review_how="30日内申请复核",
    )
    assert rules.may_submit_paper(people.office, paper)
    rows = dict(laid_out(paper).form)
    assert rows["整改时限"] == f"{day.year}年{day.month}月{day.day}日前"
    assert rows["复核途径"] == "30日内申请复核"


def test_the_annex_on_the_page_has_a_broken_title_and_the_imprint_below(people, browse):
    paper = quarterly(people)
    page = words(browse("office").get(reverse("oversight:paper_print", args=[paper.pk])))
    annex = page[page.index('<section class="annex">') :]
    assert "季度干部<br>深入基层" in annex
    assert annex.index("</section>") < annex.index('<footer class="imprint">')
    paper = drafted(people)
    page = words(browse("office").get(reverse("oversight:paper_print", args=[paper.pk])))
    assert '<div class="own-page">' in page
    assert page.count('<footer class="imprint">') == 1


def test_a_form_has_no_imprint(people, browse):
    asked = {"basis": "年度计划", "demands": "核实", "due_on": timezone.localdate()}
    paper = drafted(people, kind="rectification", **asked)
    page = words(browse("office").get(reverse("oversight:paper_print", args=[paper.pk])))
    assert "imprint" not in page


def test_the_form_calls_the_addressees_by_their_name(people, browse):
    page = words(browse("office").get(reverse("oversight:new_paper")))
    assert "主送" in page
    assert "送研究单位" not in page


# --- Pages and duties ----------------------------------------------------------------------------


def test_the_form_drafts_a_paper(people, browse):
    answer = browse("office").post(reverse("oversight:new_paper"), form_of(people))
    paper = Paper.objects.get()
    assert answer.url == paper.get_absolute_url()
    assert list(paper.recipients.all()) == [people.town_organ]


def test_nobody_drafts_for_another_organ(people, browse):
    sent = form_of(people, organ=people.water.pk)
    assert browse("office").post(reverse("oversight:new_paper"), sent).status_code == 422


def test_who_checks_and_signs_is_told(people):
    leader = chief(people)
    paper = papers.submit_paper(
        paper=drafted(people, by=people.supervisor), by=people.supervisor, at=now()
    )
    day = timezone.localdate() + timedelta(days=1)
    reminders.tell(day=day, at=reminders.morning_of(day), by="test")
    told = Reminder.objects.filter(kind="paper_to_check").values_list("user__username", flat=True)
    assert list(told) == ["office"]
    papers.check_paper(paper=paper, by=people.office, at=now())
    reminders.tell(day=day, at=reminders.morning_of(day), by="test")
    told = Reminder.objects.filter(kind="paper_to_sign").values_list("user__username", flat=True)
    assert list(told) == [leader.username]
    assert todo.counts(fresh(leader))["paper_to_sign"] == 1
    Paper.objects.update(checked_by=leader)
    assert not todo.counts(fresh(leader)).get("paper_to_sign")


def test_the_list_asks_no_more_for_three_papers_than_for_one(
    people, browse, django_assert_num_queries
):
    client, address = browse("office"), reverse("oversight:papers")
    drafted(people)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    drafted(people, title="关于第二件事的通知")
    drafted(people, title="关于第三件事的通知")
    with django_assert_num_queries(len(one)):
        page = words(client.get(address))
    assert "关于第三件事的通知" in page


def test_the_search_finds_a_number(people):
    paper = issued(people)
    found = Paper.objects.visible_to(people.office).containing("云组通〔2026〕15号")
    assert list(found) == [paper]
