"""Moves that are taken back: the previous state returns, and both steps stay."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from outreach import tasks
from outreach.actions import follow_ups, taking_back
from outreach.models import (
    FollowUp,
    FollowUpTry,
    Matter,
    MatterAssignment,
    MatterBefore,
    MatterContact,
    MatterRequest,
    MatterSide,
    MatterStep,
    SupervisionOrder,
)
from outreach.models.matters import Status
from outreach.rules import taking_back as rules
from outreach.rules.matters import is_in_chain
from portal.celery import app
from portal.duties import todo
from portal.models import AuditEntry, Reminder, StandIn
from portal.trust import privacy
from tests.outreach.changes import Changes
from tests.outreach.test_batches import set_norm
from tests.outreach.test_figures import check_all
from tests.people import fresh

ROWS = (MatterAssignment, MatterRequest, SupervisionOrder, MatterSide, FollowUp)


def stand(matter):
    """All rows of a matter but its steps."""
    found = [list(Matter.objects.filter(pk=matter.pk).values())]
    found += [list(model.objects.filter(matter=matter).order_by("pk").values()) for model in ROWS]
    found.append(list(FollowUpTry.objects.filter(follow_up__matter=matter).values()))
    with privacy.opened(matter=matter.pk):
        found.append(list(MatterContact.objects.filter(matter=matter).values()))
    return found


def take_back(matter, by, **more):
    step = taking_back.take_back(
        matter=matter, by=fresh(by), reason="交错单位", at=timezone.now(), **more
    )
    return Matter.objects.get(pk=step.matter_id)


# --- Every move ----------------------------------------------------------------------------------


class TakenBack(Changes):
    """Each move is taken back and made again."""

    def __init__(self, people, seed):
        super().__init__(people, seed)
        self.taken = set()
        move = people.move

        def there_and_back(matter, code, by, **facts):
            before = stand(matter)
            moved = move(matter, code, by, **facts)
            if moved.closure == "referred":
                return moved
            after = take_back(matter, by)
            assert stand(matter) == before, code
            assert after.steps.order_by("-pk")[0].takes_back.move == code
            self.taken.add(code)
            return move(after, code, by, **facts)

        people.move = there_and_back


@pytest.mark.parametrize("seed", [5, pytest.param(20261201, marks=pytest.mark.long)])
def test_after_taking_back_everything_stands_as_before(people, seed):
    changes = TakenBack(people, seed)
    changes.visit()
    for _number in range(60):
        changes.step()

    check_all(people)
    assert changes.taken >= {"sign", "report", "pass_review"}


def asked(people, code, **facts):
    return people.move(people.in_progress(), code, people.handler, text="原因", **facts)


def mediated(people):
    matter = people.matter(category="12", side_a="甲某", side_b="乙某")
    people.move(matter, "take_up", people.host)
    return people.move(matter, "mediate", people.host, text="谈过", agreed_a=True, agreed_b=False)


def refused(people):
    matter = people.matter(outcome="referred", referred_to="县信访局")
    return people.move(
        matter, "refuse", people.host, text="应由镇里办", title="路灯不亮", raiser_name="李大山"
    )


def suspended(people):
    return people.move(asked(people, "ask_suspended"), "confirm", people.desk)


def twice_unsatisfied(people):
    matter = people.awaiting_word()
    for _round in range(2):
        call = matter.follow_ups.get(answered_at=None, given_up_at=None)
        follow_ups.arrange_call(
            follow_up=call, caller=people.office, by=people.desk, at=timezone.now()
        )
        follow_ups.record_word(
            follow_up=call, by=people.office, at=timezone.now(), word="unsatisfied"
        )
        matter.refresh_from_db()
        if matter.reopen_count == 1 and matter.status == Status.IN_PROGRESS:
            people.move(matter, "report", people.handler, resolution="solved", text="又修了一次")
            matter = people.move(matter, "pass_review", people.desk)
    return matter


def ordered(people):
    due_on = timezone.localdate() + timedelta(days=3)
    return people.move(people.in_progress(), "order", people.supervisor, text="抓紧", due_on=due_on)


def answered(people):
    return people.move(ordered(people), "answer_order", people.handler, text="已安排")


IN_A_WEEK = timezone.localdate() + timedelta(days=20)
# {code: (the matter before it, who makes it, what they enter)}
EACH = {
    "take_up": (lambda p: p.matter(), "host", {}),
    "pass_up": (lambda p: p.matter(), "host", {"text": "权属不清"}),
    "return": (lambda p: p.assigned(), "handler", {"text": "不属本单位"}),
    "transfer": (lambda p: p.in_progress(), "handler", {"officer": "孙工"}),
    "note": (lambda p: p.in_progress(), "handler", {"text": "已到现场"}),
    "mediate": (mediated, "host", {"text": "再谈", "agreed_a": True, "agreed_b": True}),
    "send_back": (lambda p: p.reported(), "desk", {"text": "未见照片"}),
    "ask_extension": (lambda p: p.in_progress(), "handler", {"new_due_on": None}),
    "ask_explained": (lambda p: p.in_progress(), "handler", {"text": "无政策依据"}),
    "ask_referred": (lambda p: p.in_progress(), "handler", {"channel": "县信访局"}),
    "ask_withdrawn": (lambda p: p.matter(), "author", {"text": "本人不再要求"}),
    "refuse": (lambda p: asked(p, "ask_suspended"), "desk", {"text": "不同意"}),
    "confirm": (lambda p: asked(p, "ask_explained"), "desk", {}),
    "resume": (suspended, "handler", {}),
    "urge": (lambda p: p.in_progress(), "desk", {}),
    "order": (lambda p: p.in_progress(), "supervisor", {"text": "抓紧", "due_on": IN_A_WEEK}),
    "answer_order": (ordered, "handler", {"text": "已安排"}),
    "settle_order": (answered, "supervisor", {}),
    "review_unsatisfied": (twice_unsatisfied, "desk", {"text": "核查情况"}),
    "handle_again": (twice_unsatisfied, "desk", {"text": "重新办理"}),
}


@pytest.mark.parametrize("code", EACH)
def test_each_move_is_taken_back_and_can_be_made_again(people, code):
    make, who, facts = EACH[code]
    matter, by = make(people), getattr(people, who)
    matter.refresh_from_db()
    if code == "ask_extension":
        facts = {"new_due_on": matter.due_on + timedelta(days=2)}
    before = stand(matter)
    people.move(matter, code, by, **facts)

    after = take_back(matter, by)

    assert stand(matter) == before
    step = after.steps.order_by("-pk")[0]
    assert (step.move, step.takes_back.move, step.text) == ("take_back", code, "交错单位")
    assert AuditEntry.objects.filter(event="matter.take_back", noun_id=matter.pk).exists()
    assert not MatterBefore.objects.filter(step=step.takes_back).exists()
    people.move(after, code, by, **facts)


def test_what_was_entered_again_of_a_refused_referral_goes_with_its_contact(people):
    matter = people.matter(outcome="referred", referred_to="县信访局")
    before = stand(matter)
    people.move(
        matter, "refuse", people.host, text="应由镇里办", title="路灯不亮", raiser_name="李大山"
    )

    take_back(matter, people.host)

    assert stand(matter) == before
    with privacy.opened(matter=matter.pk):
        assert not MatterContact.objects.exists()


# --- Who, and until when -------------------------------------------------------------------------


def handler_has_signed(people, matter):
    people.move(matter, "sign", people.handler)


def the_hours_are_over(people, matter):
    MatterBefore.objects.update(until=timezone.now() - timedelta(seconds=1))


def it_was_taken_back(people, matter):
    take_back(matter, people.desk)


@pytest.mark.parametrize(
    ("meanwhile", "who", "said"),
    [
        (None, "handler", "由办理这一步的人"),
        (None, "host2", "由办理这一步的人"),
        (None, "supervisor", "由办理这一步的人"),
        (handler_has_signed, "desk", "刘洋已于"),
        (the_hours_are_over, "desk", "24小时内"),
        (it_was_taken_back, "desk", "24小时内"),
    ],
)
def test_what_is_not_taken_back(people, meanwhile, who, said):
    matter = people.assigned()
    if it_was_taken_back is meanwhile:
        people.move(take_back(matter, people.desk), "urge", people.office)
        MatterBefore.objects.all().delete()
    elif meanwhile:
        meanwhile(people, matter)

    with pytest.raises(PermissionDenied, match=said):
        take_back(matter, getattr(people, who))

    assert Matter.objects.get(pk=matter.pk).steps.filter(move="take_back").count() <= 1


@pytest.mark.parametrize("who", ["desk2", "office"])
def test_who_supervises_takes_back_what_an_organ_did(people, who):
    matter = people.reported()

    assert take_back(matter, getattr(people, who)).status == Status.IN_PROGRESS


def test_a_stand_in_takes_back_for_the_principal(people):
    matter = people.assigned()
    StandIn.objects.create(
        principal=people.desk,
        stand_in=people.colleague,
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate(),
        reason="出差",
        named_by=people.desk,
    )

    take_back(matter, people.colleague)

    step = MatterStep.objects.get(move="take_back")
    assert (step.by, step.on_behalf_of) == (people.colleague, people.desk)


def test_an_urging_does_not_keep_the_assignment_from_being_taken_back(people):
    matter = people.assigned()
    people.move(matter, "urge", people.office)

    assert take_back(matter, people.desk).status == Status.ESCALATED


def test_the_page_is_about_the_step_it_showed(people):
    matter = people.in_progress()
    old = matter.steps.get(move="sign").pk
    people.move(matter, "note", people.handler, text="已到现场")

    with pytest.raises(ValidationError):
        take_back(matter, people.handler, seen=old)


def test_the_word_is_never_taken_back(people):
    matter = people.awaiting_word()
    call = matter.follow_ups.get()
    follow_ups.arrange_call(follow_up=call, caller=people.office, by=people.desk, at=timezone.now())
    follow_ups.record_word(follow_up=call, by=people.office, at=timezone.now(), word="satisfied")

    for who in (people.office, people.desk, people.author):
        assert not rules.may_take_back(fresh(who), matter)


def test_no_hours_no_taking_back(people):
    set_norm(people, "takeback.hours", "0")
    matter = people.assigned()

    assert not MatterBefore.objects.exists()
    assert not rules.may_take_back(people.desk, matter)


def test_of_a_confirmed_referral_only_the_confirmation_can_be_taken_back(people):
    matter = asked(people, "ask_referred", channel="县信访局")
    people.move(matter, "confirm", people.desk)

    kept = MatterBefore.objects.filter(step__matter=matter).get()
    assert kept.step.move == "confirm"
    assert matter.title not in kept.sealed
    assert rules.may_take_back(fresh(people.desk), matter)


def test_the_confirmation_of_a_referral_says_what_it_does(client, people):
    matter = asked(people, "ask_referred", channel="县信访局")
    client.force_login(people.desk)

    page = client.get(reverse("outreach:act", args=[matter.pk, "confirm"])).content.decode()

    assert "加密保存24小时" in page


def test_what_stood_before_is_forgotten_in_the_night(people):
    people.assigned()
    MatterBefore.objects.update(until=timezone.now() - timedelta(hours=1))

    tasks.forget_before()

    assert not MatterBefore.objects.exists()
    assert tasks.forget_before.name in {e["task"] for e in app.conf.beat_schedule.values()}


# --- What follows --------------------------------------------------------------------------------


def test_the_wrong_organ_sees_it_no_more_and_is_reminded_no_more(people):
    matter = people.assigned()
    Reminder.objects.create(
        user=people.handler,
        kind="to_sign",
        noun="matter",
        noun_id=matter.pk,
        link="/",
        day=timezone.localdate(),
    )

    take_back(matter, people.desk)

    assert not Matter.objects.visible_to(fresh(people.handler)).filter(pk=matter.pk).exists()
    assert not Reminder.objects.filter(noun_id=matter.pk).exists()


def test_a_result_taken_back_is_no_result(people):
    matter = people.awaiting_word()

    take_back(matter, people.desk)

    assert not follow_ups.results().filter(matter=matter).exists()
    assert not FollowUp.objects.filter(matter=matter).exists()


def test_who_took_it_back_stays_in_the_chain(people):
    matter = people.matter()
    people.move(matter, "take_up", people.host2)
    take_back(matter, people.host2)

    assert is_in_chain(fresh(people.host2), matter)


def test_the_record_shows_both_steps(client, people):
    matter = people.assigned()
    client.force_login(people.desk)
    page = client.get(matter.get_absolute_url()).content.decode()
    assert reverse("outreach:take_back", args=[matter.pk]) in page
    assert "收回：交办" in page

    form = client.get(reverse("outreach:take_back", args=[matter.pk])).content.decode()
    assert "周正" in form
    sent = client.post(reverse("outreach:take_back", args=[matter.pk]), {"reason": "交错单位"})

    page = client.get(sent.url).content.decode()
    assert 'class="taken-back"' in page
    assert page.count("交错单位") == 1


def test_taken_back_from_the_message_the_record_stands_there_to_be_done_again(client, people):
    first, second = [people.matter(title=f"第{n}处渠道淤堵") for n in (1, 2)]
    for matter in (first, second):
        people.move(matter, "pass_up", people.host, text="需县里协调")
    client.force_login(people.desk)
    places = {row.at.pk: str(row.at) for row in todo.queue(people.desk, size=9).rows}
    act = reverse("outreach:act", args=[first.pk, "assign"])
    sent = {"lead": people.water.pk, "urgency": first.urgency}

    answer = client.post(f"{act}?{urlencode({'queue': places[first.pk]})}", sent, follow=True)
    address = reverse("outreach:take_back", args=[first.pk])
    back = f"{address}?{urlencode({'queue': places[first.pk]})}"
    form = client.get(back)
    stands = client.post(back, {"reason": "交错单位"})

    # The next row is open, and the button returns to the first one's row.
    assert answer.context["matter"] == second
    assert f'href="{escape(back)}"' in answer.content.decode()
    assert "data-skip" not in form.content.decode()
    assert stands.url == f"{first.get_absolute_url()}{back.removeprefix(address)}"
    page = client.get(stands.url).content.decode()
    assert escape(f"{act}{back.removeprefix(address)}") in page
