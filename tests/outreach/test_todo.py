"""待办: what waits for whom, that counts equal rows, and the front pages built from it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from outreach.actions import follow_ups, notices, visits
from outreach.models import FollowUp, Matter, MatterAssignment, MatterRequest, SupervisionOrder
from outreach.models.matters import moves_expected
from outreach.rules import matters as rules
from outreach.rules import notices as notice_rules
from outreach.views import visits as views
from portal import parameters
from portal.actions import norms
from portal.days import workdays
from portal.duties import todo
from portal.models import Reminder, RoleGrant
from portal.pages.side_list import LINES_SHOWN
from portal.roles import GRANTS, Permission, Role
from portal.trust.access import ALLOWED
from portal.views import todo as todo_views
from tests.day import TODAY, now
from tests.people import fresh

# One process makes what the module makes once.
pytestmark = pytest.mark.xdist_group("todo")

CAST = (
    "author",
    "colleague",
    "liaison",
    "host",
    "host2",
    "desk",
    "desk2",
    "handler",
    "support",
    "office",
    "supervisor",
    "recipient",
    "system",
    "security",
    "auditor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
)


@pytest.fixture(scope="module")
def busy_once(standing):
    return standing(_busy)


@pytest.fixture
def busy(db, busy_once):
    """A county in which something of every kind is waiting."""
    return busy_once()


def _busy(people):
    day = timezone.localdate()
    people.matter(title="待受理")
    people.move(people.matter(title="待交办"), "pass_up", people.host, text="需县级协调")
    people.assigned(title="待签收")
    people.in_progress(title="办理中")
    people.move(people.matter(title="镇里自办"), "take_up", people.host)
    people.reported(title="待复核")
    waiting = people.awaiting_word(title="待回访")
    asked = people.in_progress(title="申请延期")
    people.move(
        asked, "ask_extension", people.handler, text="等水", new_due_on=asked.due_on + timedelta(2)
    )
    people.matter(title="当场解决", outcome="on_the_spot", result_text="当场教会。")
    ordered = people.in_progress(title="有批示")
    people.move(ordered, "order", people.supervisor, text="抓紧", due_on=day)
    answered = people.in_progress(title="批示已答")
    people.move(answered, "order", people.supervisor, text="抓紧", due_on=day)
    people.move(answered, "answer_order", people.handler, text="已清淤")
    for title in ("两次不满意", "等领导定"):
        matter = people.awaiting_word(title=title)
        unsatisfied(people, matter)
        people.move(matter, "report", people.handler, resolution="solved", text="又修了。")
        people.move(matter, "pass_review", people.desk)
        unsatisfied(people, matter)
        matter.refresh_from_db()
    people.move(matter, "review_unsatisfied", people.desk, text="已到现场复核")
    FollowUp.objects.create(matter=waiting, kind="sample", starts_on=day, due_on=day)
    late = people.matter(title="已超期")
    Matter.objects.filter(pk=late.pk).update(due_on=date(2026, 1, 5))
    visits.keep_draft(
        key="00000000-0000-4000-8000-000000000009",
        by=people.author,
        at=now(),
        content={"summary": ["写到一半"]},
    )
    for is_out in (True, False):
        notice = notices.draft_notice(
            by=people.office,
            at=now(),
            title="防汛物资",
            text="请报送。",
            roles=[],
            organs=[people.water, people.town_organ],
            asks="text",
            question="几套？",
            reply_due_on=day,
        )
        if is_out:
            notices.publish_notice(notice=notice, by=people.office, at=now())
    return people


def unsatisfied(people, matter):
    call = FollowUp.objects.get(matter=matter, answered_at=None)
    follow_ups.record_word(
        follow_up=call, by=people.author, at=now(), word="unsatisfied", method="phone"
    )


def kinds_with_rows(user):
    return {code for code, n in todo.counts(user).items() if n}


def test_everybodys_numbers_are_the_rows_of_their_lists(busy, client):
    different = []
    for who in CAST:
        user = getattr(busy, who)
        client.force_login(user)
        numbers = todo.counts(user)
        for code, n in numbers.items():
            if todo.kind_for(user, code).rows(user).count() != n:
                different.append((who, code, n, "rows"))
            elif n:
                page = client.get(reverse("todo"), {"kind": code})
                if page.context["total"] != n or len(page.context["rows"]) != n:
                    different.append((who, code, n, page.context["total"]))
        lines = {
            line["name"]: line["count"]
            for part in client.get(reverse("roles")).context["side_list"]["parts"]
            for line in part
        }
        side = lines.get("todo", sum(numbers.values()))
        if side != sum(numbers.values()) or len(lines) > LINES_SHOWN:
            different.append((who, "side list", lines, sum(numbers.values())))

    assert different == []


def test_each_kind_finds_its_person(busy):
    assert kinds_with_rows(busy.host) == {
        "take_up",
        "report",
        "confirm",
        "answer_notice",
        "arrange_call",
    }
    assert kinds_with_rows(busy.desk) == {
        "assign",
        "pass_review",
        "confirm",
        "review_unsatisfied",
        "arrange_call",
    }
    assert kinds_with_rows(busy.handler) == {"sign", "report", "answer_order", "answer_notice"}
    assert kinds_with_rows(busy.support) == {"sign"}
    assert kinds_with_rows(busy.office) == {"confirm", "arrange_call", "notice_draft"}
    assert kinds_with_rows(busy.supervisor) == {"settle_order", "close_unsatisfied"}
    assert kinds_with_rows(busy.author) == {"call", "overdue", "visit_draft"}
    assert kinds_with_rows(busy.liaison) == {"overdue"}


@pytest.mark.parametrize(
    "who",
    [
        "neighbour_cadre",
        "neighbour_handler",
        "neighbour_liaison",
        "neighbour_office",
        "recipient",
        "system",
        "security",
        "auditor",
    ],
)
def test_nothing_of_the_neighbour_waits_for_others(busy, who):
    # The neighbouring organ of roads supports the matters: only its handler signs.
    assert kinds_with_rows(getattr(busy, who)) == set()


def test_the_neighbouring_host_is_asked_nothing_of_this_township(busy):
    assert kinds_with_rows(busy.neighbour_host) == set()


def test_what_waits_is_allowed(busy):
    """The button of each row leads to an action that the rules allow this user now."""
    refused = []
    for who in CAST:
        user = getattr(busy, who)
        for kind in todo.kinds_for(user):
            for row in kind.rows(user):
                decision = decision_of(user, kind.code, row)
                if not decision:
                    refused.append((who, kind.code, str(row), str(decision.refusal)))

    assert refused == []


def decision_of(user, code, row):
    if isinstance(row, FollowUp):
        rule = rules.may_record_word if code == "call" else rules.may_arrange_call
        return rule(user, row)
    if code == "answer_notice":
        return notice_rules.may_answer(user, row)
    if code == "notice_draft":
        return notice_rules.may_publish(user, row)
    if code in {"overdue", "visit_draft"}:
        return ALLOWED
    return rules.may(user, row if isinstance(row, Matter) else row.matter, code)


def test_what_waits_for_somebody_is_seen_by_them(busy):
    # Naming a leader in a matter beyond their reach does not make it visible to them.
    Matter.objects.filter(title="等领导定").update(lead_official=busy.neighbour)
    unseen = []
    for who in CAST:
        user = getattr(busy, who)
        seen = set(Matter.objects.visible_to(user).values_list("pk", flat=True))
        for kind in todo.kinds_for(user):
            rows = [r for r in kind.rows(user) if isinstance(r, Matter) or hasattr(r, "matter")]
            found = {row.pk if isinstance(row, Matter) else row.matter_id for row in rows}
            if not found <= seen:
                unseen.append((who, kind.code, found - seen))

    assert unseen == []


@pytest.mark.parametrize(
    "permission",
    [
        Permission.HOST_MATTERS,
        Permission.ASSIGN_MATTERS,
        Permission.CONFIRM_REQUESTS,
        Permission.INSTRUCT,
    ],
)
def test_who_is_expected_to_move_a_matter_reads_it_by_the_same_grant(permission):
    for role, permissions in GRANTS.items():
        # Leaders act only where they are named, and read these records through that relation.
        if permission in permissions and role is not Role.LEADER:
            assert Permission.READ_MATTERS in permissions, role


def test_the_ledgers_tab_and_the_to_do_list_agree_on_matters(busy):
    for who in CAST:
        user = getattr(busy, who)
        listed = set()
        for kind in todo.kinds_for(user):
            if kind.code in {"take_up", "assign", "report", "pass_review", "review_unsatisfied"}:
                listed |= {matter.pk for matter in kind.rows(user)}
        waiting = set(Matter.objects.waiting_for(user).values_list("pk", flat=True))
        assert listed <= waiting, who


def test_who_asked_or_reported_waits_for_the_second_person(people):
    matter = people.matter()
    people.move(matter, "take_up", people.host)
    people.move(matter, "report", people.host, resolution="solved", text="修好了。")
    own = people.matter(by=people.author, outcome="on_the_spot", result_text="已教会。")
    MatterRequest.objects.filter(matter=own).update(asked_by=people.host)

    assert kinds_with_rows(people.host) == set()
    assert kinds_with_rows(people.host2) == {"pass_review", "confirm"}


def test_the_queue_is_every_kind_by_its_nearest_deadline(busy):
    """Page by page to its end, for everybody: each row of each kind once."""
    for who in CAST:
        user, rows, place = getattr(busy, who), [], None
        while True:
            page = todo.queue(user, size=3, after=place)
            rows += page.rows
            place = page.after
            if place is None:
                break
        kinds = todo.kinds_for(user)
        wanted = {(one.code, row.pk) for one in kinds for row in one.rows(user)}
        assert {(row.at.code, row.at.pk) for row in rows} == wanted and len(rows) == len(wanted)
        days = [row.at.due or date.max for row in rows]
        assert days == sorted(days), who
        assert all(row.item.due == row.at.due for row in rows if row.at.due), who


def test_a_long_list_is_one_step_away_from_its_next_page(people, browse):
    for n in range(todo_views.ROWS + 2):
        matter = people.matter()
        Matter.objects.filter(pk=matter.pk).update(due_on=date(2027, 1, 1) + timedelta(n % 20))

    session = browse("host")
    first = session.get(reverse("todo"))
    second = session.get(reverse("todo") + first.context["after"])

    assert first.context["total"] == todo_views.ROWS + 2
    assert (len(first.context["rows"]), len(second.context["rows"])) == (todo_views.ROWS, 2)
    assert second.context["after"] == "" and "从头看起" in second.content.decode()


@pytest.mark.parametrize("after", ["", "assign", "assign~²~1", "x~2026-01-01~1", "assign~~1~1"])
def test_a_place_that_is_none_begins_at_the_beginning(people, browse, after):
    people.matter()
    page = browse("host").get(reverse("todo"), {"after": after})
    assert len(page.context["rows"]) == 1
    assert browse("host").get(reverse("todo_next"), {"queue": after}).url == reverse("todo")


def test_two_deadlines_never_share_a_word(people, browse):
    assigned = people.assigned()
    given = MatterAssignment.objects.get(matter=assigned, part="lead")

    page = browse("handler").get(reverse("todo"))
    (row,) = page.context["rows"]

    assert (row.item.due, row.item.matter_due) == (given.sign_due_on, assigned.due_on)
    shown = page.content.decode()
    assert "签收时限</span>" in shown and "事项时限" in shown


def test_the_approval_inbox_holds_what_waits_for_confirmation_alone(busy, browse):
    page = browse("host").get(reverse("todo"), {"tab": "approvals"})

    assert {row.kind.code for row in page.context["rows"]} == {"confirm"}
    assert page.context["tabs"][1][2] == len(page.context["rows"]) == 2


def test_an_act_leads_to_the_next_row_of_its_kind_and_at_the_end_to_the_list(people, browse):
    matters = [people.matter(title=f"第{n}件") for n in "一二三"]
    for n, matter in enumerate(matters):
        Matter.objects.filter(pk=matter.pk).update(due_on=date(2027, 1, 4 + n))
    people.assigned()
    session = browse("host")
    rows = session.get(reverse("todo"), {"kind": "take_up"}).context["rows"]
    address, done = rows[0].act_url, []
    while address != reverse("todo"):
        done.append(address.partition("?")[0])
        answer = session.post(address, {"text": ""})
        assert answer.url.startswith(reverse("todo_next"))
        address = session.get(answer.url).url

    assert done == [reverse("outreach:act", args=[one.pk, "take_up"]) for one in matters]
    assert not Matter.objects.filter(title__contains="件", status="registered").exists()


def test_a_row_that_was_skipped_or_done_by_others_stops_nothing(people, browse):
    first, second, third = (people.matter() for _n in range(3))
    for n, matter in enumerate((first, second, third)):
        Matter.objects.filter(pk=matter.pk).update(due_on=date(2027, 1, 4 + n))
    session = browse("host")
    page = session.get(todo.queue(people.host, size=1).rows[0].act_url)
    people.move(second, "take_up", people.host2)

    skipped = session.get(page.context["skip"])

    assert skipped.url.startswith(reverse("outreach:act", args=[third.pk, "take_up"]))
    assert Matter.objects.get(pk=first.pk).status == "registered"


def test_reminders_are_rows_of_the_queue_and_the_rest_stands_below(busy, browse):
    day = timezone.localdate()
    matter = Matter.objects.get(title="待签收")
    for noun, pk in (("matter", matter.pk), ("calendar", 2027)):
        told = {"user": busy.handler, "kind": "due_soon", "noun": noun, "noun_id": pk}
        Reminder.objects.create(day=day, due=day, link="/", **told)
    session = browse("handler")

    page = session.get(reverse("reminders"), follow=True)
    assert [row.at.code for row in page.context["rows"]] == ["sign"]
    assert [one.noun for one in page.context["others"]] == ["calendar"]
    told = [row for row in session.get(reverse("todo")).context["rows"] if row.told]
    assert [row.item.chosen for row in told] == [matter.pk]

    session.post(told[0].act_url, {"officer": "刘工"})
    assert not Reminder.objects.filter(noun="matter", read_at=None).exists()
    page = session.get(reverse("todo"), {"tab": "told"})
    assert page.context["rows"] == [] and len(page.context["others"]) == 1
    assert session.post(reverse("mark_all_read"), follow=True).context["others"] == []


def test_a_reminder_of_somebody_else_is_read_by_nobody_but_them(people, browse):
    day, matter = timezone.localdate(), people.assigned()
    told = {"user": people.support, "kind": "due_soon", "noun": "matter", "noun_id": matter.pk}
    reminder = Reminder.objects.create(day=day, due=day, link="/", **told)
    address = reverse("outreach:act", args=[matter.pk, "sign"])

    browse("handler").post(f"{address}?queue=sign~~1&told={reminder.pk}", {"officer": ""})

    assert Reminder.objects.get(pk=reminder.pk).read_at is None


def test_several_requests_are_confirmed_on_one_page(busy, browse):
    session = browse("host")
    rows = session.get(reverse("todo"), {"kind": "confirm"}).context["rows"]
    url = reverse("outreach:bulk", args=["confirm"])
    sent = {"chosen": [row.item.chosen for row in rows], "from": "todo"}

    asked = session.post(url, sent)
    assert "等水" in asked.content.decode()
    assert MatterRequest.objects.filter(decided_at=None).count() == 2
    done = session.post(url, sent | {"confirmed": "1"})

    assert done.url == reverse("todo")
    assert not MatterRequest.objects.filter(decided_at=None).exists()
    assert "confirm" not in kinds_with_rows(busy.host)


def test_who_may_not_confirm_confirms_nothing_in_bulk(busy, browse):
    chosen = list(MatterRequest.objects.values_list("matter", flat=True))

    response = browse("handler").post(
        reverse("outreach:bulk", args=["confirm"]), {"chosen": chosen, "confirmed": "1"}
    )

    assert response.status_code in {200, 302}
    assert MatterRequest.objects.filter(decided_at=None).count() == 2


def test_signing_from_the_list_leads_back_to_it(people, browse):
    first, second = people.assigned(), people.assigned()

    response = browse("handler").post(
        reverse("outreach:bulk", args=["sign"]),
        {"chosen": [first.pk, second.pk], "confirmed": "1", "from": "todo"},
    )

    assert response.url == reverse("todo")
    assert kinds_with_rows(people.handler) == {"report"}


def test_an_unknown_kind_is_not_there(browse):
    assert browse("host").get(reverse("todo"), {"kind": "nonsense"}).status_code == 404
    assert browse("handler").get(reverse("todo"), {"kind": "assign"}).status_code == 404


def test_a_change_is_seen_in_the_number_at_once(people):
    matter = people.matter()
    assert todo.counts(people.host)["take_up"] == 1

    people.move(matter, "take_up", people.host)

    assert todo.counts(people.host)["take_up"] == 0


def test_a_settled_instruction_waits_for_nobody(busy):
    order = SupervisionOrder.objects.get(answered_at__isnull=False)

    busy.move(order.matter, "settle_order", busy.supervisor)

    assert "settle_order" not in kinds_with_rows(busy.supervisor)


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(
    ("who", "address", "queries"),
    [("host", "todo", 11), ("host", "outreach:today", 13), ("handler", "todo", 11)],
)
def test_the_list_costs_the_same_for_one_row_and_three(
    people, browse, django_assert_num_queries, row_count, who, address, queries
):
    for _ in range(row_count):
        people.matter()
        people.assigned()
        people.awaiting_word()
    session = browse(who)
    session.get(reverse(address))
    with django_assert_num_queries(queries):
        session.get(reverse(address))


# --- front doors --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "door"),
    [
        ("author", "outreach:today"),
        ("liaison", "outreach:today"),
        ("host", "outreach:today"),
        ("desk", "outreach:today"),
        ("handler", "outreach:today"),
        ("office", "outreach:today"),
        ("supervisor", "outreach:dashboard"),
        ("recipient", "outreach:conduct_reports"),
        ("system", "accounts"),
        ("security", "accounts"),
        ("auditor", "audit"),
    ],
)
def test_everybody_is_led_to_their_own_front_door(browse, people, who, door):
    people.visit()
    assert browse(who).get("/").url == reverse(door)


@pytest.mark.parametrize(
    ("who", "big", "others"),
    [
        ("author", "outreach:new_visit", []),
        (
            "host",
            "outreach:new_visit",
            [
                "outreach:matters",
                "outreach:new_visit",
                "outreach:contact_areas",
                "outreach:new_notice",
            ],
        ),
        (
            "liaison",
            None,
            [
                "outreach:new_visit",
                "password_slips",
                "outreach:contact_areas",
                "outreach:new_notice",
            ],
        ),
        ("desk", None, ["outreach:matters", "outreach:new_matter"]),
        ("handler", None, ["outreach:matters"]),
        ("office", None, ["password_slips", "outreach:contact_areas", "outreach:new_notice"]),
    ],
)
def test_a_front_door_offers_what_its_role_does_most(browse, who, big, others):
    page = browse(who).get(reverse("outreach:today"))

    button = page.context["big_button"]
    assert (button.url_name if button else None) == big
    assert [one.url_name for one in page.context["shortcuts"]] == others
    for name in others:
        assert browse(who).get(reverse(name)).status_code == 200


def test_the_cadres_door_shows_what_waits_and_what_was_written(busy, browse):
    page = browse("author").get(reverse("outreach:today")).content.decode()

    assert "已超期" in page
    assert "写到一半" in page
    assert "bottom-tabs" in page


def test_another_cadres_drafts_stand_on_nobodys_door(busy, browse):
    for who in ("liaison", "colleague", "office"):
        assert "写到一半" not in browse(who).get(reverse("outreach:today")).content.decode()


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("who", CAST)
def test_kept_sql_counts_what_sql_made_anew_counts(busy, who):
    someone = getattr(busy, who)
    todo._SHAPES.clear()
    first = todo.counts(someone)
    assert todo.counts(fresh(someone)) == first

    def shown(user):
        return todo.queue(user, size=100).rows

    made_first = shown(someone)
    assert shown(fresh(someone)) == made_first
    todo._SHAPES.clear()
    assert shown(fresh(someone)) == made_first


def test_sql_is_made_anew_when_a_norm_a_working_day_or_a_grant_changes(
    people, django_capture_on_commit_callbacks
):
    day = people.host.today
    todo._SHAPES.clear()
    todo.counts(people.host)
    with django_capture_on_commit_callbacks(execute=True):
        norms.set_norm(
            code="posting.leave_township_max_days",
            value="3",
            basis="试行",
            valid_from=day,
            by=people.office,
        )
    todo.counts(fresh(people.host))
    assert len(todo._SHAPES) == 2

    with django_capture_on_commit_callbacks(execute=True):
        norms.upload_workdays(days=[(day, False, "")], by=people.office)
    todo.counts(fresh(people.host))
    assert len(todo._SHAPES) == 3

    grant = people.host.grants_today()[0]
    grant.organ = people.water
    grant.save()
    todo.counts(fresh(people.host))
    assert len(todo._SHAPES) == 4


# Its query reads the places of the organs of grants, which only nominators have.
NEVER_KEPT = {"nominate"}


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("who", CAST)
def test_the_sql_of_a_kind_is_kept(busy, who, django_assert_num_queries):
    """Given the grants, the organ, the norms and the working days."""
    someone = getattr(busy, who)
    someone.read_organ()
    assert parameters.in_force(someone.today) == workdays.known() == ()
    for kind in todo.kinds_for(someone):
        for build in (todo._count, todo._placed, todo._whole):
            if kind.code not in NEVER_KEPT:
                with django_assert_num_queries(0):
                    build(kind, someone.bare())


@pytest.mark.parametrize("who", ["author", "liaison", "host", "desk", "handler", "office"])
def test_the_front_page_takes_25_statements_at_most(
    busy, browse, who, django_assert_max_num_queries
):
    session = browse(who)
    session.get(reverse("outreach:today"))
    with django_assert_max_num_queries(25):
        session.get(reverse("outreach:today"))


def test_the_front_page_is_the_beginning_of_the_queue(busy, browse, monkeypatch):
    monkeypatch.setattr(views, "ROWS_TODAY", 3)
    page = browse("host").get(reverse("outreach:today"))

    assert page.context["rows"] == todo.queue(busy.host, size=3).rows
    assert f'<a href="{reverse("todo")}">全部{page.context["in_all"]}件' in page.content.decode()


def test_what_is_expected_of_somebody_is_that_of_the_day_on_which_they_act(people):
    matter = people.matter()
    RoleGrant.objects.filter(user=people.host).update(ends_on=TODAY)
    host = fresh(people.host)

    def to_take_up(user):
        return [*Matter.objects.filter(moves_expected(user)["take_up"])]

    assert to_take_up(host) == [matter]
    assert to_take_up(host.acting(on=TODAY + timedelta(days=1))) == []
    assert to_take_up(host.acting(on=TODAY)) == [matter]
