"""吹哨报到: a township calls organs, and the conclusion becomes assignments."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from neighbours.actions import summons as actions
from neighbours.filters.summons import SummonsFilter
from neighbours.ledgers.summons import SUMMONS_LEDGER
from neighbours.listings.summons import SUMMONS_LIST
from neighbours.models import SummonedOrgan, Summons
from neighbours.rules import summons as rules
from neighbours.succession import summons as succession
from outreach.models import Matter, MatterAssignment
from outreach.rules import matters as matter_rules
from portal import parameters
from portal.days import workdays
from portal.duties import todo
from portal.models import AuditEntry, PolicyParameter, Reminder
from portal.sheets import statistics
from tests.day import in_days, now, today
from tests.neighbours.calling import asked, called, concluded, emergency, gathered, sees
from tests.people import account, fresh, organ, unit
from tests.reading import words
from tests.telling import tell

HEADINGS = (
    "序号 编号 日期 乡镇（街道） 事由类别 事项 报到单位 处置意见 是否属职责（裁定） 结论 "
    "交办事项编号 备注"
)


def not_ours(people, summons=None):
    one = asked(summons or called(people), people.roads)
    return actions.say_not_ours(asked=one, by=people.support, at=now(), reason="涵管不属公路附属")


def decided(people, one, is_theirs):
    return actions.decide_whose(
        asked=one, by=people.desk, at=now(), is_theirs=is_theirs, reason="按职责清单"
    )


# --- Calling --------------------------------------------------------------------------------------


def test_a_township_calls_organs_and_each_answers_within_a_working_day(people):
    summons = called(people)

    assert (summons.state, summons.number_label) == ("called", f"CS{today().year}-0001")
    assert (summons.host_organ, summons.county) == (people.town_organ, people.county)
    assert {one.organ for one in summons.organs.all()} == {people.water, people.roads}
    due = workdays.add_working_days(today(), 1)
    assert {one.answer_by for one in summons.organs.all()} == {due}
    assert summons.steps.get().text == "县水利局、县交通运"
    assert AuditEntry.objects.filter(event="summons.called").count() == 1


def test_who_did_not_answer_is_not_waited_for_after_the_conclusion(people, browse):
    summons = called(people, meet_on=today())
    assert "待报到" in words(browse("host").get(summons.get_absolute_url()))

    actions.note_attendance(summons=summons, by=people.host, at=now(), came=[people.water])
    concluded(people, summons, lead=None, supports=[])

    assert "待报到" not in words(browse("host").get(summons.get_absolute_url()))


def test_numbers_run_by_the_year(people):
    assert [called(people).number, called(people).number] == [1, 2]


@pytest.mark.parametrize("name", ["author", "handler", "desk", "office", "neighbour_host"])
def test_only_the_host_of_the_place_calls(people, name):
    with pytest.raises(PermissionDenied):
        called(people, by=getattr(people, name))


def test_a_place_of_another_host_is_refused(people):
    with pytest.raises(PermissionDenied, match="上坪村"):
        called(people, unit=people.other_village)


def test_an_ended_organ_is_refused_with_its_successor(people):
    people.roads.ended_on = today()
    people.roads.successor = people.water
    people.roads.save()
    with pytest.raises(ValidationError, match="县水利局"):
        called(people, organs=[people.roads])


def test_the_township_itself_and_who_stands_above_are_refused(people):
    city = organ("岚江市水利局", order=60, place=people.city)
    far = organ("望江县水利局", order=61, place=people.other_county)
    for one in (people.town_organ, people.station, city, far):
        with pytest.raises(ValidationError) as refused:
            called(people, organs=[people.water, one])
        assert one.label in str(refused.value)


def test_in_a_group_without_divisions_organs_of_the_group_are_called(people):
    group = organ("华岳集团党委", "enterprise", order=70)
    works = organ("云岭重机党委", "enterprise", group, 71)
    safety = organ("安全环保部", "enterprise", group, 72)
    shop = unit("铸造车间", works, None, "soe")
    host = account("works-host", "厂办", works, "host", within=works)

    summons = called(people, by=host, organ=works, unit=shop, organs=[safety])
    assert summons.county is None
    for one in (group, people.water):
        with pytest.raises(ValidationError):
            called(people, by=host, organ=works, unit=shop, organs=[one])


def test_at_most_so_many_organs_and_none_twice(people):
    with pytest.raises(ValidationError, match="两次"):
        called(people, organs=[people.water, people.water])
    with pytest.raises(ValidationError):
        called(people, organs=[])
    PolicyParameter.objects.create(
        code="summons.organs_max",
        value="2",
        basis="县规定",
        valid_from=today(),
        set_by=people.office,
    )
    parameters.forget()
    with pytest.raises(ValidationError, match="2"):
        called(people, organs=[people.water, people.roads, people.weather])


def test_the_database_holds_what_the_rules_say(people):
    summons = called(people)
    one = asked(summons, people.water)
    rows = SummonedOrgan.objects.filter(pk=one.pk)
    for broken in (
        {"state": "released"},
        {"answer": "已派人"},
        {"ruling": "theirs", "ruled_on": today()},
        {"objection": "不属职责"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)
    for broken in ({"called_at": now()}, {"assigned_at": now()}, {"conclusion": "已定"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Summons.objects.filter(pk=summons.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        SummonedOrgan.objects.create(summons=summons, organ=people.water)


# --- Who reads it ---------------------------------------------------------------------------------


def test_who_reads_a_summons(people):
    summons = called(people)
    for one in (
        *(people.host, people.host2, people.desk, people.office, people.supervisor),
        *(people.handler, people.support),
    ):
        assert sees(one, summons), one
    for one in (
        *(people.author, people.neighbour_host, people.neighbour_handler),
        *(people.neighbour_office, people.neighbour_liaison, people.system),
    ):
        assert not sees(one, summons), one


def test_who_came_is_read_by_who_called_the_organ_and_the_desk(people, browse):
    summons = gathered(people)
    water, roads = asked(summons, people.water), asked(summons, people.roads)
    assert (water.came, roads.came) == (True, False)
    for one in (people.host, people.desk, people.handler):
        assert rules.may_read_attendance(one, water), one
    for one in (people.office, people.supervisor, people.support):
        assert not rules.may_read_attendance(one, water), one
    page = words(browse("office").get(summons.get_absolute_url()))
    assert "已到场" not in page
    assert "未到场" not in page
    assert "已到场" in words(browse("handler").get(summons.get_absolute_url()))
    assert "未到场" not in words(browse("handler").get(summons.get_absolute_url()))


# --- Organs answer, the desk decides --------------------------------------------------------------


def test_an_organ_answers_once(people):
    one = asked(called(people), people.water)
    with pytest.raises(PermissionDenied):
        actions.answer_summons(asked=one, by=people.support, at=now(), answer="到场")
    one = actions.answer_summons(asked=one, by=people.handler, at=now(), answer="分管副局长到场")
    assert (one.state, one.answered_on) == ("answered", today())
    assert one.summons.steps.latest("pk").text == "县水利局：分管副局长到场"
    with pytest.raises(PermissionDenied):
        actions.answer_summons(asked=one, by=people.handler, at=now(), answer="再报一次")
    with pytest.raises(PermissionDenied):
        actions.say_not_ours(asked=one, by=people.handler, at=now(), reason="不属")


def test_the_desk_decides_whose_task_it_is_and_its_word_is_final(people):
    one = not_ours(people)
    assert one.decide_by == workdays.add_working_days(today(), 2)
    for by in (people.host, people.support, people.office):
        with pytest.raises(PermissionDenied):
            actions.decide_whose(asked=one, by=by, at=now(), is_theirs=True, reason="属")

    one = decided(people, one, True)
    assert (one.state, one.ruling, one.is_final) == ("asked", "theirs", True)
    with pytest.raises(PermissionDenied, match="裁定"):
        actions.say_not_ours(asked=one, by=people.support, at=now(), reason="还是不属")
    one = actions.answer_summons(asked=one, by=people.support, at=now(), answer="派员到场")
    assert one.state == "answered"


def test_a_released_organ_is_out(people):
    summons = called(people, meet_on=today())
    one = decided(people, not_ours(people, summons), False)
    assert (one.state, one.ruling) == ("released", "not")
    with pytest.raises(PermissionDenied):
        actions.answer_summons(asked=one, by=people.support, at=now(), answer="到场")
    summons = actions.note_attendance(
        summons=summons, by=people.host, at=now(), came=[people.water, people.roads]
    )
    assert asked(summons, people.roads).came is None
    with pytest.raises(ValidationError, match="县交通运"):
        concluded(people, summons)
    assert Matter.objects.count() == 0
    assert concluded(people, summons, supports=[]).state == "concluded"


def test_nothing_is_said_after_the_conclusion(people):
    summons = concluded(people)
    for one in (asked(summons, people.water), asked(summons, people.roads)):
        by = people.handler if one.organ == people.water else people.support
        with pytest.raises(PermissionDenied):
            actions.answer_summons(asked=one, by=by, at=now(), answer="晚到的意见")
        with pytest.raises(PermissionDenied):
            actions.say_not_ours(asked=one, by=by, at=now(), reason="不属")


# --- Who came -------------------------------------------------------------------------------------


def test_attendance_is_noted_once_and_not_before_the_day(people):
    summons = called(people)
    with pytest.raises(PermissionDenied):
        actions.note_attendance(summons=summons, by=people.host, at=now(), came=[])
    summons = gathered(people)
    with pytest.raises(PermissionDenied):
        actions.note_attendance(summons=summons, by=people.host, at=now(), came=[people.roads])
    with pytest.raises(PermissionDenied):
        called_today = called(people, meet_on=today())
        actions.note_attendance(summons=called_today, by=people.desk, at=now(), came=[])


def test_an_emergency_is_telephoned_and_noted_afterwards(people):
    with pytest.raises(ValidationError, match="电话"):
        called(people, reason="emergency")
    with pytest.raises(ValidationError):
        emergency(people, called_at=now() + timedelta(hours=1))

    summons = emergency(people)
    assert (summons.state, summons.reason) == ("gathered", "emergency")
    assert (asked(summons, people.water).came, asked(summons, people.roads).came) == (False, True)
    one = asked(summons, people.roads)
    assert one.answer_by is None
    assert todo.counts(fresh(people.support)).get("summons_to_answer", 0) == 0
    with pytest.raises(PermissionDenied, match="书面"):
        actions.answer_summons(asked=one, by=people.support, at=now(), answer="已到")
    with pytest.raises(PermissionDenied, match="书面"):
        actions.say_not_ours(asked=one, by=people.support, at=now(), reason="不属")


# --- The conclusion -------------------------------------------------------------------------------


def test_the_conclusion_becomes_a_matter_that_the_organs_get(people):
    summons = concluded(people)
    matter = summons.matter
    assert (summons.state, matter.source, matter.status) == ("concluded", "summons", "assigned")
    assert (matter.lead_organ, matter.assigned_by_desk) == (people.water, False)
    given = MatterAssignment.objects.live().filter(matter=matter)
    assert {(one.organ, one.part) for one in given} == {
        (people.water, "lead"),
        (people.roads, "support"),
    }
    assert Summons.objects.get().assigned_at is not None
    assert "勿" not in matter.request_text
    assert summons.steps.latest("pk").move == "assigned"
    assert matter.steps.latest("pk").move == "gather"


def test_the_organ_handles_it_and_who_called_reviews_by_a_second_person(people):
    matter = concluded(people).matter
    people.move(matter, "sign", people.handler, officer="刘洋")
    matter.refresh_from_db()
    standing = matter_rules.Standing(people.host, matter, on=today())
    assert not standing.leads
    assert standing.reviews
    assert not Matter.objects.waiting_for(people.host).filter(pk=matter.pk).exists()
    with pytest.raises(PermissionDenied):
        people.move(matter, "report", people.host, resolution="solved", text="镇里代报")
    people.move(matter, "report", people.handler, resolution="solved", text="已改造", method="none")
    matter.refresh_from_db()
    assert Matter.objects.waiting_for(people.host, "pass_review").get() == matter
    people.move(matter, "pass_review", people.host)


def test_a_returned_matter_goes_to_the_desk(people):
    matter = concluded(people).matter
    people.move(matter, "return", people.handler, text="不属本局")
    matter.refresh_from_db()
    assert matter.status == "escalated"
    assert Matter.objects.waiting_for(people.desk, "assign").get() == matter
    with pytest.raises(PermissionDenied):
        people.move(matter, "gather", people.host, lead=people.roads)
    people.move(matter, "assign", people.desk, lead=people.water, text="属其职责")


def test_an_organ_about_which_the_desk_has_decided_does_not_return_it(people):
    summons = called(people, meet_on=today())
    decided(people, not_ours(people, summons), True)
    summons = actions.note_attendance(summons=summons, by=people.host, at=now(), came=[])
    matter = concluded(people, summons, lead=people.roads, supports=[]).matter
    with pytest.raises(PermissionDenied):
        people.move(matter, "return", people.support, text="不属")


def test_an_open_objection_is_decided_before_the_conclusion(people):
    summons = called(people, meet_on=today())
    one = not_ours(people, summons)
    summons = actions.note_attendance(summons=summons, by=people.host, at=now(), came=[])
    with pytest.raises(PermissionDenied, match="县交通运"):
        concluded(people, summons)
    decided(people, one, False)
    assert concluded(people, summons, supports=[]).matter.status == "assigned"


def test_with_no_organ_left_it_is_called_off(people):
    summons = called(people, organs=[people.roads], meet_on=today())
    decided(people, not_ours(people, summons), False)
    summons = actions.note_attendance(summons=summons, by=people.host, at=now(), came=[])
    with pytest.raises(PermissionDenied):
        concluded(people, summons, lead=None, supports=[])
    with pytest.raises(PermissionDenied):
        actions.cancel_summons(summons=summons, by=people.desk, at=now(), reason="另召")
    summons = actions.cancel_summons(summons=summons, by=people.host, at=now(), reason="另召")
    assert summons.state == "cancelled"


def test_what_is_settled_at_once_needs_no_matter(people):
    summons = concluded(people, emergency(people), lead=None, supports=[])
    assert (summons.state, summons.matter) == ("concluded", None)
    assert Matter.objects.count() == 0


def test_an_open_matter_of_the_place_is_given_to_the_organs(people):
    matter = people.matter()
    summons = concluded(people, matter=matter, lead=None, supports=[])
    assert summons.assigned_at is None
    standing, moves = matter_rules.moves_for(people.host, Matter.objects.get())
    assert "gather" in {move.code for move, decision in moves if decision}
    people.move(matter, "gather", people.host, lead=people.roads, text="恢复路面")
    assert Summons.objects.get().assigned_at is not None
    matter = Matter.objects.get()
    assert (matter.status, matter.lead_organ) == ("assigned", people.roads)


def test_a_matter_of_another_place_or_of_the_desk_is_refused(people):
    elsewhere = people.matter(place=people.other_village)
    with pytest.raises(PermissionDenied):
        concluded(people, matter=elsewhere)
    with pytest.raises(PermissionDenied):
        concluded(people, matter=people.assigned())
    assert Summons.objects.filter(state="concluded").count() == 0


def test_no_other_organ_is_given_it(people):
    with pytest.raises(ValidationError, match="县气象站"):
        concluded(people, lead=people.weather)


def test_the_move_shows_nowhere_else(people):
    matter = people.matter()
    _standing, moves = matter_rules.moves_for(people.host, matter)
    assert "gather" not in {move.code for move, _decision in moves}
    with pytest.raises(PermissionDenied):
        people.move(matter, "gather", people.host, lead=people.water)


# {state of a summons: the acts open to its caller}
WAYS = {
    "called": {"note_attendance", "cancel"},
    "gathered": {"conclude", "cancel"},
    "concluded": set(),
    "cancelled": set(),
}


@pytest.mark.parametrize("state", WAYS)
def test_what_its_caller_may_do_in_each_state(people, state):
    summons = called(people, meet_on=today())
    if state == "gathered":
        summons = gathered(people)
    elif state == "concluded":
        summons = concluded(people)
    elif state == "cancelled":
        summons = actions.cancel_summons(summons=summons, by=people.host, at=now(), reason="雨")
    may = {
        "note_attendance": rules.may_note_attendance,
        "conclude": rules.may_conclude,
        "cancel": rules.may_cancel,
    }
    assert {act for act, rule in may.items() if rule(people.host, summons)} == WAYS[state]
    for rule in may.values():
        assert not rule(people.neighbour_host, summons)


# --- What waits for whom --------------------------------------------------------------------------


def test_who_is_told_and_who_has_something_to_do(people):
    summons = called(people)
    assert todo.counts(fresh(people.handler))["summons_to_answer"] == 1
    assert todo.counts(fresh(people.neighbour_handler)).get("summons_to_answer", 0) == 0
    tell("summons", day=today())
    told = Reminder.objects.filter(kind="summons_to_answer")
    assert {one.user for one in told} == {people.handler, people.support}

    not_ours(people, summons)
    assert todo.counts(fresh(people.desk))["summons_to_decide"] == 1
    tell("summons_to_decide", day=today())
    told = Reminder.objects.filter(kind="summons_to_decide")
    assert {one.user for one in told} == {people.desk, people.desk2}

    assert todo.counts(fresh(people.host)).get("summons_to_note", 0) == 0
    Summons.objects.update(meet_on=today() - timedelta(days=1), called_on=in_days(-3))
    assert todo.counts(fresh(people.host))["summons_to_note"] == 1
    Summons.objects.update(state="gathered")
    counts = todo.counts(fresh(people.host))
    assert (counts["summons_to_note"], counts["summons_to_conclude"]) == (0, 1)


# --- Reorganisation -------------------------------------------------------------------------------


def test_the_successor_is_called_in_its_place(people):
    summons = called(people, organs=[people.roads])
    held = succession.blockers_of(people.roads, on=today())
    assert [one.count for one in held] == [1]
    succession.pass_on_organ(people.roads, people.weather, None)
    assert asked(summons, people.weather).state == "asked"
    other = called(people)
    succession.pass_on_organ(people.roads, people.water, None)
    assert asked(other, people.roads).state == "asked"


# --- Pages, sheet ---------------------------------------------------------------------------------


def test_a_summons_from_its_form_to_the_assignments(people, browse):
    host = browse("host")
    host.post(
        reverse("neighbours:call_organs"),
        {
            "reason": "masses",
            "title": "积水",
            "text": "三次分头处理没有解决",
            "organs": [people.water.pk, people.roads.pk],
            "meet_on": today().isoformat(),
            "place": "村部",
            "unit": people.village.pk,
        },
    )
    summons = Summons.objects.get()
    one = asked(summons, people.water)
    page = words(browse("handler").get(summons.get_absolute_url()))
    answer = reverse("neighbours:answer_summons", args=[one.pk])
    assert answer in page
    done = browse("handler").post(answer, {"answer": "副局长到场"})
    assert done.url == summons.get_absolute_url()
    host = browse("host")
    note = reverse("neighbours:note_attendance", args=[summons.pk])
    assert "县水利局" in words(host.get(note))
    host.post(note, {"came": [people.water.pk]})
    conclude = reverse("neighbours:conclude_summons", args=[summons.pk])
    typed = {"conclusion": "由水利局牵头", "lead": people.water.pk, "urgency": "normal"}
    refused = host.post(conclude, typed)
    assert refused.status_code == 422
    assert "请选事项类别" in words(refused)
    host.post(conclude, typed | {"category": "01", "supports": [people.roads.pk]})
    summons.refresh_from_db()
    assert summons.matter.lead_organ == people.water
    page = words(host.get(summons.get_absolute_url()))
    assert summons.matter.number_label in page
    part = words(host.get(reverse("neighbours:summons_of_matter", args=[summons.matter.pk])))
    assert summons.number_label in part


def test_the_form_names_the_successor_of_an_ended_organ(people, browse):
    people.roads.ended_on = today()
    people.roads.successor = people.water
    people.roads.save()
    for sent in ({"organs": [people.roads.pk]}, {"organs_text": "县交通运输局"}):
        page = browse("host").post(reverse("neighbours:call_organs"), {"reason": "law"} | sent)
        assert page.status_code == 422
        assert "县水利局" in words(page)


def test_an_emergency_by_its_form(people, browse):
    sent = {
        "title": "塌陷",
        "text": "先行抢通",
        "organs": [people.water.pk, people.roads.pk],
        "came": [people.weather.pk],
        "called_at": (now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
        "place": "三组",
    }
    page = browse("host").post(reverse("neighbours:note_emergency"), sent)
    assert "县气象站" in words(page)
    browse("host").post(reverse("neighbours:note_emergency"), sent | {"came": [people.roads.pk]})
    assert Summons.objects.get().unit is None
    # A summons without a place needs the place of the matter in its conclusion.
    with pytest.raises(ValidationError):
        concluded(people, Summons.objects.get())
    assert (
        concluded(people, Summons.objects.get(), unit=people.village).matter.unit == people.village
    )


def test_the_matter_of_the_move_by_its_page(people, browse):
    matter = people.matter()
    concluded(people, matter=matter, lead=None, supports=[])
    act = reverse("outreach:act", args=[matter.pk, "gather"])
    page = words(browse("host").get(act))
    assert "县水利局" in page
    assert "县气象站" not in page
    browse("host").post(act, {"lead": people.water.pk, "urgency": "normal", "text": "改造"})
    assert Matter.objects.get().lead_organ == people.water


def test_no_list_and_no_sheet_is_by_organs_that_are_called():
    assert {"called", "asked", "organs"}.isdisjoint(SummonsFilter.base_filters)
    assert set(SUMMONS_LIST.address.views) == set()
    assert list(SUMMONS_LEDGER.order) == ["organ__sort_order", "organ", "called_on", "pk"]
    assert not [one.heading for one in SUMMONS_LEDGER.columns if one.is_summed]
    assert "summon" not in str(statistics.columns_of()).lower()


def test_the_sheet(people):
    decided(people, not_ours(people, called(people)), False)
    concluded(people)
    emergency(people)
    sheet = SUMMONS_LEDGER.sheet(people.office, QueryDict(), now())
    assert ["序号", *(one.heading for one in sheet.columns)] == HEADINGS.split()
    rows = [[str(cell) for cell in row] for row in sheet.rows]
    assert len(rows) == 3
    assert any("县交通运输局：不属其职责" in cell for row in rows for cell in row)
    assert any("事后补记" in row[-1] for row in rows)


def test_the_list_costs_the_same_for_one_row_and_three(people, browse):
    called(people)
    client, url = browse("host"), reverse("neighbours:summons")

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    one = cost()
    called(people, title="第二件")
    called(people, organs=[people.water])
    assert cost() == one
