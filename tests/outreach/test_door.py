"""The villager's door: from the card to the people's word, and what it does not let through."""

import logging
import re
import uuid
from contextlib import suppress
from datetime import timedelta
from functools import partial

import psycopg2
import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import QueryDict
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from outreach.actions import cards, conduct, door
from outreach.actions.matters import reveal_contact
from outreach.door import codes, guards, store
from outreach.models import (
    CardText,
    CondolenceCampaign,
    CondolenceName,
    CondolenceRecipient,
    CondolenceVisit,
    ConductReport,
    ContactArea,
    ContactCard,
    DoorMessage,
    DoorTry,
    FollowUp,
    Matter,
    MatterSlip,
    SlipRemark,
    Stay,
)
from outreach.models.matters import Source, Status
from portal.duties import reminders
from portal.models import AuditEntry, FigureDelta, Reminder
from portal.sheets import ledgers
from portal.trust import sealing

PORTAL_MIDDLEWARE = configured.MIDDLEWARE
State, Reason = DoorMessage.State, DoorMessage.Reason
SAID = "三组的水渠又堵了，秧田等水。"


class Villager:
    """A visitor with the oldest phone: no cookies, no script, only links and forms."""

    def __init__(self, address="198.51.100.7"):
        self.client = Client(REMOTE_ADDR=address)
        self.page = None

    def open(self, path):
        return self._keep(self.client.get(path))

    def send(self, path, status=200, **fields):
        return self._keep(self.client.post(path, fields), status)

    def _keep(self, response, status=None):
        self.page = response.content.decode()
        assert status is None or response.status_code == status, self.page
        assert len(response.content) < 30_000
        assert response.headers["Cache-Control"] == "no-store"
        assert "‹undefined" not in self.page and "<script" not in self.page
        assert not response.cookies
        return response

    def hidden(self, name="form"):
        return re.search(rf'name="{name}" value="([^"]*)"', self.page)[1]

    def word_form(self):
        return re.search(r'/slip/word/">\s*<input [^>]*name="form" value="([^"]*)"', self.page)[1]

    def raise_by(self, card, text=SAID, confidentiality="named", form="", **more):
        """Go through the whole form; return number and code of the slip."""
        path = f"/c/{card.token}/raise/"
        if not form:
            self.open(f"{path}?category=02")
            form = self.hidden()
        given = {
            "category": "02",
            "text": text,
            "confidentiality": confidentiality,
            "name": "李大山",
            "phone": "100-0000-0001",
            **more,
        }
        self.send(path, form=form, **given)
        return self.slip_shown()

    def slip_shown(self):
        return tuple(
            re.search(rf'name="{name}" value="(\d+)"', self.page)[1] for name in ("number", "code")
        )

    def look(self, slip, status=200):
        return self.send("/slip/", status, number=slip[0], code=slip[1])

    def say(self, slip, said, comment="", status=200, form=None):
        self.look(slip)
        form = form or self.word_form()
        number, code = slip
        return self.send(
            "/slip/word/",
            status,
            number=number,
            code=code,
            said=said,
            send="1",
            comment=comment,
            form=form,
        )


@pytest.fixture
def at_the_door(settings, monkeypatch):
    """The door's pages as its own process serves them."""
    settings.ROOT_URLCONF, settings.MIDDLEWARE = settings.DOOR_URLCONF, settings.DOOR_MIDDLEWARE
    monkeypatch.setattr(guards, "FASTEST_SECONDS", -1)


@pytest.fixture
def card(people):
    people.cadre.public_phone = "100-0000-0017"
    people.cadre.save()
    return cards.issue_card(area=people.area, by=people.host, at=timezone.now())[0]


@pytest.fixture
def villager(at_the_door):
    return Villager()


def take_over():
    return door.take_over_new(at=timezone.now())


def answered(people, matter):
    """A matter handled and reviewed, waiting for the people's word."""
    people.move(matter, "take_up", people.host)
    people.move(
        matter, "report", people.host, resolution="solved", text="清淤三百米。", method="person"
    )
    return people.move(matter, "pass_review", people.host2)


def slip_of_the_desk(people, matter):
    """A deciding slip: the host handled the matter, so the desk prints it."""
    return door.print_slip(matter=matter, by=people.desk, at=timezone.now())


def test_a_matter_goes_from_the_card_to_the_word(people, card, villager):
    villager.open(f"/c/{card.token}/")
    assert "tel:100-0000-0017" in villager.page and "王建国" in villager.page

    slip = villager.raise_by(card)
    villager.look(slip)
    assert "正在登记" in villager.page and not Matter.objects.exists()

    assert take_over() == 1 and take_over() == 0
    matter = Matter.objects.get()
    assert (matter.source, matter.typed_by, matter.registered_by) == (
        Source.CARD,
        None,
        people.cadre,
    )
    assert (matter.title, matter.unit, matter.raiser_display) == (SAID, people.village, "李××")
    assert reveal_contact(matter=matter, by=people.author) == {
        "name": "李大山",
        "phone": "100-0000-0001",
    }
    message = DoorMessage.objects.get()
    assert (message.state, message.sealed) == (State.APPLIED, "")
    assert AuditEntry.objects.get(event="matter.registered").actor == "door"

    answered(people, matter)
    villager.look(slip)
    assert "清淤三百米。" in villager.page and "当面" in villager.page
    decides = slip_of_the_desk(people, matter)
    villager.say(decides, "unsatisfied", "水还是不来")
    assert "办理单位" in villager.page or "承办单位" in villager.page
    villager.look(decides)
    assert 'value="satisfied"' not in villager.page
    take_over()

    matter.refresh_from_db()
    call = FollowUp.objects.get()
    assert (call.word, call.method, call.answered_by) == ("unsatisfied", "slip", None)
    assert (matter.status, matter.reopen_count) == (Status.IN_PROGRESS, 1)
    villager.look(slip)
    assert "您不满意" in villager.page


def test_by_the_slip_of_the_door_one_looks_and_adds_words(people, card, villager):
    """The slip was given before there was a result, to whoever typed the matter, so it closes
    nothing."""
    slip = villager.raise_by(card)
    take_over()
    matter = Matter.objects.get()
    villager.look(slip)
    assert "补充几句话" in villager.page
    form, given = villager.hidden(), {"number": slip[0], "code": slip[1], "said": "words"}
    villager.send("/slip/word/", form=form, **given)
    assert "您还想让办事单位知道什么" in villager.page
    villager.send("/slip/word/", 422, form=form, send="1", **given)
    assert "请写几句话" in villager.page
    villager.send("/slip/word/", form=form, send="1", comment="先修三组的", **given)
    assert "不作为办结依据" in villager.page
    take_over()

    answered(people, matter)
    villager.look(slip)
    assert "办结前会有人打电话" in villager.page
    villager.say(slip, "satisfied", "都好了")
    assert "不作为办结依据" in villager.page
    villager.look(slip)
    assert 'value="satisfied"' not in villager.page
    take_over()
    villager.look(slip)
    assert 'value="satisfied"' not in villager.page

    matter.refresh_from_db()
    assert (matter.status, matter.word) == (Status.AWAITING_WORD, "")
    remarks = SlipRemark.objects.order_by("pk").values_list("word", "text")
    assert [*remarks] == [("", "先修三组的"), ("satisfied", "都好了")]


def test_a_wish_that_waits_is_not_taken_for_a_word(people, villager):
    matter = people.reported()
    slip = door.print_slip(matter=matter, by=people.author, at=timezone.now())
    villager.look(slip)
    form = villager.word_form()
    store.deliver(store.Letter("erase", str(uuid.uuid4()), {}, None, *slip))
    take_over()
    assert store.slip(*slip)["pending"] and DoorMessage.objects.get().state == State.HELD

    said = {"number": slip[0], "code": slip[1], "said": "satisfied", "form": form, "send": "1"}
    villager.send("/slip/word/", **said)
    assert "现在还不需要您评价" in villager.page

    people.move(matter, "pass_review", people.desk)
    villager.say(slip, "satisfied")
    villager.send("/slip/word/", **said)
    assert "您的评价已经收到过了" in villager.page


def test_what_it_is_about_leads_to_the_questions_without_sending_anything(card, villager):
    """Each category has an address of its own, so that the phone's back button works."""
    path = f"/c/{card.token}/raise/"
    villager.open(path)
    assert "<form" not in villager.page
    links = re.findall(rf'href="({path}\?category=\d\d)#ask-what"', villager.page)
    assert len(links) > 8

    villager.open(links[1])

    assert 'value="02" selected' in villager.page and "<textarea" in villager.page
    for question in ("什么事", "谁可以看到您的姓名", "怎么联系您", "对不对"):
        assert question in villager.page
    anchors = re.findall(r'<i id="([^"]+)">', villager.page)
    assert set(re.findall(r'href="#([^"]+)"', villager.page)) <= set(anchors)
    # An unknown category, or one not on this card, is asked for again.
    for category in ("99", "", "x" * 300):
        villager.open(f"{path}?category={category}")
        assert "?category=02" in villager.page and "<textarea" not in villager.page


def test_what_is_missing_or_wrong_is_told_with_all_that_was_said(people, card, villager):
    path = f"/c/{card.token}/raise/"
    villager.open(f"{path}?category=02")
    given = {"form": villager.hidden(), "category": "02", "text": SAID, "confidentiality": "named"}
    wrong = [
        ({"text": "水"}, "再多写几个字", ">水</textarea>"),
        ({"text": "长" * 2_001}, "2000", "长" * 2_001),
        ({"confidentiality": ""}, "选择谁可以看到", SAID),
        ({"phone": "1"}, "电话", 'value="1"'),
        ({"category": "99"}, 'class="problem"', SAID),
    ]
    for changes, problem, kept in wrong:
        villager.send(path, 422, **given | changes)
        assert problem in villager.page and kept in villager.page
    assert not DoorMessage.objects.exists()


def test_the_return_key_of_a_phone_sends_nothing(people, card, villager):
    """The key presses a form's first button, which only shows what has been entered so far."""
    path = f"/c/{card.token}/raise/"
    villager.open(f"{path}?category=02")
    assert re.findall(r'<button[^>]*name="(\w+)"', villager.page)[0] == "look"
    given = {"form": villager.hidden(), "category": "02", "text": SAID, "confidentiality": "named"}

    villager.send(path, look="1", name="李大山", **given)

    assert "李大山" in villager.page and SAID in villager.page
    villager.send(path, 422, look="1", **given | {"text": ""})
    assert not DoorMessage.objects.exists()


def test_another_language_keeps_what_was_typed(people, card, villager):
    path = f"/c/{card.token}/raise/"
    villager.open(f"{path}?category=02")
    assert f'form="raise" formaction="/en{path}" name="switch"' in villager.page

    villager.send(f"/en{path}", switch="1", form=villager.hidden(), category="02", text=SAID)

    assert SAID in villager.page and "Who may see your name?" in villager.page
    assert 'class="problem"' not in villager.page
    assert f'formaction="{path}"' in villager.page
    assert not DoorMessage.objects.exists()


def test_numbers_of_people_are_covered_before_anything_is_sent(people, card, villager):
    path = f"/c/{card.token}/raise/"
    villager.open(f"{path}?category=08")
    text = "低保没发，身份证11010519491231002X，电话13800138000，卡6222020000000000008"

    villager.send(path, 422, form=villager.hidden(), category="08", text=text)

    assert "已经遮住" in villager.page
    assert "11010519491231002X" not in villager.page and "13800138000" not in villager.page


def test_a_withheld_name_stays_closed_to_the_cadre_of_the_card(people, card, villager):
    villager.raise_by(card, confidentiality="organisation")
    take_over()
    matter = Matter.objects.get()

    with pytest.raises(PermissionDenied):
        reveal_contact(matter=matter, by=people.author)
    with pytest.raises(PermissionDenied):
        reveal_contact(matter=matter, by=people.host)
    assert reveal_contact(matter=matter, by=people.office)["name"] == "李大山"


def test_of_an_anonymous_raiser_nothing_is_kept(people, card, villager):
    slip = villager.raise_by(card, confidentiality="anonymous")
    take_over()
    matter = Matter.objects.get()
    with pytest.raises(PermissionDenied):
        reveal_contact(matter=matter, by=people.author)
    assert matter.raiser_display == ""
    villager.look(slip)
    assert "改或删掉" not in villager.page


def test_the_same_form_twice_is_one_matter_and_one_slip(people, card, villager):
    villager.open(f"/c/{card.token}/raise/?category=02")
    form = villager.hidden()

    first = villager.raise_by(card, form=form)
    take_over()
    second = villager.raise_by(card, form=form)
    take_over()

    assert first == second and "已经收到过" in villager.page
    assert Matter.objects.count() == DoorMessage.objects.count() == MatterSlip.objects.count() == 1


def test_another_content_under_one_key_is_kept_for_a_person(people, card, villager, client):
    villager.open(f"/c/{card.token}/raise/?category=02")
    form = villager.hidden()
    villager.raise_by(card, form=form)
    villager.raise_by(card, text="别的一件事，路灯不亮。", form=form)
    take_over()

    assert Matter.objects.count() == 1
    held = DoorMessage.objects.visible_to(people.host).get()
    assert (held.state, held.reason) == (State.HELD, Reason.DIFFERENT)
    assert not DoorMessage.objects.visible_to(people.neighbour_host).exists()
    said = door.read_held(message=held, by=people.host)
    assert said == {"text": "别的一件事，路灯不亮。", "word": "", "leaves_contact": True}
    with pytest.raises(PermissionDenied):
        door.release_message(message=held, by=people.neighbour_host, at=timezone.now())

    released = door.release_message(message=held, by=people.host, at=timezone.now())
    assert released.state == State.APPLIED and Matter.objects.count() == 2
    with pytest.raises(PermissionDenied):
        door.refuse_message(message=held, by=people.host, at=timezone.now())


def test_what_comes_too_fast_or_too_late_is_said_so_and_kept(people, card, villager, monkeypatch):
    path = f"/c/{card.token}/raise/"
    given = {"category": "02", "text": SAID, "confidentiality": "named"}
    monkeypatch.setattr(guards, "FASTEST_SECONDS", 60)
    villager.open(f"{path}?category=02")
    form = villager.hidden()
    villager.send(path, 422, form=form, **given)
    assert "太快" in villager.page and SAID in villager.page

    monkeypatch.setattr(guards, "OLDEST_SECONDS", -1)
    villager.send(path, 422, form=form, **given)
    assert "时间太长" in villager.page and SAID in villager.page
    assert villager.hidden() != "" and not DoorMessage.objects.exists()

    villager.send(path, 422, form="made-up", **given)
    other = guards.new_form(uuid.uuid4(), card.pk + 1)
    villager.send(path, 422, form=other, **given)
    assert not DoorMessage.objects.exists()


def test_a_filled_trap_and_an_overflow_are_held_for_a_look(people, card, villager, monkeypatch):
    villager.raise_by(card, website="http://buy.example")
    monkeypatch.setattr(guards, "MATTERS_OF_A_CARD", 1)
    slip = villager.raise_by(card, text="第二件事，自来水不通。")
    take_over()

    assert list(DoorMessage.objects.order_by("pk").values_list("reason", flat=True)) == [
        Reason.TRAP,
        Reason.OVERFLOW,
    ]
    assert not Matter.objects.exists()
    villager.look(slip)
    assert "正在查看" in villager.page
    refused = door.refuse_message(
        message=DoorMessage.objects.first(), by=people.host, at=timezone.now()
    )
    assert (refused.state, refused.sealed) == (State.REFUSED, "")


def test_limits_count_an_address_with_a_card_and_not_a_township(
    people, card, at_the_door, monkeypatch
):
    monkeypatch.setattr(guards, "MESSAGES_BY_CARD", 2)
    monkeypatch.setattr(guards, "MESSAGES_IN_ALL", 3)
    other = cards_of(people)
    village = Villager()
    for _n in range(2):
        village.raise_by(card)
    path = f"/c/{card.token}/raise/"
    given = {"category": "02", "text": SAID, "confidentiality": "named"}
    village.open(f"{path}?category=02")
    village.send(path, 429, form=village.hidden(), **given)
    assert "100-0000-0017" in village.page

    village.raise_by(other)
    Villager("198.51.100.8").raise_by(card)
    village.open(f"{path}?category=02")
    with pytest.raises(AssertionError):
        village.raise_by(other)


def cards_of(people):
    """A second card: another village of the same cadre."""
    area = ContactArea.objects.create(
        cadre=people.cadre, unit=people.other_village, starts_on=timezone.localdate()
    )
    return cards.issue_card(area=area, by=people.office, at=timezone.now())[0]


def test_a_cache_that_is_down_lets_everybody_in(people, card, villager, monkeypatch, caplog):
    monkeypatch.setattr(cache, "add", lambda *a, **k: (_ for _ in ()).throw(OSError("down")))

    villager.raise_by(card)

    assert "cannot be reached" in caplog.text


def test_what_was_typed_at_the_door_stays_and_days_are_said_in_words(people, card, villager):
    villager.send("/", 422, card="1234 5678")
    assert "没有这个卡号" in villager.page
    assert 'value="1234 5678"' in villager.page
    villager.send("/slip/", 422, number="123", code="")
    assert "请把回执号和查询码都填上" in villager.page
    assert 'value="123"' in villager.page
    slip = villager.raise_by(card)
    take_over()
    villager.look(slip)
    today = timezone.localdate()
    assert f"{today.month}月{today.day}日 已登记您反映的事" in villager.page


def test_a_code_tried_a_hundred_times_locks_the_slip_to_the_right_one_too(people, card, villager):
    slip = villager.raise_by(card)
    take_over()
    wrong = f"{(int(slip[1]) + 1) % 10**6:06d}"
    for _n in range(10):
        villager.look((slip[0], wrong), status=422)
    for _n in range(5):
        villager.look((slip[0], wrong), status=429)

    villager.look(slip, status=429)

    assert "联系卡上的电话" in villager.page and SAID not in villager.page
    assert DoorTry.objects.count() == 10
    other = villager.raise_by(card, text="另一件事，路灯不亮。")
    villager.look(other)
    DoorTry.objects.update(at=timezone.now() - timedelta(days=3))
    villager.look(slip)
    door.drop_old_tries(at=timezone.now())
    assert not DoorTry.objects.exists()


def test_a_code_of_another_matter_is_told_what_a_wrong_one_is(people, card, villager):
    one = villager.raise_by(card)
    other = villager.raise_by(card, text="另一件事，路灯不亮。")
    take_over()
    pages = []
    for number, code in ((one[0], other[1]), ("123456782", "000000"), ("1", "2")):
        villager.look((number, code), status=422)
        pages.append(re.sub(r'name="number" value="\d*"', "", villager.page))

    assert len(set(pages)) == 1 and "不对" in pages[0]


def test_an_answer_given_twice_has_been_received_already(people, card, villager):
    slip = villager.raise_by(card)
    take_over()
    slip = slip_of_the_desk(people, answered(people, Matter.objects.get()))
    villager.look(slip)
    form = re.search(r'word/">\s*<input type="hidden" name="form" value="([^"]*)"', villager.page)[
        1
    ]

    villager.say(slip, "satisfied", form=form)
    assert "谢谢" in villager.page
    villager.say(slip, "satisfied", form=form)
    assert "已经收到过" in villager.page
    villager.say(slip, "unsatisfied", form=guards.new_form(uuid.uuid4(), f"word:{slip[0]}"))
    assert "已经收到过" in villager.page
    take_over()

    matter = Matter.objects.get()
    assert (matter.closure, matter.word) == ("satisfied", "satisfied")
    villager.say(slip, "unsatisfied", form=form)
    assert "已经收到过" in villager.page
    assert DoorMessage.objects.filter(kind="word").count() == 1


def test_nothing_done_is_not_satisfied_and_says_so(people, card, villager):
    slip = villager.raise_by(card)
    take_over()
    villager.send("/slip/word/", number=slip[0], code=slip[1], said="satisfied", send="1", form="x")
    assert "还不需要" in villager.page
    slip = slip_of_the_desk(people, answered(people, Matter.objects.get()))

    villager.say(slip, "nothing")
    take_over()

    call = FollowUp.objects.get()
    assert (call.word, call.comment) == ("unsatisfied", "根本没人来办。")


def test_a_word_that_came_past_the_page_is_refused_by_the_portal(people, card, villager):
    """The portal does not trust the door: it checks every message again."""
    slip = villager.raise_by(card)
    take_over()
    for number, code in ((slip[0], "000000"), slip):
        store.deliver(
            store.Letter("word", str(uuid.uuid4()), {"word": "satisfied"}, None, number, code)
        )
    take_over()

    reasons = (
        DoorMessage.objects.filter(kind="word").order_by("pk").values_list("reason", flat=True)
    )
    assert list(reasons) == [Reason.NO_SLIP, Reason.NOT_ASKED]
    assert Matter.objects.get().word == ""


def test_name_and_phone_are_corrected_and_deleted_by_the_slip(people, card, villager):
    slip = villager.raise_by(card)
    take_over()
    given = {"number": slip[0], "code": slip[1]}

    villager.look(slip)
    villager.send("/slip/contact/", form=villager.hidden(), **given)
    form = villager.hidden()
    villager.send("/slip/contact/", 422, form=form, send="1", **given)
    villager.send("/slip/contact/", form=form, send="1", phone="100-0000-0099", **given)
    take_over()
    matter = Matter.objects.get()
    assert reveal_contact(matter=matter, by=people.author) == {
        "name": "李大山",
        "phone": "100-0000-0099",
    }

    villager.look(slip)
    form = guards.new_form(uuid.uuid4(), f"contact:{slip[0]}")
    wish = {"form": form, "send": "1", "erase": "1", **given}
    # One tap deletes nothing.
    villager.send("/slip/contact/", **wish)
    assert 'name="surely"' in villager.page
    take_over()
    assert reveal_contact(matter=matter, by=people.author)["name"] == "李大山"
    villager.send("/slip/contact/", surely="1", **wish)
    take_over()
    assert reveal_contact(matter=matter, by=people.author) == {"name": "", "phone": ""}
    events = AuditEntry.objects.filter(actor="door", event__startswith="matter.contact")
    assert events.count() == 2


def test_a_revoked_card_says_so_with_the_supervision_phone(people, card, villager):
    cards.keep_text(
        block="supervision",
        language="zh-hans",
        division=people.county,
        text="100-0000-0110",
        by=people.office,
        at=timezone.now(),
    )
    villager.open(f"/c/{card.token}/raise/?category=02")
    form = villager.hidden()
    cards.revoke_card(card=card, by=people.host, at=timezone.now(), reason="印错")

    for path in ("", "raise/", "conduct/"):
        assert villager.open(f"/c/{card.token}/{path}").status_code == 410
        assert "失效" in villager.page and "tel:100-0000-0110" in villager.page
        assert "100-0000-0017" not in villager.page
    villager.send(f"/c/{card.token}/raise/", 410, form=form)

    store.deliver(
        store.Letter(
            "raise",
            str(uuid.uuid4()),
            {"text": SAID, "confidentiality": "anonymous"},
            card.pk,
            *codes.fresh(),
        )
    )
    take_over()
    held = DoorMessage.objects.get()
    assert held.reason == Reason.CARD_OVER
    door.release_message(message=held, by=people.host, at=timezone.now())
    assert Matter.objects.get().registered_by is None


def test_what_cannot_be_opened_or_taken_over_stops_nobody(people, card, villager, monkeypatch):
    villager.raise_by(card)
    DoorMessage.objects.update(sealed="bm90aGluZw==")
    slip = villager.raise_by(card, text="好的一件事，灯不亮。")
    monkeypatch.setitem(door._TAKE_OVER, "word", lambda *a: 1 / 0)
    store.deliver(store.Letter("word", str(uuid.uuid4()), {"word": "satisfied"}, None, *slip))
    take_over()

    assert list(DoorMessage.objects.order_by("pk").values_list("state", "reason")) == [
        (State.HELD, Reason.UNREADABLE),
        (State.APPLIED, ""),
        (State.HELD, Reason.TROUBLE),
    ]
    # Nothing is erased, and anybody who releases it is told why it does not work.
    for held in DoorMessage.objects.held():
        after = door.release_message(message=held, by=people.host, at=timezone.now())
        assert (after.state, after.reason) == (State.HELD, held.reason) and after.sealed


def test_a_held_word_is_seen_by_those_of_its_matter(people, card, villager):
    slip = villager.raise_by(card)
    take_over()
    for letter in (slip, codes.fresh()):
        store.deliver(
            store.Letter(
                "word", str(uuid.uuid4()), {"word": "satisfied"}, None, *letter, hold=Reason.TRAP
            )
        )
    take_over()

    held = DoorMessage.objects.held().get()
    assert held in DoorMessage.objects.visible_to(people.host)
    assert held not in DoorMessage.objects.visible_to(people.neighbour_host)
    # A message without a slip is held for nobody.
    assert DoorMessage.objects.get(state=State.REFUSED).reason == Reason.NO_SLIP


def test_complaints_that_wait_hold_up_nothing_and_are_not_lost(people, card, villager, monkeypatch):
    right = configured.KEYS.door.portal_public
    other = sealing.public_part(b"x" * 32)
    for public in (other, right, right):
        with monkeypatch.context() as patched:
            patched.setattr(sealing, "seal", partial(_sealed_for, public, sealing.seal))
            complain(villager, card)
    villager.raise_by(card)
    with monkeypatch.context() as patched:
        patched.setattr(conduct, "receive_report", lambda **report: 1 / 0)
        door.take_over_new(at=timezone.now(), most=2)

    assert Matter.objects.count() == 1
    complaints = DoorMessage.objects.filter(kind="conduct")
    assert list(complaints.values_list("state", flat=True)) == [State.NEW] * 3
    take_over()
    # A message sealed for another key waits for that key, out of sight.
    left = complaints.get()
    assert (left.state, left.reason) == (State.NEW, "") and left.sealed
    assert ConductReport.objects.count() == 2


def _sealed_for(public, seal, text, _public, purpose):
    return seal(text, public, purpose)


def test_a_card_is_found_by_the_number_on_it(people, card, villager):
    answer = villager.client.post("/", {"card": card.code_in_groups})
    assert answer.headers["Location"] == f"/c/{card.token}/"
    swapped = card.short_code[:-1] + str((int(card.short_code[-1]) + 1) % 10)
    villager.send("/", 422, card=swapped)
    assert "逐位核对" in villager.page


def test_the_language_stands_in_the_address_and_texts_come_in_further_ones(people, card, villager):
    villager.open(f"/en/c/{card.token}/")
    assert "Raise a matter" in villager.page and f"/en/c/{card.token}/raise/" in villager.page
    assert f'href="/c/{card.token}/"' in villager.page and 'lang="en"' in villager.page
    assert "བོད" not in villager.page

    cards.keep_text(
        block="raise",
        language="bo",
        division=people.county,
        text="ཆུ་དང་ལམ།",
        by=people.office,
        at=timezone.now(),
    )
    villager.open(f"/c/{card.token}/")
    assert f"/bo/c/{card.token}/" in villager.page
    villager.open(f"/bo/c/{card.token}/")
    assert "ཆུ་དང་ལམ།" in villager.page and "反映一件事" in villager.page


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script> 路灯", "=HYPERLINK(1) 路灯不亮", "{{ 7 }}水不通"]
)
def test_scripts_and_formulas_stay_text(people, card, villager, text):
    slip = villager.raise_by(card, text=text)
    take_over()
    villager.look(slip)
    assert Matter.objects.get().title == text


def test_no_page_opens_anything_without_card_or_code(people, card, villager):
    """Every address of the door, as a stranger gets it."""
    villager.raise_by(card)
    take_over()
    stranger = Villager("203.0.113.9")
    got = {}
    for path in (
        "/",
        "/slip/",
        "/robots.txt",
        "/readyz/",
        "/c/none/",
        "/c/none/raise/",
        "/c/none/conduct/",
        f"/c/{card.short_code}/",
        "/today/",
        "/matters/",
        "/healthz/",
        "/account/login/",
        "/static/../manage.py",
        "/c/a%00b/",
        "/lists/a%00b/",
        "/?a=%00",
    ):
        answer = stranger.client.get(path)
        got[path] = answer.status_code
        page = answer.content.decode()
        assert SAID not in page and "李" not in page and "王建国" not in page, path
        assert answer.headers["Cache-Control"] == "no-store"
    for path in ("/slip/", "/slip/word/", "/slip/contact/", "/slip/urge/"):
        answer = stranger.client.post(path, {"number": "123456782", "code": "123456"})
        got["post " + path] = answer.status_code
        assert SAID not in answer.content.decode()
    assert [path for path, status in got.items() if status == 200] == [
        "/",
        "/slip/",
        "/robots.txt",
        "/readyz/",
    ]
    assert {status for path, status in got.items() if path.startswith("post")} == {422}
    assert {got[path] for path in got if "%00" in path} == {404}
    # An unknown path must not become a link: with two slashes it would lead to another host.
    for path in ("/en//evil.example/", "/en/\\evil.example/", "/en/%09/evil.example/"):
        page = stranger.client.get(path).content.decode()
        assert 'href="/"' in page and "evil" not in page, path
    for path in ("/slip/word/", "/slip/contact/", "/slip/urge/"):
        assert stranger.client.get(path).status_code == 405


def test_a_page_costs_the_same_whatever_is_stored(people, card, villager):
    def cost():
        with CaptureQueriesContext(connection) as page:
            villager.open(f"/c/{card.token}/")
        with CaptureQueriesContext(connection) as slip_page:
            villager.look(slip)
        return len(page), len(slip_page)

    slip = villager.raise_by(card)
    take_over()
    before = cost()
    for _n in range(3):
        villager.raise_by(card)
    take_over()
    answered(people, Matter.objects.order_by("pk").first())

    # Two queries each, plus the test's own savepoint around a page.
    assert before == cost() == (4, 4)


def test_access_logs_carry_no_token_and_no_number():
    from outreach.door.logs import masked  # noqa: PLC0415 (with gunicorn, which only here is needed)

    line = masked("GET /en/c/Xy7-_abcDEF12345/raise/?n=407129385 HTTP/1.1")
    assert line == "GET /en/c/***/raise/?n=*** HTTP/1.1"
    line = masked("GET /c/Xy7-_abcDEF12345/raise/?category=02 HTTP/1.1")
    assert line == "GET /c/***/raise/?category=*** HTTP/1.1"
    line = masked("GET /c/Xy7-_abcDEF12345/raise/?n=407129385&category=02 HTTP/1.1")
    assert line == "GET /c/***/raise/?n=***&category=*** HTTP/1.1"
    assert masked("Gone: /zh-hans/c/Xy7-_abcDEF") == "Gone: /zh-hans/c/***"
    # Nor do logs show who opened the page for complaints.
    assert masked("POST /c/Xy7-_abc/conduct/ HTTP/1.1") == masked("POST /c/Xy7-_abc/ HTTP/1.1")


def test_logs_of_django_and_of_nginx_carry_no_token(settings):
    from outreach.door.logs import MaskWhatOpens  # noqa: PLC0415

    record = logging.LogRecord("django.request", 30, "", 0, "%s: %s", ("Gone", "/c/Xy7-_a/"), None)
    assert MaskWhatOpens().filter(record) and record.getMessage() == "Gone: /c/***/"

    conf = (settings.BASE_DIR / "deploy/nginx-door.conf").read_text()
    rules = re.findall(r'"~(\S+)" "\$(\w+)\*\*\*(\S+)"', conf)

    def written(uri):
        for pattern, before, after in rules:
            if found := re.search(pattern.replace("(?<", "(?P<"), uri):
                return f"{found[before]}***{found[after[1:]] if after[0] == '$' else after}"
        return uri

    assert len(rules) == 2
    for uri, line in {
        "/c/Xy7/": "/c/***/",
        "/c/Xy7": "/c/***",
        "/zh-hans/c/Xy7/raise/": "/zh-hans/c/***/raise/",
        "/en/c/Xy7/conduct/": "/en/c/***/",
        "/lists/Xy7/": "/lists/***/",
        "/slip/": "/slip/",
        "/vote/507099909438/": "/vote/***/",
        "/en/vote/5070-9990-9438": "/en/vote/***",
    }.items():
        assert written(uri) == line


# --- Conduct ---------------------------------------------------------------------------------


COMPLAINT = "上门时收了两条烟才肯登记，还让我别说。"


def complain(villager, card, whom="holder"):
    path = f"/c/{card.token}/conduct/"
    villager.open(path)
    assert villager.page.index("tel:12388") < villager.page.index("<form")
    form = villager.hidden()
    villager.send(path, form=form, whom=whom, text=COMPLAINT, look="1")
    assert COMPLAINT in villager.page
    villager.send(path, form=form, whom=whom, text=COMPLAINT, reporter="李大山", send="1")
    assert "密封" in villager.page and re.search(r'name="code"', villager.page) is None


def test_a_complaint_reaches_the_recipients_alone(people, card, villager):
    complain(villager, card)
    message = DoorMessage.objects.get()
    assert COMPLAINT not in message.sealed
    take_over()

    # Nothing remains in the inbox, and the audit names neither person nor address.
    assert not DoorMessage.objects.exists()
    report = ConductReport.objects.get()
    assert report.subject_organ == people.agriculture and people.author in report.barred.all()
    entry = AuditEntry.objects.get(event="conduct.received")
    assert (entry.actor, entry.address) == ("sealed", None)
    assert not AuditEntry.objects.filter(event__startswith="door.").exists()
    seen = [
        name
        for name, one in vars(people).items()
        if hasattr(one, "grants_today") and ConductReport.objects.visible_to(one).exists()
    ]
    assert seen == ["recipient"]


EVERYBODY_ELSE = (
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "auditor",
    "neighbour_host",
)


@pytest.mark.parametrize(
    "readers",
    # The subject, a reader of most of the county, and a reader of the audit.
    [("author", "office", "auditor"), pytest.param(EVERYBODY_ELSE, marks=pytest.mark.long)],
    ids=len,
)
def test_a_complaint_shows_in_no_page_search_sheet_figure_or_reminder(
    people, card, villager, readers
):
    """Compare every address without a record before and after, for all users but recipients."""
    complain(villager, card)

    def seen():
        translation.activate("zh-hans")
        texts = {}
        for who in readers:
            client = Client()
            client.force_login(getattr(people, who))
            for name in (
                "outreach:today",
                "outreach:matters",
                "outreach:visits",
                "outreach:words",
                "outreach:follow_ups",
                "outreach:contact_cards",
                "outreach:held_messages",
                "outreach:dashboard",
                "outreach:conduct_reports",
                "todo",
                "search",
                "reminders",
                "statistics",
                "audit",
            ):
                answer = client.get(
                    reverse(name, urlconf="portal.urls"), {"q": "两条烟"}, follow=True
                )
                body = re.sub(r'csrf\w*" value="[^"]*"', "", answer.content.decode())
                texts[who, name] = (answer.status_code, body)
        figures = list(FigureDelta.objects.order_by("pk").values_list("figure", "n"))
        reminders.tell(day=timezone.localdate(), at=timezone.now(), by="test")
        return texts, figures, Reminder.objects.count()

    with override_settings(ROOT_URLCONF="portal.urls", MIDDLEWARE=PORTAL_MIDDLEWARE):
        before = seen()
        take_over()
        texts, figures, told = seen()

    assert ConductReport.objects.count() == 1
    for key, (status, body) in texts.items():
        assert status == before[0][key][0], key
        assert COMPLAINT not in body and "收了两条烟" not in body and "李大山" not in body, key
    assert (figures, told) == before[1:]
    asked = {"stay_months": QueryDict(f"month={timezone.localdate():%Y-%m}")}
    written = []
    for sheet in ledgers.REGISTRY.values():
        if isinstance(sheet, ledgers.Ledger):
            # Sheets of a cycle or meeting, of which there is none.
            with suppress(ledgers.LedgerProblem):
                query = asked.get(sheet.name, QueryDict())
                written += sheet.sheet(people.office, query, timezone.now()).rows
    assert written
    assert "收了两条烟" not in str(written) and COMPLAINT not in str(written)


def test_a_complaint_is_never_held_where_others_look(people, card, villager):
    villager.open(f"/c/{card.token}/conduct/")
    form = villager.hidden()
    for text in (COMPLAINT, COMPLAINT + "还有一次。"):
        villager.send(
            f"/c/{card.token}/conduct/",
            form=form,
            whom="other",
            text=text,
            send="1",
            website="filled",
            subject="某人",
        )
    take_over()

    assert ConductReport.objects.count() == 2 and not DoorMessage.objects.exists()


# --- The door's own role ---------------------------------------------------------------------


@pytest.fixture
def as_the_door(committed_people, settings):
    """A connection of the door's role to the database of this test."""
    url = settings.SERVICES.door_url
    role = settings.DATABASES["default"]
    line = psycopg2.connect(
        dbname=connection.settings_dict["NAME"],
        user=url.split("//")[1].split("@")[0],
        host=role["HOST"],
    )
    line.autocommit = True
    yield line
    line.close()


def test_the_role_of_the_door_reads_and_changes_nothing_else(as_the_door, committed_people):
    people = committed_people
    people.cadre.public_phone = "100-0000-0017"
    people.cadre.save()
    card = cards.issue_card(area=people.area, by=people.host, at=timezone.now())[0]
    number, code = codes.fresh()

    def run(question, *values):
        with as_the_door.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    ((found,),) = run("SELECT door_card(%s)", card.token)
    assert found["holder"] == "王建国"
    assert run(store.DELIVER, str(uuid.uuid4()), "raise", "d", card.pk, number, "x", "s", "") == 1
    ((state,),) = run("SELECT door_slip(%s, %s)", number, "x")
    assert state["state"] == "received"
    # Urging is a message like any other and needs no further right.
    assert run(store.DELIVER, str(uuid.uuid4()), "chase", "e", None, number, "x", "s", "") == 1
    assert run("SELECT block, text FROM outreach_cardtext") == []
    # Tables of the public page of a festival list.
    assert run("SELECT * FROM outreach_publishedlist") == []
    assert run("SELECT * FROM outreach_publishedrow") == []

    tables = [
        model._meta.db_table
        for model in (
            ContactCard,
            ContactArea,
            Matter,
            MatterSlip,
            DoorMessage,
            DoorTry,
            FollowUp,
            ConductReport,
            CardText,
            AuditEntry,
            CondolenceCampaign,
            CondolenceRecipient,
            CondolenceName,
            CondolenceVisit,
            Stay,
            type(people.author),
        )
    ]
    forbidden = [f"SELECT * FROM {table} LIMIT 1" for table in tables]
    forbidden += [f"UPDATE {table} SET id = id" for table in tables]
    forbidden += [f"DELETE FROM {table}" for table in tables]
    columns = "(client_key, kind, content_digest, state)"
    applied = f"{columns} VALUES (gen_random_uuid(), 'word', 'd', 'applied')"
    forbidden += [
        "SELECT sealed FROM outreach_doormessage",
        "UPDATE outreach_publishedlist SET last_on = last_on",
        "DELETE FROM outreach_publishedrow",
        f"INSERT INTO outreach_doormessage {applied}",
        "INSERT INTO outreach_doortry (number) VALUES ('1')",
        "INSERT INTO portal_auditentry (at) VALUES (now())",
        "SELECT changed_by_id FROM outreach_cardtext",
        "CREATE TABLE public.mine (id int)",
        "SET ROLE portal_app",
    ]
    for statement in forbidden:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            run(statement)


def test_the_door_cannot_read_back_what_it_sealed(settings):
    known = settings.KEYS.door
    assert set(vars(known)) == {"django_secret", "portal_public", "code_key"}
    sealed = sealing.seal("李大山", known.portal_public, "door.raise")
    assert sealing.unseal(sealed, settings.KEYS.door_private, "door.raise") == "李大山"
    for private, purpose in (
        (known.code_key, "door.raise"),
        (settings.KEYS.door_private, "door.word"),
    ):
        with pytest.raises(sealing.Unopenable):
            sealing.unseal(sealed, private, purpose)


def test_the_keys_of_the_door_are_a_file_of_their_own(settings, tmp_path):
    from django.core.management import call_command  # noqa: PLC0415

    from portal.trust import keys  # noqa: PLC0415

    path = tmp_path / "door-keys.json"
    call_command("door_keys", str(path))
    assert keys.load_door(path) == settings.KEYS.door
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(keys.KeysProblem):
        keys.load_door(tmp_path / "none.json")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_held_messages_costs_the_same_for_one_and_three(
    people, card, client, django_assert_num_queries, count
):
    for _n in range(count):
        DoorMessage.objects.create(
            client_key=uuid.uuid4(),
            kind=DoorMessage.Kind.RAISE,
            content_digest="d",
            card=card,
            state=State.HELD,
            reason=Reason.OVERFLOW,
        )
    client.force_login(people.host)
    client.get(reverse("outreach:held_messages"))

    with django_assert_num_queries(8):
        page = client.get(reverse("outreach:held_messages"))

    assert len(page.context["page"].rows) == count
