"""Slips that decide about a matter, and all others, which only show it and take further words."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from outreach.actions import door, follow_ups
from outreach.actions.matters import reveal_contact
from outreach.door import store
from outreach.ledgers import matters as ledger
from outreach.models import DoorMessage, FollowUp, MatterSlip, SlipRemark
from outreach.models.matters import Closure, Status
from outreach.rules import door as rules
from portal.days import workdays
from portal.models import AuditEntry, StandIn
from portal.roles import Role
from tests.day import TODAY, now
from tests.people import account

State = DoorMessage.State


def printed(matter, by):
    return door.print_slip(matter=matter, by=by, at=now())


def say(slip, word="satisfied", comment=""):
    """Deliver a word bypassing the pages, as anybody with number and code could."""
    content = {"word": word, "comment": comment}
    store.deliver(store.Letter("word", str(uuid.uuid4()), content, None, *slip))
    door.take_over_new(at=now())
    return DoorMessage.objects.order_by("pk").last()


def erase(slip, kind="erase", **content):
    store.deliver(store.Letter(kind, str(uuid.uuid4()), content, None, *slip))
    door.take_over_new(at=now())
    return DoorMessage.objects.order_by("pk").last()


def stand_in_for(principal, colleague):
    today = timezone.localdate()
    StandIn.objects.create(
        principal=principal, stand_in=colleague, starts_on=today, ends_on=today, named_by=principal
    )
    return type(colleague).objects.get(pk=colleague.pk).acting(on=today)


def calls(matter):
    return FollowUp.objects.filter(matter=matter)


def insiders(people):
    """Users from whom the raiser's word must not come, by their part in the matter."""
    return {
        "lead handler": people.handler,
        "supporting handler": people.support,
        "registrar": people.author,
        "reviewer": people.desk,
        "colleague of the reviewer": people.desk2,
        "colleague of the handler": account(
            "w2", "郝水", people.water, Role.HANDLER, within=people.water
        ),
        "office that stands in for the handler": stand_in_for(people.handler, people.office),
    }


@pytest.mark.parametrize(
    "who",
    [
        "lead handler",
        "supporting handler",
        "registrar",
        "reviewer",
        "colleague of the reviewer",
        "colleague of the handler",
        "office that stands in for the handler",
    ],
)
@pytest.mark.parametrize("word", ["satisfied", "unsatisfied"])
def test_who_took_part_does_not_speak_for_the_raiser(people, who, word):
    matter = people.awaiting_word()
    FollowUp.objects.create(
        matter=matter,
        kind=FollowUp.Kind.SAMPLE,
        caller=people.supervisor,
        starts_on=TODAY,
        due_on="2099-01-01",
    )
    person = insiders(people)[who]
    assert not rules.may_print_closing_slip(person, matter)
    slip = printed(matter, person)

    assert erase(slip).state == State.HELD
    assert erase(slip, "correct", phone="100-0000-0666").state == State.HELD
    message = say(slip, word)

    matter.refresh_from_db()
    assert (matter.status, matter.word, matter.reopen_count) == (Status.AWAITING_WORD, "", 0)
    assert not calls(matter).exclude(answered_at=None).exists()
    assert reveal_contact(matter=matter, by=people.author)["phone"] == "100-0000-0001"
    # Nothing is lost: those who make the call-back read it.
    assert message.state == State.APPLIED
    remark = SlipRemark.objects.visible_to(people.desk).get()
    assert (remark.word, remark.slip.made_by, remark.slip.closes_round) == (word, person, None)
    assert not SlipRemark.objects.visible_to(people.handler).exists()


@pytest.mark.parametrize("who", ["host", "office"])
def test_who_stands_outside_prints_a_slip_that_closes(people, who):
    """The host only passed the matter up; the office had no part in it."""
    matter = people.awaiting_word()
    slip = printed(matter, getattr(people, who))

    assert MatterSlip.objects.get().closes_round == 0
    assert store.slip(*slip)["decides"]
    say(slip)

    matter.refresh_from_db()
    assert (matter.status, matter.closure) == (Status.CLOSED, "satisfied")
    assert calls(matter).get().method == "slip"


def test_a_host_that_handled_a_matter_leaves_its_slip_to_the_desk(people):
    matter = people.matter()
    for code, by, facts in (
        ("take_up", people.host, {}),
        ("report", people.host, {"resolution": "solved", "text": "换了灯。", "method": "person"}),
        ("pass_review", people.host2, {}),
    ):
        matter = people.move(matter, code, by, **facts)

    for inside in (people.host, people.host2, people.author):
        assert not rules.may_print_closing_slip(inside, matter)
    assert "督查" in str(rules.may_print_closing_slip(people.host, matter).refusal)
    for outside in (people.desk, people.office):
        assert rules.may_print_closing_slip(outside, matter)


def test_a_slip_closes_the_result_for_which_it_was_printed_and_no_other(people):
    matter = people.awaiting_word()
    early = printed(people.reported(title="另一件事"), people.desk)
    assert MatterSlip.objects.get().closes_round is None and not store.slip(*early)["asks"]
    first = printed(matter, people.office)
    say(first, "unsatisfied", "还是没水")
    matter.refresh_from_db()
    assert (matter.status, matter.reopen_count) == (Status.IN_PROGRESS, 1)

    people.move(
        matter, "report", people.handler, resolution="solved", text="又清了一次。", method="phone"
    )
    matter.refresh_from_db()
    people.move(matter, "pass_review", people.desk)
    assert not store.slip(*first)["decides"]
    say(first)

    matter.refresh_from_db()
    assert (matter.status, matter.word) == (Status.AWAITING_WORD, "")
    assert [r.word for r in SlipRemark.objects.all()] == ["satisfied"]


def test_a_printer_who_takes_part_afterwards_closes_nothing(people):
    matter = people.awaiting_word()
    slip = printed(matter, people.office)
    stand_in_for(people.handler, people.office)

    say(slip)

    matter.refresh_from_db()
    assert matter.status == Status.AWAITING_WORD and SlipRemark.objects.get().word == "satisfied"


def test_who_prints_what_and_when(people):
    registered = people.matter()
    handled, waiting = people.reported(title="修桥"), people.awaiting_word(title="修路")
    for person, matters in (
        (people.author, [registered, handled, waiting]),
        (people.handler, [handled, waiting]),
        (people.host, [registered, waiting]),
        (people.office, [waiting]),
    ):
        may = [m for m in (registered, handled, waiting) if rules.may_print_slip(person, m)]
        assert may == matters, person
    for nobody in (people.liaison, people.supervisor, people.neighbour_host, people.auditor):
        assert not rules.may_print_slip(nobody, waiting)
        with pytest.raises(PermissionDenied):
            printed(waiting, nobody)


def test_who_tells_the_cadre_gets_a_receipt_at_once(people, client):
    """Also for a raiser who leaves no name: the slip asks nothing."""
    for confidentiality in ("named", "anonymous"):
        matter = people.matter(confidentiality=confidentiality, title=f"路灯不亮 {confidentiality}")
        client.force_login(people.author)
        page = client.get(matter.get_absolute_url()).content.decode()
        assert "受理回执" in page

        answer = client.post(reverse("outreach:slip_with_code", args=[matter.pk]))

        sheet = answer.content.decode()
        assert "民情事项受理回执" in sheet and "凭此码不办结事项" in sheet
        assert "李大山" not in sheet
    assert MatterSlip.objects.filter(closes_round=None).count() == 2
    client.force_login(people.author)
    found = people.matter(raiser_kind="found", title="自己看见的")
    answer = client.post(reverse("outreach:slip_with_code", args=[found.pk]))
    assert answer.status_code == 403


def test_the_page_says_who_prints_the_slip_that_decides(people, client):
    matter = people.awaiting_word()
    for who, button, sentence in (
        ("handler", "答复单（带查询码）", True),
        ("office", "答复单（可评价办结）", False),
    ):
        client.force_login(getattr(people, who))
        page = client.get(matter.get_absolute_url()).content.decode()
        assert button in page
        assert ("由属地乡镇（街道）或者组织部门打印" in page) == sentence
        sheet = client.post(reverse("outreach:slip_with_code", args=[matter.pk]))
        assert ("您的评价决定本事项是否办结" in sheet.content.decode()) != sentence


def test_words_are_added_at_any_time_and_read_by_who_asks(people, client):
    matter = people.matter()
    slip = printed(matter, people.author)
    assert store.slip(*slip)["adds"] and not store.slip(*slip)["asks"]
    assert say(slip, "", "请先修三组的。身份证11010519491231002X").state == State.APPLIED
    assert say(slip, "satisfied").reason == "not_asked"

    remark = SlipRemark.objects.get()
    assert remark.text.startswith("请先修三组的。") and "19491231" not in remark.text
    client.force_login(people.host)
    assert "补充意见" in client.get(reverse("todo")).content.decode()
    page = client.get(matter.get_absolute_url()).content.decode()
    assert "请先修三组的" in page
    client.force_login(people.author)
    assert "请先修三组的" not in client.get(matter.get_absolute_url()).content.decode()
    assert client.post(reverse("outreach:read_remarks", args=[matter.pk])).status_code == 403

    client.force_login(people.host)
    last = {"last": re.search(r'name="last" value="(\d+)"', page)[1]}
    client.post(reverse("outreach:read_remarks", args=[matter.pk]), last)
    client.post(reverse("outreach:read_remarks", args=[matter.pk]), last)
    remark.refresh_from_db()
    assert remark.read_by == people.host
    assert AuditEntry.objects.filter(event="matter.words_read").count() == 1
    assert "补充意见" not in client.get(reverse("todo")).content.decode()


def test_words_that_came_after_the_page_was_loaded_stay_unread(people, client):
    matter = people.matter()
    slip = printed(matter, people.author)
    say(slip, "", "请先修三组的。")
    client.force_login(people.host)
    page = client.get(matter.get_absolute_url()).content.decode()
    say(slip, "", "三组的桥也坏了。")

    shown = {"last": re.search(r'name="last" value="(\d+)"', page)[1]}
    client.post(reverse("outreach:read_remarks", args=[matter.pk]), shown)

    assert SlipRemark.objects.unread_by(people.host).get().text == "三组的桥也坏了。"
    client.post(reverse("outreach:read_remarks", args=[matter.pk]), {"last": ""})
    assert SlipRemark.objects.unread_by(people.host).count() == 1


def test_a_contact_is_not_erased_while_somebody_is_to_call_it(people):
    matter = people.awaiting_word()
    sample = FollowUp.objects.create(
        matter=matter,
        kind=FollowUp.Kind.SAMPLE,
        caller=people.supervisor,
        starts_on=TODAY,
        due_on="2099-01-01",
    )
    slip = printed(matter, people.office)
    say(slip)

    assert erase(slip).reason == "call_open"
    assert store.slip(*slip)["pending"] and store.slip(*slip)["is_called"]
    assert reveal_contact(matter=matter, by=people.author)["phone"]
    assert door.take_over_new(at=now()) == 0
    follow_ups.record_word(follow_up=sample, by=people.supervisor, at=now(), word="satisfied")
    assert door.take_over_new(at=now()) == 1

    assert reveal_contact(matter=matter, by=people.author) == {"name": "", "phone": ""}
    assert DoorMessage.objects.order_by("pk").last().state == State.APPLIED


def test_a_call_that_nobody_makes_keeps_a_contact_for_thirty_days(people):
    matter = people.awaiting_word()
    slip = printed(matter, people.office)
    assert erase(slip).state == State.WAITING

    # Not even looked at before the thirtieth day is over, whatever the hour.
    assert door.take_over_new(at=now() + timedelta(days=29)) == 0
    assert door.take_over_new(at=now() + timedelta(days=30)) == 0
    assert door.take_over_new(at=now() + timedelta(days=31)) == 1

    assert reveal_contact(matter=matter, by=people.author) == {"name": "", "phone": ""}


def test_a_released_wish_waits_for_the_call_as_well(people):
    matter = people.awaiting_word()
    message = erase(printed(matter, people.handler))
    assert DoorMessage.objects.visible_to(people.host).get() == message

    door.release_message(message=message, by=people.host, at=now())

    message.refresh_from_db()
    assert (message.state, message.decided_by) == (State.WAITING, people.host)
    call = calls(matter).get()
    follow_ups.record_word(follow_up=call, by=people.author, at=now(), word="satisfied")
    door.take_over_new(at=now())
    assert reveal_contact(matter=matter, by=people.author) == {"name": "", "phone": ""}
    assert AuditEntry.objects.get(event="door.taken_over").actor == "host"


def handled_at_the_place(people, **fields):
    """Handled by the host and reviewed by a colleague: both took part."""
    matter = people.matter(**fields)
    people.move(matter, "take_up", people.host)
    people.move(
        matter, "report", people.host, resolution="solved", text="换了灯。", method="person"
    )
    return people.move(matter, "pass_review", people.host2)


@pytest.mark.parametrize("hold", ["", "trap"])
@pytest.mark.parametrize("kind", ["erase", "correct"])
def test_a_contact_that_the_place_may_not_change_is_released_from_outside(people, kind, hold):
    matter = handled_at_the_place(people, confidentiality="organisation")
    slip = printed(matter, people.host2)
    content = {"phone": "100-0000-0666"} if kind == "correct" else {}
    store.deliver(store.Letter(kind, str(uuid.uuid4()), content, None, *slip, hold=hold))
    door.take_over_new(at=now())
    message = DoorMessage.objects.visible_to(people.host2).get()

    for inside in (people.host2, people.host):
        assert rules.may_decide_message(inside, message)
        assert not rules.may_release_message(inside, message)
        with pytest.raises(PermissionDenied):
            door.release_message(message=message, by=inside, at=now())
    assert reveal_contact(matter=matter, by=people.author)["phone"] == "100-0000-0001"

    door.release_message(message=message, by=people.office, at=now())
    message.refresh_from_db()
    assert message.state == (State.WAITING if kind == "erase" else State.APPLIED)


def test_whoever_printed_a_slip_does_not_release_what_came_by_it(people, client):
    matter = handled_at_the_place(people)
    message = erase(printed(matter, people.host2), "correct", phone="100-0000-0666")
    client.force_login(people.host2)
    page = client.get(reverse("outreach:held_message", args=[message.pk])).content.decode()
    assert "由其他人决定" in page
    with pytest.raises(PermissionDenied):
        door.release_message(message=message, by=people.host2, at=now())

    assert door.release_message(message=message, by=people.host, at=now()).state == State.APPLIED


def test_a_station_belongs_to_its_organ(people):
    matter = people.matter()
    keeper = account("st", "邹站", people.station, Role.HANDLER, within=people.station)
    people.move(matter, "pass_up", people.host, text="镇里无法处理")
    matter = people.move(matter, "assign", people.desk, lead=people.station, text="请处理")
    people.move(matter, "sign", keeper, officer="邹站")
    people.move(matter, "report", keeper, resolution="solved", text="修好。", method="phone")
    matter.refresh_from_db()
    matter = people.move(matter, "pass_review", people.desk)

    assert not rules.may_print_closing_slip(people.host, matter)
    assert rules.may_print_closing_slip(people.office, matter)


def test_the_reply_slip_says_whom_to_ask_and_how_it_was_told(people, client):
    matter = people.in_progress()
    # No officer was entered when it was signed for.
    matter.assignments.update(officer="")
    people.move(
        matter, "report", people.handler, resolution="solved", text="已清淤。", method="person"
    )
    client.force_login(people.handler)

    sheet = client.get(reverse("outreach:slip", args=[matter.pk, "reply"])).content.decode()

    assert "<td>刘洋</td>" in sheet
    assert "☑ 当面" in sheet and "□ 电话" in sheet and "□ 书面" in sheet


def test_a_reply_slip_with_a_code_says_the_same(people, client):
    matter = people.reported()
    client.force_login(people.handler)

    sheet = client.post(reverse("outreach:slip_with_code", args=[matter.pk])).content.decode()

    assert "<td>刘洋</td>" in sheet
    assert "☑ 电话" in sheet and "□ 当面" in sheet


def test_the_sheet_joins_what_was_done_without_a_full_stop_before_it():
    said = ledger._progress(Status.IN_PROGRESS, "已派人察看。；已清淤。", "全部完成。")
    assert "。；" not in said and said.endswith("已派人察看；已清淤；全部完成。")


def test_a_withdrawn_matter_has_no_result_of_an_organ():
    assert ledger._result("solved", Closure.WITHDRAWN, "", None) == ""
    assert ledger._result("solved", Closure.SATISFIED, "", None) == "已解决"


def test_only_who_uploads_the_calendar_is_told_in_the_ledger(people, client, monkeypatch):
    monkeypatch.setattr(workdays, "unpublished_year_near", lambda day: 2031)
    for who, is_told in (("author", False), ("office", True)):
        client.force_login(getattr(people, who))
        page = client.get(reverse("outreach:matters")).content.decode()
        assert (f"{reverse('workdays')}?year=2031" in page) == is_told
