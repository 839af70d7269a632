"""An act that names its counter-act offers it with its message, while its rule allows it."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from evaluation.models import AppraisedMember
from outreach.actions import stay_months
from outreach.models import BatchPlace, Leave, NeedPledge, Notice
from portal.duties import following
from portal.models import StandIn
from portal.pages import acts
from portal.pages.acts import Act, Acts
from tests.day import in_days, now
from tests.evaluation.test_cycles import collecting
from tests.evaluation.test_members import begun, held, noted
from tests.outreach.test_batches import make as batch_made
from tests.outreach.test_needs import published as published_need
from tests.outreach.test_needs import street  # noqa: F401 (a fixture)
from tests.outreach.test_notices import draft
from tests.outreach.test_stays import stay_of

BUTTON = re.compile(r'notice-undo"><p role="status">(.*?)</p>(.*?)</div>', re.S)


@pytest.fixture
def sign_in(client, people):
    def as_(name):
        client.force_login(getattr(people, name))
        return client

    return as_


def offered(client, answer):
    """Return (message, HTML of the button) of the page after an act, or None without a button."""
    assert answer.status_code == 302
    found = BUTTON.findall(client.get(answer.url).content.decode())
    return found[0] if found else None


def press(client, button):
    """Press the button as a browser without scripts does."""
    assert '<form method="post"' in button and "csrfmiddlewaretoken" in button
    key = re.search(r'name="key" value="(.*?)"', button)[1]
    return client.post(re.search(r'action="(.*?)"', button)[1], {"key": key})


def ask_leave(client, people):
    sent = {
        "kind": "sick",
        "starts_on": in_days(1),
        "ends_on": in_days(2),
        "stand_in": people.cadre2.pk,
    }
    return client.post(reverse("outreach:ask_leave", args=[stay_of(people).pk]), sent)


def test_what_was_made_is_taken_back_from_the_message(sign_in, people):
    client = sign_in("author")

    said, button = offered(client, ask_leave(client, people))

    assert said == (
        "已办理：请假。下一步：由乡镇街道（管理单位）、组织部门（主管单位）办理“待审批的请假”。"
    )
    assert "撤回" in button
    assert press(client, button).status_code == 302
    assert Leave.objects.get().withdrawn_at


def test_the_message_is_said_once(sign_in, people):
    client = sign_in("author")
    answer = ask_leave(client, people)

    assert offered(client, answer)
    assert offered(client, answer) is None


def test_no_button_once_the_rule_refuses(sign_in, people):
    client = sign_in("author")
    answer = ask_leave(client, people)
    stay_months.decide_leave(
        leave=Leave.objects.get(), approved=False, opinion="防汛值班", at=now(), by=people.host
    )

    page = client.get(answer.url).content.decode()

    assert "已办理：请假。" in page
    assert "notice-undo" not in page


def test_no_button_for_a_record_that_is_not_seen(people, sign_in):
    client = sign_in("author")
    ask_leave(client, people)
    mark = f"undo outreach:withdraw_leave {Leave.objects.get().pk}"

    assert acts.undo_buttons(people.author, mark)
    assert not acts.undo_buttons(people.neighbour_cadre, mark)
    assert not acts.undo_buttons(people.author, "undo outreach:withdraw_leave 0")


@pytest.mark.parametrize("mark", [None, "", "other", "undo outreach:an_act_of_an_older_release 1"])
def test_another_mark_is_no_button(people, mark):
    assert acts.undo_buttons(people.author, mark) == []


def test_the_words_of_the_act_stand_beside_the_button(sign_in, street):  # noqa: F811
    need = published_need(street)
    client = sign_in("author")

    said, button = offered(client, client.post(reverse("outreach:take_up", args=[need.pk])))

    assert said.startswith("已认领")
    press(client, button)
    assert NeedPledge.objects.get().ended_on


def test_a_reason_is_asked_for_on_the_form_of_the_counter_act(sign_in, people):
    appraisal = begun(people)
    held(people, appraisal)
    noted(people, appraisal, 1, 2, 2, 4, None)
    client = sign_in("host")
    finish = reverse("evaluation:finish_member_appraisal", args=[appraisal.pk])

    _said, button = offered(client, client.post(finish))

    form = reverse("evaluation:reopen_member_appraisal", args=[appraisal.pk])
    assert f'href="{form}"' in button
    assert client.post(form, {"reason": "唱票有误"}).status_code == 302


def test_each_of_two_acts_takes_back_the_other(sign_in, people):
    one = collecting(people).appraised.get()
    client = sign_in("office")
    leave_out = reverse("evaluation:leave_out", args=[one.pk])

    _said, button = offered(client, client.post(leave_out, {"reason": "脱产学习"}))
    _said, again = offered(client, press(client, button))

    assert f'href="{leave_out}"' in again


def test_a_start_is_taken_back_by_an_act_on_the_new_record(sign_in, people):
    client = sign_in("author")
    sent = {"stand_in": people.colleague.pk, "starts_on": in_days(0), "ends_on": in_days(3)}

    _said, button = offered(client, client.post(reverse("new_stand_in"), sent | {"reason": "学习"}))

    assert 'data-confirm="' in button
    press(client, button)
    assert StandIn.objects.get().ends_on == in_days(-1)


def test_one_of_a_list_is_taken_back_and_several_are_not(sign_in, people):
    appraisal = begun(people, names=())
    client = sign_in("host")
    add = reverse("evaluation:add_appraised_members", args=[appraisal.pk])

    _said, button = offered(client, client.post(add, {"names": "丙"}))
    press(client, button)

    assert not AppraisedMember.objects.filter(name="丙").exists()
    assert offered(client, client.post(add, {"names": "甲\n乙"})) is None


def test_a_record_with_two_keys(sign_in, people):
    batch = batch_made(people)
    client = sign_in("office")
    places = {
        "units": [people.village.pk],
        "kind": "member",
        "wanted": 1,
        "hardship": 1,
        "reasons": "摸清情况",
    }

    answer = client.post(reverse("outreach:add_places", args=[batch.pk]), places)
    _said, button = offered(client, answer)

    address = reverse("outreach:take_out_place", args=[batch.pk, BatchPlace.objects.get().pk])
    assert f'href="{address}"' in button


def test_a_view_offers_the_counter_act_of_its_row(sign_in, people):
    notice = draft(people)
    client = sign_in("office")

    publish = client.post(reverse("outreach:publish_notice", args=[notice.pk]))
    said, button = offered(client, publish)

    assert said == "已办理：发布。下一步：列入待办“待回复的通知”。"
    assert reverse("outreach:withdraw_notice", args=[notice.pk]) in button
    assert Notice.objects.get().state == "published"


def test_message_and_button_are_in_the_language_of_the_page(sign_in, people):
    people.author.language = "en"
    people.author.save()
    client = sign_in("author")

    said, button = offered(client, ask_leave(client, people))

    assert said == "Done: Ask for leave. Next: Host, Programme office: “Leave to decide”."
    assert "Take back" in button


# --- At the start --------------------------------------------------------------------------------


@pytest.fixture
def rows(monkeypatch):
    """declare(noun, …) declares acts of a noun for one test."""
    monkeypatch.setattr(acts, "ACTS", {})

    def declare(noun, *names, start=(), undo=""):
        made = [Act(name, name, bool, print, undo=undo) for name in names]
        starts = [Act(name, name, bool, print) for name in start]
        return Acts("outreach", noun, "", print, print, tuple(made), starts=tuple(starts))

    return declare


def test_the_counter_act_exists(rows):
    rows("leave", "ask", undo="withdraw")

    with pytest.raises(ImproperlyConfigured, match="outreach:ask"):
        acts.check_undo()


@pytest.mark.parametrize("undo", ["withdraw", "stay.withdraw"])
def test_the_counter_act_is_of_the_same_noun(rows, undo):
    rows("stay", "ask", undo=undo)
    rows("leave", "withdraw")

    with pytest.raises(ImproperlyConfigured, match="on a stay"):
        acts.check_undo()


def test_the_noun_of_what_is_made_is_named(rows):
    rows("stay", "ask", undo="leave.withdraw")
    rows("leave", "withdraw")

    acts.check_undo()


def test_a_start_takes_nothing_back(rows):
    rows("leave", "ask", start=("withdraw",), undo="withdraw")

    with pytest.raises(ImproperlyConfigured):
        acts.check_undo()


def test_two_acts_of_one_address_are_refused(rows):
    rows("leave", "ask")

    with pytest.raises(ImproperlyConfigured, match="Two acts"):
        rows("stay", "ask")


# --- Every act -----------------------------------------------------------------------------------

# Acts corrected by repeating them, by a further entry, or by somebody else's answer.
AGAIN = ("edit_", "change_", "correct_", "write_", "rename_", "set_", "plan_", "extend_", "renew_")
ENTRY = ("add_", "note_", "record_", "say_", "new_", "rate_", "urge_", "number_", "follow_up_")
ENTRY += ("report_", "count_", "compute_", "gather_", "look_for_", "draw_", "make_", "raise_")
ANSWERED = ("send_", "return_", "refuse_", "submit_", "hand_in_", "review_", "answer_", "assign_")
ANSWERED += ("ask_", "sign_", "release_", "pass_on_", "decline_", "settle_", "take_", "accept_")


def test_no_act_without_a_way_back_is_forgotten():
    counters = {
        (namespace, act.undo.rpartition(".")[2])
        for (namespace, _name), (_acts, act) in acts.ACTS.items()
        if act.undo
    }
    silent = {
        (namespace, name)
        for (namespace, name), (_acts, act) in acts.ACTS.items()
        if act.action
        # Declared by a test of acts.
        and name != "asked_by_a_test"
        and not act.undo
        and (namespace, name) not in counters
        and not (act.confirm or act.intro or act.shown)
        and not name.startswith((*AGAIN, *ENTRY, *ANSWERED))
    }

    # An act that ends or decides something must name its counter-act or say beforehand what it
    # does.
    assert silent == set()


def test_no_two_acts_have_one_address():
    addresses = [
        (namespace, made.prefix + act.path if act in made.acts else act.path)
        for (namespace, _name), (made, act) in acts.ACTS.items()
        if act.action
    ]

    assert {one for one in addresses if addresses.count(one) > 1} == set()


def test_the_next_step_is_named_where_it_is_ones_own(sign_in, people):
    """The message after an act names the next step and whose it is, here the reader's."""
    ask_leave(sign_in("author"), people)
    leave = Leave.objects.get()

    assert following.next_step([leave], people.host) == "请您办理“待审批的请假”"
    leave.withdrawn_at, leave.withdrawn_by = now(), people.author
    leave.save()
    assert following.next_step([leave], people.host) == ""
