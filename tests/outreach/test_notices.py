"""通知公告: recipients of a notice, who answers for an organ, the register."""

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import notices
from outreach.ledgers.notices import NOTICE_LEDGER
from outreach.models import Notice, NoticeAddressee
from outreach.rules import notices as rules
from portal.models import AuditEntry, Job, RoleGrant
from portal.records import files
from portal.roles import Role
from portal.sheets import ledgers
from tests.day import in_days, now, today
from tests.outreach.test_together import at_once
from tests.people import START, account, fresh


def draft(people, by=None, **changes):
    fields = {
        "title": "关于做好汛期走访的通知",
        "text": "请各单位组织干部走访低洼地段群众。",
        "organs": [people.water],
        "roles": [],
        "asks": "none",
        "question": "",
        "reply_due_on": None,
    } | changes
    return notices.draft_notice(by=by or people.office, at=now(), **fields)


def published(people, by=None, **changes):
    by = by or people.office
    return notices.publish_notice(notice=draft(people, by, **changes), by=by, at=now())


def asking(people, **changes):
    fields = {
        "organs": [people.water, people.roads],
        "asks": "both",
        "question": "需要几套防汛物资？",
        "reply_due_on": in_days(3),
    } | changes
    return published(people, **fields)


def answer(people, notice, by, **given):
    addressee = NoticeAddressee.objects.reaching(by).get(notice=notice)
    return notices.answer_notice(addressee=addressee, by=by, at=now(), **given)


def addressed(notice):
    return [one.organ.name for one in notice.addressees.in_official_order()]


def sees(user, notice):
    return Notice.objects.visible_to(user).filter(pk=notice.pk).exists()


def form_of(people, **changes):
    return {
        "title": "汛期走访",
        "text": "请组织走访。",
        "organs": [people.water.pk],
        "asks": "none",
    } | changes


# --- to whom ----------------------------------------------------------------------------------


def test_a_draft_is_its_writers_alone(people):
    notice = draft(people)

    assert sees(people.office, notice)
    for other in (people.handler, people.host, people.supervisor, people.neighbour_office):
        assert not sees(other, notice)


def test_a_notice_reaches_an_organ_with_its_stations_and_nobody_else(people):
    worker = account("stationer", "站员", people.station, Role.HANDLER, within=people.station)

    notice = published(people, organs=[people.town_organ])

    assert addressed(notice) == ["石桥镇党委"]
    assert sees(people.host, notice)
    assert sees(worker, notice)
    for other in (people.neighbour_host, people.handler, people.author, people.neighbour_office):
        assert not sees(other, notice)


def test_a_notice_to_a_role_goes_to_the_organs_where_somebody_holds_it(people):
    notice = published(people, organs=[], roles=[Role.HOST])

    assert addressed(notice) == ["石桥镇党委", "青山乡党委"]
    assert sees(people.neighbour_host, notice)
    assert not sees(people.handler, notice)


def test_a_role_within_organs_leaves_their_others_out(people):
    notice = published(people, organs=[people.roads], roles=[Role.HANDLER])

    assert sees(people.support, notice)
    # The cadre and the liaison of the same organ have other roles.
    assert not sees(people.neighbour_cadre, notice)
    assert not sees(people.neighbour_liaison, notice)


def test_a_role_that_ended_receives_nothing(people):
    RoleGrant.objects.filter(user=people.neighbour_host).update(
        starts_on=START, ends_on=in_days(-1)
    )

    assert addressed(published(people, organs=[], roles=[Role.HOST])) == ["石桥镇党委"]


def test_who_publishes_sees_what_organs_of_the_area_published(people):
    notice = published(people, by=people.host, organs=[people.station])

    assert sees(people.office, notice)
    assert not sees(people.neighbour_office, notice)


def test_administrators_read_no_notices(people):
    RoleGrant.objects.filter(user=people.system).update(organ=people.water)
    notice = published(people)

    assert not sees(people.system, notice)
    assert not sees(people.recipient, notice)


# --- who publishes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "to", "allowed"),
    [
        ("office", "water", True),
        ("host", "station", True),
        ("host", "water", False),
        ("liaison", "agriculture", True),
        ("liaison", "roads", False),
        ("neighbour_office", "water", False),
    ],
)
def test_everybody_publishes_within_their_area_alone(people, who, to, allowed):
    user, organ = getattr(people, who), getattr(people, to)

    assert bool(rules.may_address(user, [organ])) is allowed
    if not allowed:
        with pytest.raises(PermissionDenied):
            draft(people, by=user, organs=[organ])


@pytest.mark.parametrize("who", ["author", "handler", "desk", "supervisor", "auditor"])
def test_others_publish_nothing(people, who):
    with pytest.raises(PermissionDenied):
        draft(people, by=getattr(people, who))


def test_an_area_lost_since_the_draft_stops_the_publishing(people):
    notice = draft(people)
    RoleGrant.objects.filter(user=people.office).update(division=people.other_county)
    office = fresh(people.office)

    assert not rules.may_publish(office, notice)


def test_nobody_addressed_is_said_before_publishing(people):
    notice = draft(people, organs=[people.weather], roles=[Role.DESK])

    assert not rules.may_publish(people.office, notice)


def test_publishing_writes_the_organs_down_and_an_audit_entry(people):
    notice = published(people, organs=[people.water, people.roads])

    assert (notice.state, notice.published_on) == ("published", today())
    assert addressed(notice) == ["县水利局", "县交通运输局"]
    assert AuditEntry.objects.filter(event="notice.published", noun_id=notice.pk).count() == 1


def test_publishing_twice_is_refused(people):
    notice = published(people)

    with pytest.raises(PermissionDenied):
        notices.publish_notice(notice=notice, by=people.office, at=now())


def test_a_published_notice_is_not_changed(people):
    notice = published(people)

    with pytest.raises(PermissionDenied):
        notices.change_draft(notice=notice, by=people.office, title="别的")


def test_an_id_number_never_reaches_the_database(people):
    notice = draft(people, text="身份证11010519491231002X")

    assert "11010519491231002X" not in notice.text


# --- withdrawing and correcting -----------------------------------------------------------------


def test_a_withdrawn_notice_stays_with_its_readers_and_asks_nothing_more(people):
    notice = asking(people)

    notices.withdraw_notice(notice=notice, by=people.office, at=now(), reason="时间有误")

    notice.refresh_from_db()
    assert notice.state == "withdrawn"
    assert sees(people.handler, notice)
    assert not Notice.objects.waiting_for_answer_of(people.handler).exists()
    assert not rules.may_answer(people.handler, notice)
    assert AuditEntry.objects.filter(event="notice.withdrawn").exists()


def test_who_only_received_it_withdraws_nothing(people):
    notice = published(people)

    with pytest.raises(PermissionDenied):
        notices.withdraw_notice(notice=notice, by=people.handler, at=now(), reason="不要")


def test_a_correction_takes_the_place_of_the_old_notice_once_published(people):
    old = asking(people)
    new = draft(people, title="更正：汛期走访", replaces=old)
    old.refresh_from_db()
    assert old.state == "published"

    notices.publish_notice(notice=new, by=people.office, at=now())

    old.refresh_from_db()
    assert old.state == "replaced"
    assert old.correction == new
    assert not Notice.objects.waiting_for_answer_of(people.handler).exists()


def test_one_correction_at_a_time(people):
    old = published(people)
    draft(people, replaces=old)

    decision = rules.may_correct(people.office, old)

    assert not decision
    assert people.office.name in str(decision.refusal)


def test_a_correction_of_what_was_withdrawn_meanwhile_is_refused(people):
    old = published(people)
    new = draft(people, replaces=old)
    notices.withdraw_notice(notice=old, by=people.office, at=now(), reason="作废")

    with pytest.raises(PermissionDenied):
        notices.publish_notice(notice=new, by=people.office, at=now())


def test_only_a_draft_is_thrown_away(people):
    first, second = draft(people), published(people)

    notices.drop_draft(notice=first, by=people.office)
    with pytest.raises(PermissionDenied):
        notices.drop_draft(notice=second, by=people.office)

    assert Notice.objects.get() == second
    assert AuditEntry.objects.filter(event="notice.dropped").exists()


# --- the reply slip -----------------------------------------------------------------------------


def test_an_organ_answers_once_by_anybody_of_it(people):
    second = account("water2", "何苗", people.water, Role.CADRE)
    notice = asking(people)

    answered = answer(people, notice, people.handler, yes=True, text="两套")

    assert (answered.yes, answered.text, answered.answered_by) == (True, "两套", people.handler)
    assert not rules.may_answer(second, notice)
    with pytest.raises(PermissionDenied):
        answer(people, notice, second, yes=False)
    assert AuditEntry.objects.filter(event="notice.answered").count() == 1


def test_two_people_of_an_organ_answer_at_once_and_one_is_told(committed_people):
    people = committed_people
    second = account("water3", "何苗", people.water, Role.CADRE)
    notice = asking(people)

    def reply(user):
        again = fresh(user)
        return lambda: answer(people, notice, again, yes=True, text=again.name)

    results = at_once(reply(people.handler), reply(second))

    assert sorted(isinstance(result, PermissionDenied) for result in results) == [False, True]
    assert AuditEntry.objects.filter(event="notice.answered").count() == 1


def test_the_other_organ_still_owes_its_answer(people):
    notice = asking(people)
    answer(people, notice, people.handler, yes=True)

    assert not Notice.objects.waiting_for_answer_of(people.handler).exists()
    assert Notice.objects.waiting_for_answer_of(people.support).get() == notice


def test_who_was_not_asked_answers_nothing(people):
    notice = asking(people)

    assert not rules.may_answer(people.host, notice)
    assert not NoticeAddressee.objects.reaching(people.host).exists()


def test_who_asked_enters_the_paper_slip_of_an_organ_without_accounts(people):
    people.neighbour_handler.is_active = False
    people.neighbour_handler.save()
    notice = asking(people, organs=[people.water, people.weather])

    assert rules.answerable(people.office, notice).get().organ == people.weather
    assert not rules.answerable(people.support, notice).exists()
    answered = notices.answer_notice(
        addressee=notice.addressees.get(organ=people.weather), by=people.office, at=now(), yes=True
    )

    assert answered.answered_by == people.office
    assert not rules.may_answer(people.office, notice)


def test_who_asked_does_not_answer_for_organs_that_can(people):
    notice = asking(people)

    assert not rules.may_answer(people.office, notice)
    with pytest.raises(PermissionDenied):
        notices.answer_notice(
            addressee=notice.addressees.get(organ=people.water),
            by=people.office,
            at=now(),
            yes=True,
        )


def test_a_late_answer_is_taken_and_called_late(people):
    notice = asking(people)
    Notice.objects.update(reply_due_on=in_days(-2))

    answered = answer(people, notice, people.handler, yes=True)

    answered.notice.refresh_from_db()
    assert answered.was_late


def test_a_notice_without_a_slip_asks_nothing(people):
    notice = published(people, question="这个问题不该留下", reply_due_on=in_days(1))

    assert (notice.question, notice.reply_due_on) == ("", None)
    assert not rules.may_answer(people.handler, notice)
    assert not Notice.objects.waiting_for_answer_of(people.handler).exists()


def test_requests_for_data_stand_on_the_dashboard_with_their_list(browse, people):
    asked, _told = asking(people), published(people)
    notices.withdraw_notice(notice=asked, by=people.office, at=now(), reason="作废")

    for reader in ("office", "supervisor"):
        client = browse(reader)
        page = client.get(reverse("outreach:dashboard"), {"period": "month"})
        line = next(one for one in page.context["costs"] if "/notices/" in one.number.url)
        assert line.number.n == 1
        assert [row.pk for row in client.get(line.number.url).context["page"]] == [asked.pk]
        if reader == "office":
            elsewhere = {"period": "month", "area": people.other_county.pk}
            assert client.get(reverse("outreach:dashboard"), elsewhere).status_code < 500


@pytest.mark.parametrize(
    "changes",
    [
        {"asks": "text"},
        {"question": "多少"},
        {"state": "published"},
        {"state": "withdrawn", "published_on": "2026-01-01"},
        {"withdraw_reason": "无"},
    ],
)
def test_the_database_refuses_half_a_notice(people, changes):
    notice = draft(people)

    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**changes)


def test_the_database_refuses_an_answer_that_says_nothing(people):
    notice = asking(people)

    with pytest.raises(IntegrityError), transaction.atomic():
        notice.addressees.update(answered_at=now(), answered_by=people.handler)


# --- pages --------------------------------------------------------------------------------------


def test_from_the_form_to_the_confirmation_and_out(browse, people):
    session = browse("office")
    paper = SimpleUploadedFile("附件.pdf", b"%PDF-1.4 x", "application/pdf")

    kept = session.post(reverse("outreach:new_notice"), form_of(people, attachments=paper))
    notice = Notice.objects.get()
    confirmation = session.get(kept.url)
    assert kept.url == reverse("outreach:publish_notice", args=[notice.pk])
    assert confirmation.context["count"] == 1
    assert "县水利" in confirmation.content.decode()

    session.post(kept.url)
    notice.refresh_from_db()
    assert notice.state == "published"
    assert notice.attachments.get().name == "附件.pdf"


def test_a_notice_is_withdrawn_by_its_page_with_numbers_masked(browse, people):
    notice = published(people)
    url = reverse("outreach:withdraw_notice", args=[notice.pk])

    asked = browse("office").post(url, {"reason": "有误，请询13912345678"})
    done = browse("office").post(url, {"reason": "有误，请询13912345678", "numbers": "mask"})

    notice.refresh_from_db()
    assert (asked.status_code, done.status_code, notice.state) == (422, 302, "withdrawn")
    assert notice.withdraw_reason == "有误，请询139****5678"


def test_a_draft_is_changed_with_the_files_that_stay_ticked(browse, people):
    papers = [
        files.keep(b"%PDF-", name=name, content_type="application/pdf", by=people.office)
        for name in ("留下.pdf", "去掉.pdf")
    ]
    notice = draft(people, attachments=papers)
    url = reverse("outreach:edit_notice", args=[notice.pk])
    sent = form_of(people, title="改过的标题", kept_files=[papers[0].pk], roles=["handler"])

    assert "去掉.pdf" in browse("office").get(url).content.decode()
    browse("office").post(url, sent)

    notice.refresh_from_db()
    assert (notice.title, notice.roles) == ("改过的标题", ["handler"])
    assert list(notice.attachments.all()) == [papers[0]]
    assert AuditEntry.objects.filter(event="notice.changed", noun_id=notice.pk).count() == 1


def test_an_export_of_the_register_is_a_job_of_who_asked(browse, people):
    published(people)

    response = browse("office").post(reverse("outreach:export_notices"), {"tab": "all"})

    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert (job.owner, job.arguments["ledger"]) == (people.office, "notices")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"organs": []}, "organs"),
        ({"asks": "text", "reply_due_on": "2999-01-01"}, "question"),
        ({"asks": "yes_no", "question": "参加吗？"}, "reply_due_on"),
        ({"asks": "yes_no", "question": "参加吗？", "reply_due_on": "2020-01-01"}, "reply_due_on"),
        ({"text": "请打13912345678联系"}, "numbers"),
    ],
)
def test_bad_input_is_said_at_its_field_and_stays(browse, people, changes, field):
    sent = form_of(people, text="写了很久的通知") | changes

    response = browse("office").post(reverse("outreach:new_notice"), sent)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert sent["text"] in response.content.decode()
    assert not Notice.objects.exists()


def test_an_organ_outside_the_area_is_refused_in_the_form(browse, people):
    response = browse("liaison").post(reverse("outreach:new_notice"), form_of(people))

    assert response.status_code == 422
    assert "organs" in response.context["form"].errors


def test_the_answers_of_others_are_not_shown_to_an_organ(browse, people):
    notice = asking(people)
    answer(people, notice, people.support, yes=False, text="公路局不参加")

    asked = browse("handler").get(notice.get_absolute_url()).content.decode()
    author = browse("office").get(notice.get_absolute_url())

    assert "公路局不参加" not in asked
    assert "公路局不参加" in author.content.decode()
    assert [one.organ for one in author.context["silent"]] == [people.water]


def test_the_slip_asks_for_no_more_than_the_notice(browse, people):
    notice = asking(people, asks="yes_no")
    url = reverse("outreach:answer_notice", args=[notice.pk])

    page = browse("handler").get(url)
    assert list(page.context["form"].fields) == ["addressee", "yes", "numbers"]
    addressee = notice.addressees.get(organ=people.water)
    browse("handler").post(url, {"addressee": addressee.pk, "yes": "1"})

    addressee.refresh_from_db()
    assert addressee.yes is True


def test_an_answer_for_another_organ_is_refused(browse, people):
    notice = asking(people)
    other = notice.addressees.get(organ=people.roads)

    response = browse("handler").post(
        reverse("outreach:answer_notice", args=[notice.pk]),
        {"addressee": other.pk, "yes": "1", "text": "好"},
    )

    assert response.status_code == 422
    other.refresh_from_db()
    assert other.answered_at is None


def test_an_empty_slip_is_refused_and_says_why(browse, people):
    notice = asking(people, asks="text")

    response = browse("handler").post(reverse("outreach:answer_notice", args=[notice.pk]), {})

    assert response.status_code == 422
    assert "text" in response.context["form"].errors


def test_the_tabs_hold_what_they_say(browse, people):
    ours = published(people, by=people.liaison, organs=[people.agriculture], title="本局例会")
    to_us = asking(people, organs=[people.agriculture], title="防汛物资")
    waiting = draft(people, by=people.liaison, organs=[people.agriculture], title="草稿一则")
    published(people, organs=[people.water], title="与本局无关")

    def shown(tab):
        page = browse("liaison").get(reverse("outreach:notices"), {"tab": tab})
        return {one.pk for one in page.context["page"]}

    assert shown("waiting") == {to_us.pk}
    assert shown("to_us") == {ours.pk, to_us.pk}
    assert shown("by_us") == {ours.pk}
    assert shown("drafts") == {waiting.pk}
    assert shown("all") == {ours.pk, to_us.pk}


def test_a_word_of_the_text_finds_the_notice(browse, people):
    found, other = published(people, text="本周开展抗旱"), published(people, text="开会")

    page = browse("office").get(reverse("outreach:notices"), {"tab": "all", "q": "抗旱"})

    assert [one.pk for one in page.context["page"]] == [found.pk]
    assert other.pk != found.pk


def test_a_notice_stands_in_the_search_of_its_readers_alone(browse, people):
    published(people, title="抗旱工作通知")

    assert "抗旱工作通知" in browse("handler").get("/search/", {"q": "抗旱"}).content.decode()
    assert "抗旱工作通知" not in browse("host").get("/search/", {"q": "抗旱"}).content.decode()


def test_the_correction_form_begins_with_the_old_text_and_files(browse, people):
    old = published(people)

    page = browse("office").get(reverse("outreach:correct_notice", args=[old.pk]))
    assert old.text in page.content.decode()
    browse("office").post(
        reverse("outreach:correct_notice", args=[old.pk]), form_of(people, title="更正")
    )

    assert Notice.objects.get(title="更正").replaces == old


def test_the_print_is_chinese_whatever_the_language(browse, people):
    notice = asking(people)
    people.office.language = "en"
    people.office.save()

    page = browse("office").get(reverse("outreach:notice_print", args=[notice.pk]))

    assert "回　执" in page.content.decode()
    assert "未回复" in page.content.decode()


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("office", 12), ("handler", 12)])
def test_the_list_costs_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count, who, queries
):
    for _ in range(row_count):
        asking(people)
    session = browse(who)
    tab = "all" if who == "office" else "to_us"
    session.get(reverse("outreach:notices"), {"tab": tab})
    with django_assert_num_queries(queries):
        session.get(reverse("outreach:notices"), {"tab": tab})


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_record_costs_the_same_for_one_organ_and_three(
    browse, people, django_assert_num_queries, row_count
):
    organs = [people.water, people.roads, people.weather][:row_count]
    notice = asking(people, organs=organs)
    answer(people, notice, people.handler, yes=True, text="好")
    session = browse("office")
    session.get(notice.get_absolute_url())
    with django_assert_num_queries(17):
        session.get(notice.get_absolute_url())


# --- the register -------------------------------------------------------------------------------


def test_the_register_says_what_was_sent_asked_and_answered(people, tmp_path):
    notice = asking(people, title="防汛物资统计")
    answer(people, notice, people.handler, yes=True)
    withdrawn = published(people, organs=[], roles=[Role.HOST], title="作废的通知")
    notices.withdraw_notice(notice=withdrawn, by=people.office, at=now(), reason="重复发文")
    draft(people, title="不在簿上的草稿")
    target = tmp_path / "register.xlsx"

    manifest = ledgers.write(
        NOTICE_LEDGER, user=people.office, filters={}, target=target, at=timezone.now()
    )

    cells = [
        [cell for cell in row if cell is not None]
        for row in openpyxl.load_workbook(target).active.iter_rows(values_only=True)
    ]
    said = "\n".join(str(cell) for row in cells for cell in row)
    assert manifest["written"] == 2
    assert [
        "序号",
        "发布日期",
        "标题",
        "发布单位",
        "发送范围",
        "是否要求回执",
        "回执（个）",
        "备注",
    ] in cells
    assert ["应回", "已回"] in cells
    assert ["合计", 2, 1] in cells
    assert "县水利局、县交通运输局（2个单位）" in said
    assert "撤回：重复发文" in said
    assert "不在簿上的草稿" not in said


def test_the_register_holds_nothing_of_the_neighbour(people, tmp_path):
    published(people)

    manifest = ledgers.write(
        NOTICE_LEDGER,
        user=people.neighbour_office,
        filters={},
        target=tmp_path / "x.xlsx",
        at=timezone.now(),
    )

    assert manifest["written"] == 0
