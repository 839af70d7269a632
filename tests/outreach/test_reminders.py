"""Reminders of a matter reach exactly those users who may do its next step on that day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from outreach.models import FollowUp, Matter, MatterAssignment, MatterStep, VisitDraft
from outreach.rules import matters as rules
from portal.days import workdays
from portal.duties import reminders
from portal.models import Reminder, RoleGrant, StandIn, User, WorkingDay
from tests.people import account, everybody, organ


@pytest.fixture
def day(db):
    """A future working day, so that today's actions lie before it."""
    return workdays.add_working_days(timezone.localdate(), 1)


def tell(day, *, at=None, urgent_only=False):
    at = at or reminders.morning_of(day)
    return reminders.tell(day=day, at=at, by="test", urgent_only=urgent_only)


def told(kind, matter=None):
    rows = Reminder.objects.filter(kind=kind)
    if matter is not None:
        rows = rows.filter(noun="matter", noun_id=matter.pk)
    return sorted(rows.values_list("user__username", flat=True))


def due(matter, day):
    Matter.objects.filter(pk=matter.pk).update(due_on=day)
    matter.refresh_from_db()
    return matter


def act_open_to(matter, *codes):
    """All users to whom the rules allow one of these moves."""
    return sorted(
        user.username
        for user in everybody()
        if any(rules.may(user, matter, code) for code in codes)
    )


def ask_extension(people):
    matter = people.in_progress()
    return people.move(
        matter,
        "ask_extension",
        people.handler,
        text="材料未到",
        new_due_on=matter.due_on + timedelta(days=1),
    )


STATES = {
    "registered": (lambda people: people.matter(), ["take_up"]),
    "escalated": (
        lambda people: people.move(people.matter(), "pass_up", people.host, text="请县里协调"),
        ["assign"],
    ),
    "assigned": (lambda people: people.assigned(), ["sign"]),
    "in_progress": (lambda people: people.in_progress(), ["note"]),
    "own case of the host": (
        lambda people: people.move(people.matter(), "take_up", people.host),
        ["report"],
    ),
    "to be confirmed": (
        lambda people: people.move(
            people.in_progress(), "ask_suspended", people.handler, text="等待上级资金"
        ),
        ["confirm"],
    ),
    "extension asked": (lambda people: ask_extension(people), ["confirm"]),
    "asked by the host": (
        lambda people: people.move(
            people.matter(), "ask_withdrawn", people.host, text="反映人说不用办了"
        ),
        ["confirm"],
    ),
}


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("state", STATES)
def test_told_are_exactly_those_to_whom_the_act_is_open(people, day, state):
    make, acts = STATES[state]
    matters = [
        (kind, due(make(people), day + timedelta(days=days)))
        for kind, days in (("due", 0), ("due", 1), ("overdue", -1))
    ]

    tell(day)

    for kind, matter in matters:
        assert told(kind, matter) == act_open_to(matter, *acts) != []
        assert told({"due": "overdue", "overdue": "due"}[kind], matter) == []


@pytest.mark.parametrize("state", ["suspended", "awaiting_word", "closed"])
def test_nobody_is_told_of_a_deadline_that_rests_or_is_met(people, day, state):
    matter = due(people.in_progress(), day)
    changes = {"closed": {"closure": "withdrawn", "closed_on": timezone.localdate()}}
    Matter.objects.filter(pk=matter.pk).update(status=state, **changes.get(state, {}))

    tell(day)

    assert told("due") == told("overdue") == []


def test_what_is_due_later_is_not_told_yet(people, day):
    due(people.in_progress(), workdays.add_working_days(day, 3))

    tell(day)

    assert told("due") == []


def test_an_organ_without_account_is_answered_for_by_the_desk(people, day):
    bureau = organ("县文物局", order=60, place=people.county)
    matter = people.move(people.matter(), "pass_up", people.host, text="请县里协调")
    people.move(matter, "assign", people.desk, lead=bureau, text="请办理")
    due(matter, day)
    MatterAssignment.objects.update(sign_due_on=day - timedelta(days=1))

    tell(day)

    assert told("due", matter) == told("unsigned", matter) == ["desk", "desk2"]


def test_a_stand_in_is_told_and_a_grant_that_ended_is_not(people, day):
    matter = due(people.in_progress(), day)
    away = StandIn.objects.create(
        principal=people.handler,
        stand_in=people.neighbour_cadre,
        named_by=people.handler,
        starts_on=day,
        ends_on=day,
    )
    RoleGrant.objects.filter(user=people.support).update(ends_on=day - timedelta(days=1))

    tell(day)
    assert told("due", matter) == ["handler", "n-cadre"]

    later = workdays.add_working_days(day, 1)
    due(matter, later)
    tell(later)
    again = Reminder.objects.filter(day=later, kind="due").values_list("user__username", flat=True)
    assert away.ends_on < later
    assert list(again) == ["handler"]


def test_a_grant_in_organ_and_area_needs_both(people, day):
    elsewhere = account(
        "both",
        "马超",
        people.town_organ,
        "host",
        within=people.town_organ,
        place=people.other_county,
    )
    inside = account(
        "inside", "马良", people.town_organ, "host", within=people.town_organ, place=people.county
    )
    matter = due(people.matter(), day)

    tell(day)

    names = told("due", matter)
    assert inside.username in names
    assert elsewhere.username not in names


def test_an_account_out_of_use_is_told_nothing(people, day):
    matter = due(people.in_progress(), day)
    User.objects.filter(pk=people.support.pk).update(is_active=False)

    tell(day)

    assert told("due", matter) == ["handler"]


def test_who_did_not_sign_in_time_is_told_and_who_did_is_not(people, day):
    matter = people.assigned()
    MatterAssignment.objects.update(sign_due_on=day - timedelta(days=1))
    people.move(matter, "sign", people.handler, officer="刘洋")

    tell(day)

    assert told("unsigned", matter) == ["support"]
    assert Reminder.objects.get(kind="unsigned").due == day - timedelta(days=1)


def test_signing_on_the_last_day_is_in_time(people, day):
    people.assigned()
    MatterAssignment.objects.update(sign_due_on=day)

    tell(day)

    assert told("unsigned") == []


def test_a_review_is_told_after_two_working_days_to_the_reviewer(people):
    matter = people.reported()
    day = workdays.add_working_days(timezone.localdate(), 1)
    tell(day)
    assert told("review") == []

    tell(workdays.add_working_days(day, 1))

    assert told("review", matter) == act_open_to(matter, "pass_review") == ["desk", "desk2"]


def test_who_reported_a_result_is_not_told_to_review_it(people):
    matter = people.move(people.matter(), "take_up", people.host)
    matter = people.move(
        matter, "report", people.host, resolution="solved", text="已修好", method="phone"
    )
    day = workdays.add_working_days(timezone.localdate(), 2)

    tell(day)

    assert told("review", matter) == act_open_to(matter, "pass_review")
    assert "host2" in told("review", matter)
    assert "host" not in told("review", matter)


def test_a_call_back_is_told_to_its_caller_alone(people):
    people.awaiting_word()
    call = FollowUp.objects.get()

    tell(call.due_on)

    row = Reminder.objects.get(kind="call_back")
    assert (row.user, row.noun_id, row.due) == (people.author, call.pk, call.due_on)
    assert row.link == f"/call-backs/{call.pk}/"


def test_a_call_back_of_nobody_is_told_to_those_who_arrange_it(people):
    people.awaiting_word()
    FollowUp.objects.update(caller=None)
    call = FollowUp.objects.get()

    tell(call.due_on)

    arrangers = [u.username for u in everybody() if rules.may_arrange_call(u, call)]
    assert told("call_back") == sorted(arrangers) != []


def test_a_draft_is_told_on_the_day_after_to_its_owner(people, day):
    draft = VisitDraft.objects.create(
        key="00000000-0000-4000-8000-000000000009",
        owner=people.author,
        content={},
        updated_at=timezone.now(),
    )

    tell(day)

    row = Reminder.objects.get(kind="draft")
    assert (row.user, row.noun_id, row.number, row.due) == (people.author, draft.pk, "", None)
    assert row.link == draft.get_absolute_url()


def test_a_draft_of_somebody_who_enters_no_more_is_not_told(people, day):
    VisitDraft.objects.create(
        key="00000000-0000-4000-8000-000000000009",
        owner=people.author,
        content={},
        updated_at=timezone.now(),
    )
    RoleGrant.objects.filter(user=people.author).update(ends_on=day - timedelta(days=1))

    tell(day)

    assert told("draft") == []


# --- Days off and what is urgent ----------------------------------------------------------------


def day_off(day):
    WorkingDay.objects.create(day=day, is_working=False)
    workdays.forget()
    return day


def test_a_day_off_is_quiet(people, day):
    due(people.in_progress(), day)

    answer = tell(day_off(day))

    assert (answer.day_off, answer.reminders) == (True, 0)
    assert not Reminder.objects.exists()


def test_an_urgent_matter_is_told_on_a_day_off(people, day):
    matter = people.in_progress(urgency="urgent")
    quiet = due(people.in_progress(), day)
    at = reminders.morning_of(day_off(day))
    Matter.objects.filter(pk=matter.pk).update(due_on=day, due_at=at + timedelta(hours=3))

    tell(day)

    assert told("due", matter) == ["handler", "support"]
    assert told("due", quiet) == []


def test_an_urgent_matter_is_overdue_by_the_hour(people, day):
    matter = people.in_progress(urgency="urgent")
    at = reminders.morning_of(day)
    Matter.objects.filter(pk=matter.pk).update(due_on=day, due_at=at + timedelta(hours=3))

    tell(day, at=at, urgent_only=True)
    assert (told("due"), told("overdue")) == (["handler", "support"], [])

    tell(day, at=at + timedelta(hours=4), urgent_only=True)
    assert told("overdue") == ["handler", "support"]


def test_an_hourly_round_tells_only_what_is_urgent(people, day):
    due(people.in_progress(), day)

    assert tell(day, urgent_only=True).reminders == 0


# --- Once, and again as long as it is true --------------------------------------------------------


def test_nothing_is_told_twice_on_a_day(people, day):
    due(people.in_progress(), day)
    first = tell(day)
    rows = list(Reminder.objects.order_by("pk").values())

    second = tell(day)

    assert (first.reminders, second.reminders) == (len(rows), 0)
    assert [row["noun"] for row in rows].count("matter") == 2
    assert list(Reminder.objects.order_by("pk").values()) == rows


def test_a_new_day_takes_the_place_of_what_was_not_read(people, day):
    matter = due(people.in_progress(), day)
    due(people.matter(), day)
    tell(day)
    Reminder.objects.filter(user=people.handler).update(read_at=timezone.now())

    later = workdays.add_working_days(day, 1)
    tell(later)

    old = Reminder.objects.filter(day=day, noun="matter")
    assert set(old.filter(replaced=True).values_list("user__username", flat=True)) == {
        "host",
        "host2",
        "support",
    }
    assert told("overdue", matter) == ["handler", "support"]
    unread = Reminder.objects.visible_to(people.support).unread(on=day)
    assert set(unread.values_list("kind", "day")) == {("overdue", later), ("unsigned", later)}


def test_number_and_deadline_are_those_of_the_matter(people, day):
    matter = due(people.in_progress(), day)
    Matter.objects.filter(pk=matter.pk).update(number=12345)

    tell(day)

    row = Reminder.objects.filter(user=people.handler).get()
    matter.refresh_from_db()
    assert (row.number, row.due, row.link) == (
        matter.number_label,
        matter.due_on,
        matter.get_absolute_url(),
    )


# --- In the portal -----------------------------------------------------------------------------


def test_the_list_shows_the_title_only_of_what_is_still_visible(client, people, day):
    due(people.in_progress(title="三组灌溉渠道淤堵"), day)
    tell(day)
    client.force_login(people.handler)

    page = client.get(TOLD).content.decode()
    assert "三组灌溉渠道淤堵" in page
    assert Reminder.objects.filter(user=people.handler).get().link in page

    RoleGrant.objects.filter(user=people.handler).update(
        ends_on=timezone.localdate() - timedelta(1)
    )
    page = client.get(TOLD).content.decode()
    assert "三组灌溉渠道淤堵" not in page
    assert Reminder.objects.filter(user=people.handler).get().link not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(
    client, people, day, rows, django_assert_num_queries
):
    for _n in range(rows):
        due(people.in_progress(), day)
    tell(day)
    client.force_login(people.handler)
    client.get(TOLD)

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(TOLD)


TOLD = "/todo/?tab=told"
QUERIES_OF_THE_LIST = 15


def test_the_steps_of_a_twice_unsatisfied_matter_lead_to_its_review(people, day):
    matter = people.awaiting_word()
    Matter.objects.filter(pk=matter.pk).update(status="twice_unsatisfied")
    MatterStep.objects.create(
        matter=matter,
        move="word",
        at=timezone.now(),
        by=people.author,
        from_status="awaiting_word",
        to_status="twice_unsatisfied",
    )
    matter.refresh_from_db()

    tell(workdays.add_working_days(day, 1))

    assert told("review", matter) == act_open_to(matter, "review_unsatisfied") == ["desk", "desk2"]
