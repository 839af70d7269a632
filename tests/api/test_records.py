"""The API reads what the pages show and writes what the actions do: the same reach, masks and
rules."""

from datetime import timedelta

import pytest

from neighbours.models import HotlineTicket
from outreach.models import Matter, Visit
from outreach.models.matters import MatterContact
from portal.models import GrassrootsUnit, RoleGrant
from portal.roles import Role
from portal.trust import privacy
from tests.api.calling import Caller, problem_of
from tests.day import TODAY
from tests.people import fresh, unit

SECRETS = {
    "raiser_name": "李大山",
    "raiser_phone": "13912345678",
}


@pytest.fixture
def host(people):
    """A system with the role of the host of 石桥镇."""
    return Caller(people)


@pytest.fixture
def neighbour(people):
    """The right role in the wrong town."""
    return Caller(people, within=people.other_town_organ, name="neighbour-machine")


def handler(people):
    return Caller(people, role=Role.HANDLER, within=people.water, name="water-machine")


# --- Reading -------------------------------------------------------------------------------------


def test_the_neighbour_sees_nothing(people, host, neighbour):
    matter = people.matter(title="东支渠淤积", **SECRETS)
    for path, pk in (("/visits", matter.visit_id), ("/matters", matter.pk)):
        assert [one["id"] for one in host.get(path).json()["rows"]] == [pk]
        assert host.get(f"{path}/{pk}").status_code == 200
        assert neighbour.get(path).json() == {"rows": [], "next": None}
        problem_of(neighbour.get(f"{path}/{pk}"), 404, "not_found")
        problem_of(host.get(f"{path}/{2**70}"), 404, "not_found")


def test_what_is_read_is_what_the_account_sees(people, host):
    people.visit()
    people.visit(by=people.neighbour_cadre, place=people.other_village)
    people.assigned(title="东支渠淤积")
    seen = Visit.objects.visible_to(host.user).standing().order_by("-visited_on", "-pk")
    found = [one["id"] for one in host.get("/visits").json()["rows"]]
    assert found == list(seen.values_list("pk", flat=True))
    matters = Matter.objects.visible_to(host.user).order_by("-registered_on", "-pk")
    found = [one["id"] for one in host.get("/matters").json()["rows"]]
    assert found == list(matters.values_list("pk", flat=True))


def test_nothing_of_people_is_read(people, host):
    """No contacts, raisers, reflections, or who was told what; texts are masked as for other
    readers."""
    visit = people.visit(
        summary="黄奶奶家的水管坏了",
        reflection="只写给自己看的话",
        matters=[{"title": "黄奶奶家水管", **SECRETS}],
    )
    matter = visit.matters.get()
    with privacy.opened(matter=matter.pk):
        assert MatterContact.objects.filter(matter=matter).exists()
    for path in ("/visits", f"/visits/{visit.pk}", "/matters", f"/matters/{matter.pk}"):
        text = host.get(path).content.decode()
        for secret in ("李大山", "李××", "13912345678", "只写给自己看的话", "黄奶奶"):
            assert secret not in text, (path, secret)
    assert "raiser" not in host.get(f"/matters/{matter.pk}").content.decode()


def test_internal_notes_stay_on_the_page(people, host):
    matter = people.matter()
    people.move(matter, "internal", people.host, text="先缓一缓，另有安排")
    text = host.get(f"/matters/{matter.pk}").content.decode()
    assert "另有安排" not in text and '"internal"' not in text


def test_pages_follow_each_other(people, host):
    for n in range(5):
        people.visit(visited_on=TODAY - timedelta(days=n // 2))
    whole = [one["id"] for one in host.get("/visits").json()["rows"]]
    found, query = [], {"size": 2}
    while True:
        page = host.get("/visits", query).json()
        found += [one["id"] for one in page["rows"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert found == whole and len(found) == 5


def test_filters_are_those_of_the_page(people, host):
    people.visit(visited_on=TODAY - timedelta(days=3))
    recent = people.visit()
    found = host.get("/visits", {"visited_from": TODAY.isoformat()}).json()["rows"]
    assert [one["id"] for one in found] == [recent.pk]
    people.matter(category="02")
    other = people.matter(category="05")
    found = host.get("/matters", {"category": "05", "unit": people.village.pk}).json()["rows"]
    assert [one["id"] for one in found] == [other.pk]


def test_units_are_read_without_their_contact_person(people, host):
    people.village.contact_name, people.village.office_phone = "柳书记", "0871-1234567"
    people.village.save()
    found = host.get("/units", {"q": "柳湾"}).json()["rows"]
    assert [one["name"] for one in found] == ["柳湾村"]
    assert found[0]["host_organ"] == {"id": people.town_organ.pk, "name": "石桥镇党委"}
    text = host.get(f"/units/{people.village.pk}").content.decode()
    assert "柳书记" not in text and "1234567" not in text
    # An account without a business role.
    RoleGrant.objects.filter(user=host.service.user).update(ends_on=TODAY - timedelta(days=1))
    problem_of(host.get("/units"), 403, "refused")


def test_figures_count_what_the_account_reads(people, host, neighbour):
    people.matter(category="02")
    people.matter(category="05")
    said = host.get("/figures/matters").json()
    assert (said["total"], {row["part"]: row["n"] for row in said["rows"]}) == (
        2,
        {"02": 1, "05": 1},
    )
    assert said["host"]["name"] == "石桥镇党委"
    assert neighbour.get("/figures/matters").json()["total"] == 0
    # A place outside the reach has zero counts.
    elsewhere = neighbour.get("/figures/matters", {"area": people.town.pk}).json()
    assert elsewhere["total"] == 0
    months = host.get("/figures/visits", {"by": "month"}).json()["rows"]
    assert [row["month"] for row in months] == [TODAY.replace(day=1).isoformat()]
    codes = {one["code"] for one in host.get("/figures").json()["rows"]}
    assert {"visits", "matters"} <= codes and "pairings" not in codes
    problem_of(host.get("/figures/pairings"), 404, "not_found")


# --- Steps ---------------------------------------------------------------------------------------


def test_a_handler_signs_and_reports(people):
    matter = people.assigned(title="东支渠淤积")
    caller = handler(people)
    whole = caller.get(f"/matters/{matter.pk}").json()
    assert whole["may"] == ["sign", "return"], whole["may"]
    signed = caller.post(f"/matters/{matter.pk}/steps", {"move": "sign", "officer": "刘工"})
    assert signed.status_code == 201, signed.json()
    assert signed.json()["status"] == "in_progress"
    report = {"move": "report", "resolution": "solved", "method": "phone", "text": "已清淤"}
    done = caller.post(f"/matters/{matter.pk}/steps", report)
    assert done.json()["status"] == "reported"
    steps = caller.get(f"/matters/{matter.pk}").json()["steps"]
    assert [one["move"] for one in steps[-2:]] == ["sign", "report"]
    assert steps[-1]["text"] == "已清淤"
    matter.refresh_from_db()
    assert matter.result_text == "已清淤"


def test_a_step_may_lead_out_of_reach(people):
    """A returned matter is no longer readable for the organ; the step is kept."""
    matter = people.assigned()
    caller = handler(people)
    sent = {"move": "return", "text": "不属本单位职责"}
    done = caller.post(f"/matters/{matter.pk}/steps", sent)
    assert (done.status_code, done.json()["status"]) == (201, "escalated")
    assert "ETag" not in done
    problem_of(caller.get(f"/matters/{matter.pk}"), 404, "not_found")


def test_the_desks_system_assigns(people):
    matter = people.matter(urgency="complex")
    people.move(matter, "pass_up", people.host, text="涉及支渠产权")
    caller = Caller(people, role=Role.DESK, place=people.county, name="desk-machine")
    sent = {"move": "assign", "lead": people.water.pk, "supports": [people.roads.pk]}
    done = caller.post(f"/matters/{matter.pk}/steps", sent)
    assert done.status_code == 201, done.json()
    matter.refresh_from_db()
    assert (matter.lead_organ, matter.urgency) == (people.water, "complex")


def test_a_step_is_made_by_the_rules_of_the_page(people, host, neighbour):
    matter = people.assigned()
    path = f"/matters/{matter.pk}/steps"
    problem_of(neighbour.post(path, {"move": "sign"}), 404, "not_found")
    said = problem_of(host.post(path, {"move": "sign"}), 403, "refused")
    assert said["detail"]
    caller = handler(people)
    problem_of(caller.post(path, {"move": "report", "text": "x"}), 403, "refused")
    assert matter.steps.filter(by=caller.service.user).count() == 0
    caller.post(path, {"move": "sign"})
    said = problem_of(caller.post(path, {"move": "report", "text": "x"}), 422, "invalid")
    assert {one["field"] for one in said["errors"]} == {"resolution", "method"}
    # Fields that the move does not use are refused, since they would be lost.
    sent = {"move": "note", "text": "在办", "resolution": "solved"}
    said = problem_of(caller.post(path, sent), 422, "invalid")
    assert [one["field"] for one in said["errors"]] == ["resolution"]


@pytest.mark.parametrize("move", ["confirm", "refuse", "pass_review", "order", "internal", "urge"])
def test_what_a_person_decides_is_not_offered(people, host, move):
    matter = people.matter()
    problem_of(host.post(f"/matters/{matter.pk}/steps", {"move": move}), 422, "invalid")


def test_a_step_on_an_old_state_is_refused(people, host):
    matter = people.matter()
    etag = host.get(f"/matters/{matter.pk}")["ETag"]
    assert host.get(f"/matters/{matter.pk}", If_None_Match=etag).status_code == 304
    people.move(matter, "take_up", people.host, organ=people.town_organ)
    assert host.get(f"/matters/{matter.pk}", If_None_Match=etag).status_code == 200
    path, sent = f"/matters/{matter.pk}/steps", {"move": "note", "text": "在办"}
    problem_of(host.post(path, sent, If_Match=etag), 412, "changed")
    etag = host.get(f"/matters/{matter.pk}")["ETag"]
    assert host.post(path, sent, If_Match=etag).status_code == 201


def test_phone_numbers_in_texts_are_masked(people, host):
    matter = people.matter()
    people.move(matter, "take_up", people.host, organ=people.town_organ)
    sent = {"move": "note", "text": "电话13912345678已联系"}
    host.post(f"/matters/{matter.pk}/steps", sent)
    step = matter.steps.latest("pk")
    assert step.move == "note" and "13912345678" not in step.text


# --- Visits --------------------------------------------------------------------------------------


def test_a_liaisons_system_enters_a_visit_with_matters(people):
    caller = Caller(people, role=Role.LIAISON, within=people.agriculture, name="writer")
    sent = {
        "unit": people.village.pk,
        "visited_on": TODAY.isoformat(),
        "author": f"{people.agriculture.label} 王建国",
        "summary": "走了四户",
        "mode": "home",
        "household_count": 4,
        "matters": [{"title": "东支渠淤积", "category": "02", "urgency": "complex"}],
    }
    made = caller.post("/visits", sent)
    assert made.status_code == 201, made.json()
    visit = Visit.objects.get(pk=made.json()["id"])
    matter = visit.matters.get()
    assert (visit.author, visit.typed_by) == (people.cadre, caller.service.user)
    assert (matter.title, matter.urgency) == ("东支渠淤积", "complex")
    assert made.json()["matters"] == [matter.number_label]
    assert made["Location"] == f"/api/v1/visits/{visit.pk}"
    wrong = {
        "unit": 10**9,
        "visited_on": (TODAY + timedelta(days=1)).isoformat(),
        "author": "县水利局 没有此人",
        "household_count": 0,
    }
    for name, value in wrong.items():
        said = problem_of(caller.post("/visits", sent | {name: value}), 422, "invalid")
        assert name in {one["field"] for one in said["errors"]}, (name, said)
    # A cadre of another organ.
    problem_of(
        caller.post("/visits", sent | {"author": f"{people.roads.label} 冯远"}), 403, "refused"
    )
    for name in ("reflection", "conduct", "raiser_name", "photos"):
        said = problem_of(caller.post("/visits", sent | {name: "x"}), 422, "invalid")
        assert said["errors"][0]["field"] == name


# --- Hotline -------------------------------------------------------------------------------------


def test_tickets_come_in_screened(people, host, neighbour):
    sent = {
        "number": "20260101001",
        "unit": "柳湾村",
        "received_on": TODAY.isoformat(),
        "category": "道路水电",
        "summary": "张先生反映东支渠淤积，电话13912345678。其余从略",
        "due_on": (TODAY + timedelta(days=5)).isoformat(),
    }
    made = host.post("/hotline/tickets", sent)
    assert made.status_code == 201, made.json()
    ticket = HotlineTicket.objects.get()
    assert ticket.unit == people.village and "13912345678" not in ticket.summary
    assert "张先生" not in ticket.summary and "其余" not in ticket.summary
    said = made.json()
    assert (said["number"], said["unit"]["name"]) == ("20260101001", "柳湾村")
    # The same content again is refused; a verdict is added.
    problem_of(host.post("/hotline/tickets", sent), 422, "invalid")
    judged = host.post("/hotline/tickets", sent | {"said": "满意", "given_on": TODAY.isoformat()})
    assert judged.json()["said"] == "满意" and HotlineTicket.objects.count() == 1
    assert [one["id"] for one in host.get("/hotline/tickets").json()["rows"]] == [ticket.pk]
    # The neighbour may neither submit nor read it.
    problem_of(neighbour.post("/hotline/tickets", sent | {"number": "2"}), 403, "refused")
    assert neighbour.get("/hotline/tickets").json()["rows"] == []
    problem_of(neighbour.get(f"/hotline/tickets/{ticket.pk}"), 404, "not_found")


def test_units_of_one_name_are_told_apart_by_their_township(people, host):
    unit("柳湾村", people.other_town_organ, people.province, kind="soe")
    sent = {"number": "20260101001", "unit": "柳湾村", "township": people.town.name}
    made = host.post("/hotline/tickets", sent)
    assert made.status_code == 201, made.json()
    assert HotlineTicket.objects.get().unit == people.village
    # The place of a unit may itself be the township.
    GrassrootsUnit.objects.filter(pk=people.village.pk).update(division=people.town)
    made = host.post("/hotline/tickets", sent | {"number": "20260101002"})
    assert made.status_code == 201, made.json()


def test_of_what_goes_by_law_number_and_destination_stay(people, host):
    sent = {
        "number": "20260101002",
        "unit": "柳湾村",
        "nature": "举报",
        "summary": "举报某人收受贿赂",
        "destination": "县纪委监委",
    }
    made = host.post("/hotline/tickets", sent)
    assert made.status_code == 201, made.json()
    ticket = HotlineTicket.objects.get()
    assert ticket.is_statutory and ticket.summary == "" and ticket.unit is None
    assert "贿赂" not in made.content.decode()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"number": "13912345678", "unit": "柳湾村"}, "number"),
        ({"number": "20260101003"}, "unit"),
        ({"number": "20260101003", "unit": "没有的村"}, "unit"),
        ({"number": "20260101003", "handled_by": "没有的局"}, "handled_by"),
        ({"unit": "柳湾村"}, "number"),
        ({"number": "20260101003", "unit": "柳湾村", "caller": "张三"}, "caller"),
        ({"number": "20260101003", "unit": "柳湾村", "received_on": 20260101}, "received_on"),
    ],
)
def test_what_is_wrong_with_a_ticket_is_said(people, host, sent, field):
    said = problem_of(host.post("/hotline/tickets", sent), 422, "invalid")
    assert field in {one["field"] for one in said["errors"]}, said
    assert not HotlineTicket.objects.exists()


def test_answers_go_out(people, host, neighbour):
    host.post("/hotline/tickets", {"number": "20260101001", "unit": "柳湾村", "summary": "渠"})
    ticket = HotlineTicket.objects.get()
    assert host.get("/hotline/answers").json()["rows"] == []
    matter = people.matter(**SECRETS)
    ticket.matter = matter
    ticket.save()
    people.move(matter, "take_up", people.host, organ=people.town_organ)
    people.move(matter, "report", people.host, resolution="solved", text="已清淤", method="phone")
    rows = host.get("/hotline/answers", {"answered_from": TODAY.isoformat()}).json()["rows"]
    assert [(one["number"], one["result_text"]) for one in rows] == [("20260101001", "已清淤")]
    assert rows[0]["matter"] == matter.number_label
    assert neighbour.get("/hotline/answers").json()["rows"] == []
    assert host.get("/hotline/answers", {"number": "别的"}).json()["rows"] == []


def test_lists_cost_the_same_for_one_and_for_many(people, host, django_assert_max_num_queries):
    """One row or six: no query for each row."""
    for _n in range(6):
        people.matter()
    for path in ("/visits", "/matters", "/units", "/hotline/tickets"):
        host.get(path)
        with django_assert_max_num_queries(12):
            assert host.get(path).status_code == 200
    assert fresh(people.host).grants_today()
