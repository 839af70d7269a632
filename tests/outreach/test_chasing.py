"""催一催: the holder of a slip urges the matter, which moves it up in the queue and does nothing
else."""

import re
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from outreach.actions import door, taking_back
from outreach.door import guards, store
from outreach.models import DoorMessage, FollowUp, Matter, SlipRemark
from portal.duties import todo
from portal.models import AuditEntry, FigureDelta, Reminder
from tests.outreach.test_door import Villager, answered, card, take_over  # noqa: F401

State, Reason = DoorMessage.State, DoorMessage.Reason
CAST = ("author", "host", "desk", "handler", "office", "supervisor")


class Beside(Villager):
    """A villager at the door in a test that also opens the portal's own pages."""

    def _at(self, ask, *given, **fields):
        with override_settings(
            ROOT_URLCONF=settings.DOOR_URLCONF, MIDDLEWARE=settings.DOOR_MIDDLEWARE
        ):
            return ask(*given, **fields)

    def open(self, path):
        return self._at(super().open, path)

    def send(self, path, status=200, **fields):
        return self._at(super().send, path, status, **fields)


@pytest.fixture
def villager(monkeypatch):
    monkeypatch.setattr(guards, "FASTEST_SECONDS", -1)
    return Beside()


@pytest.fixture
def slip(people):
    """The receipt of a matter that the cadre wrote down, and the matter."""
    matter = people.matter(title="三组水渠堵了")
    return door.print_slip(matter=matter, by=people.author, at=timezone.now()), matter


def urge_form(villager):
    return re.search(r'/slip/urge/">\s*<input [^>]*name="form" value="([^"]*)"', villager.page)[1]


def urge(villager, slip, form="", status=200):
    form = form or guards.new_form(uuid.uuid4(), f"urge:{slip[0]}")
    return villager.send("/slip/urge/", status, number=slip[0], code=slip[1], form=form)


def urged(matter, days_ago=0):
    """As if its slip had been used to urge it `days_ago`."""
    day = timezone.localdate() - timedelta(days=days_ago)
    Matter.objects.filter(pk=matter.pk).update(chased_on=day)


def what_waits(people):
    return {name: todo.counts(getattr(people, name)) for name in CAST}


def first_of(user):
    return [(row.at.code, row.item.what) for row in todo.queue(user, size=12).rows]


def test_it_raises_the_matter_and_changes_nothing_else(people, slip, villager):
    number_and_code, matter = slip
    other = people.matter(title="村道路灯不亮")
    Matter.objects.filter(pk=other.pk).update(due_on=matter.due_on - timedelta(days=3))
    assert first_of(people.host) == [("take_up", "村道路灯不亮"), ("take_up", "三组水渠堵了")]
    before, waited = Matter.objects.values().get(pk=matter.pk), what_waits(people)

    villager.look(number_and_code)
    assert "催一催" in villager.page
    urge(villager, number_and_code, urge_form(villager))
    assert "已排到办理单位待办的前面" in villager.page and "不作为办结依据" in villager.page
    assert take_over() == 1 and take_over() == 0

    now = Matter.objects.values().get(pk=matter.pk)
    assert now.pop("chased_on") == timezone.localdate() and before.pop("chased_on") is None
    assert now == before and what_waits(people) == waited
    assert not Reminder.objects.exists() and not SlipRemark.objects.exists()
    assert not FollowUp.objects.exists() and DoorMessage.objects.get().state == State.APPLIED
    assert first_of(people.host) == [("take_up", "三组水渠堵了"), ("take_up", "村道路灯不亮")]
    step = matter.steps.get(move="chase")
    assert (step.by, step.text, step.from_status) == (None, "", step.to_status)
    entry = AuditEntry.objects.get(event="matter.chased")
    assert (entry.actor, entry.noun_id) == ("door", matter.pk)


def test_figures_and_deadlines_stay(people, slip, villager):
    number_and_code, _matter = slip
    counted = FigureDelta.objects.count()

    urge(villager, number_and_code)
    take_over()

    assert FigureDelta.objects.count() == counted


def test_it_stands_as_due_that_day_behind_what_is_late_and_falls_back_after_seven_days(people):
    today = timezone.localdate()
    late, early, far = (people.matter(title=title) for title in ("逾期的", "先到期的", "后到期的"))
    for matter, days in ((late, -2), (early, 1), (far, 20)):
        Matter.objects.filter(pk=matter.pk).update(due_on=today + timedelta(days=days))

    urged(far)
    rows = todo.queue(people.host, size=9).rows
    assert [row.item.what for row in rows] == ["逾期的", "后到期的", "先到期的"]
    assert [row.at.due for row in rows] == [today - timedelta(2), today, today + timedelta(1)]
    # The displayed deadline does not change.
    assert rows[1].item.due == today + timedelta(days=20)
    assert "群众催办" in rows[1].item.mark and not rows[0].item.mark

    # Also when read page by page.
    one = todo.queue(people.host, size=1)
    assert [row.item.what for row in todo.queue(people.host, size=1, after=one.after).rows] == [
        "后到期的"
    ]

    urged(far, days_ago=7)
    rows = todo.queue(people.host, size=9).rows
    assert [row.item.what for row in rows] == ["逾期的", "先到期的", "后到期的"]
    # The mark stays while the matter is open.
    assert "群众催办" in rows[2].item.mark


def test_the_rows_of_organs_and_callers_are_raised_too(people):
    assigned = people.assigned()
    other = people.assigned()
    urged(assigned)
    first, second = todo.queue(people.handler, size=9).rows
    assert first.at.code == second.at.code == "sign"
    assert first.item.url == assigned.get_absolute_url()
    assert first.item.mark and first.at.due == timezone.localdate()
    assert second.item.url == other.get_absolute_url() and not second.item.mark


def test_the_mark_stands_on_row_record_and_history(people, slip, client):
    (number, code), matter = slip
    letter = store.Letter("chase", str(uuid.uuid4()), {}, None, number, code)
    store.deliver(letter)
    take_over()
    day = f"{timezone.localdate():%m-%d}"

    client.force_login(people.host)
    for page in (reverse("todo"), reverse("outreach:matters"), matter.get_absolute_url()):
        shown = client.get(page).content.decode()
        assert f'<span class="told">群众催办 {day}</span>' in shown, page
    # Also in the history.
    assert shown.count("群众催办") > 1 and "群众本人（联系卡、回执）" in shown


@pytest.mark.parametrize("days", [1, 6])
def test_once_in_seven_days(people, slip, villager, days):
    number_and_code, matter = slip
    urged(matter, days_ago=days)

    villager.look(number_and_code)
    assert 'action="/slip/urge/"' not in villager.page and "七天内可以催一次" in villager.page
    urge(villager, number_and_code)

    again = in_words(7 - days)
    assert f"已经催过，七天内可以催一次，{again}起可以再催。" in villager.page
    assert not DoorMessage.objects.exists()

    urged(matter, days_ago=7)
    urge(villager, number_and_code)
    assert take_over() == 1
    assert Matter.objects.get(pk=matter.pk).chased_on == timezone.localdate()


def in_words(days):
    day = timezone.localdate() + timedelta(days=days)
    return f"{day.month}月{day.day}日"


def test_twice_at_once_is_once(people, slip, villager):
    number_and_code, matter = slip
    form = guards.new_form(uuid.uuid4(), f"urge:{number_and_code[0]}")
    urge(villager, number_and_code, form)
    urge(villager, number_and_code, form)
    assert "催办已经收到，正在登记。" in villager.page
    # Bypassing the page, and with another slip of the same matter.
    other = door.print_slip(matter=matter, by=people.author, at=timezone.now())
    store.deliver(store.Letter("chase", str(uuid.uuid4()), {}, None, *other))
    take_over()

    assert matter.steps.filter(move="chase").count() == 1
    states = DoorMessage.objects.order_by("pk").values_list("state", "reason", "sealed")
    assert list(states) == [(State.APPLIED, "", ""), (State.REFUSED, Reason.CHASED, "")]


def test_a_closed_matter_is_not_urged(people, slip, villager):
    number_and_code, matter = slip
    urge(villager, number_and_code)
    matter.refresh_from_db()
    Matter.objects.filter(pk=matter.pk).update(
        status="closed", stage="closed", closure="withdrawn", closed_on=timezone.localdate()
    )
    take_over()
    message = DoorMessage.objects.get()
    assert (message.state, message.reason) == (State.REFUSED, Reason.CLOSED)

    villager.look(number_and_code)
    assert "催一催" not in villager.page
    urge(villager, number_and_code)
    assert "事项已经办结，不用再催了。" in villager.page
    assert not matter.steps.filter(move="chase").exists()


def test_an_old_page_and_a_wrong_code_are_told_in_a_sentence(people, slip, villager):
    number_and_code, _matter = slip
    urge(villager, number_and_code, form="made-up")
    assert "打开得太久了，请重新查看后再催。" in villager.page
    urge(villager, (number_and_code[0], "000000"), status=422)
    assert "请逐位核对" in villager.page
    assert not DoorMessage.objects.exists()


def test_a_slip_that_is_being_registered_urges_nothing(people, card, villager):  # noqa: F811
    number_and_code = villager.raise_by(card)
    urge(villager, number_and_code)
    assert "这张单子现在还没有可以催办的事项。" in villager.page
    assert DoorMessage.objects.get().kind == DoorMessage.Kind.RAISE


def test_while_a_word_is_asked_for_it_closes_nothing_either(people, slip, villager):
    number_and_code, matter = slip
    answered(people, matter)
    urge(villager, number_and_code)
    take_over()

    matter.refresh_from_db()
    assert (matter.status, matter.word, matter.closure) == ("awaiting_word", "", "")
    calls = FollowUp.objects.filter(matter=matter, answered_at=None)
    assert calls.count() == 1


def test_it_keeps_no_move_from_being_taken_back(people, slip, villager):
    number_and_code, matter = slip
    people.move(matter, "take_up", people.host)
    urge(villager, number_and_code)
    take_over()

    taking_back.take_back(matter=matter, by=people.host, at=timezone.now(), reason="交错了")
    matter.refresh_from_db()
    assert matter.status == "registered" and matter.chased_on == timezone.localdate()


def test_the_villager_reads_it_in_the_steps(people, slip, villager):
    number_and_code, _matter = slip
    urge(villager, number_and_code)
    take_over()
    villager.look(number_and_code)
    assert "您催过一次" in villager.page
    villager.send("/en/slip/", number=number_and_code[0], code=number_and_code[1])
    assert "You urged it" in villager.page and "Urged on" in villager.page
