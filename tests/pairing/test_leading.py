"""联系点: planned by the office, progress counted from visits; leaders are never ranked."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from outreach.actions import visits
from outreach.models import Visit
from pairing import handing_over
from pairing.actions import leading
from pairing.duties.leading import half_year_of, quarter_of
from pairing.ledgers.leading import CONTACT_POINT_LEDGER
from pairing.models import ContactPoint
from portal.duties import todo
from portal.models import AuditEntry, Cadre, PartyOrganization, Reminder, Reorganisation
from portal.places import succession
from portal.roles import Role
from tests.day import TODAY, now
from tests.pairing.test_problems import lifted
from tests.people import START, STATED, account, unit
from tests.reading import words
from tests.sheets import accepted, bring, problems, undone, workbook
from tests.telling import tell

HEADINGS = [
    "序号",
    "领导姓名",
    "职务",
    "联系点（村/社区/企业）",
    "所在乡镇",
    "联系党组织",
    "配合单位",
    "年度到点次数计划",
    "解决问题重点",
    "备注",
]


def this_year():
    return timezone.localdate().year


def arranged(people, **changes):
    fields = {
        "leader": people.cadre,
        "unit": people.village,
        "year": this_year(),
        "by": people.office,
        "planned_visits": 4,
        "cooperating": [people.water],
        "focus": "东支渠淤积",
    } | changes
    return leading.arrange_point(at=now(), **fields)


def been_there(people, **fields):
    return people.visit(purposes=["contact_point"], **fields)


def done(point):
    return ContactPoint.objects.with_done().get(pk=point.pk).done


def branch(people, **place):
    return PartyOrganization.objects.create(
        name="柳湾村党支部", kind="branch", started_on=START, **place
    )


# --- arranging --------------------------------------------------------------------------------


def test_the_office_arranges_within_its_area_and_nobody_else(people):
    point = arranged(people)

    assert (point.organ, point.post, point.county) == (
        people.agriculture,
        "主任科员",
        people.county,
    )
    assert AuditEntry.objects.filter(event="contact_point.arranged", noun_id=point.pk).exists()
    for one in (people.desk, people.host, people.neighbour_office, people.author):
        with pytest.raises(PermissionDenied):
            arranged(people, by=one, unit=people.other_village)


def test_a_leader_has_a_point_once_while_it_runs(people):
    first = arranged(people)
    with pytest.raises(ValidationError, match="已联系此点"):
        arranged(people)
    row = {f.attname: getattr(first, f.attname) for f in ContactPoint._meta.concrete_fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.create(**row | {"id": None})

    leading.end_point(point=first, by=people.office, at=now(), reason="工作调整")
    assert arranged(people).pk != first.pk
    assert arranged(people, leader=people.cadre2)


@pytest.mark.parametrize("planned", [0, 53, 400])
def test_absurd_plans_are_refused(people, planned):
    with pytest.raises(ValidationError):
        arranged(people, planned_visits=planned)


def test_who_left_what_ended_and_far_years_are_refused(people):
    with pytest.raises(PermissionDenied):
        arranged(people, year=this_year() + 2)
    people.village.ended_on = timezone.localdate()
    with pytest.raises(PermissionDenied, match="柳湾村"):
        arranged(people)
    Cadre.objects.filter(pk=people.cadre.pk).update(left_on=timezone.localdate())
    with pytest.raises(PermissionDenied, match="王建国"):
        arranged(people, unit=people.other_village)


def test_a_party_organisation_belongs_to_the_point_or_its_host(people):
    assert arranged(people, party_organization=branch(people, unit=people.village))
    with pytest.raises(ValidationError):
        arranged(
            people, leader=people.cadre2, party_organization=branch(people, organ=people.water)
        )


def test_another_number_of_visits_needs_a_reason_and_the_earlier_one_stays(people):
    point = arranged(people)
    change = {"point": point, "by": people.office, "at": now(), "planned_visits": 2}
    with pytest.raises(ValidationError):
        leading.change_point(**change)
    leading.change_point(**change, reason="外出培训半年")
    step = point.steps.get(move="changed")
    assert (step.facts, step.reason) == ({"planned": 4}, "外出培训半年")
    with pytest.raises(PermissionDenied):
        leading.change_point(**change | {"by": people.desk})


def test_what_ended_and_years_that_are_over_are_not_changed(people):
    old = arranged(people, year=this_year() - 1)
    with pytest.raises(PermissionDenied):
        leading.end_point(point=old, by=people.office, at=now(), reason="补记")
    point = arranged(people)
    leading.end_point(point=point, by=people.office, at=now(), reason="调整")
    with pytest.raises(PermissionDenied):
        leading.end_point(point=point, by=people.office, at=now(), reason="再次")


# --- done is counted ---------------------------------------------------------------------------


def test_visits_of_the_leader_there_are_counted_once_and_only_when_ticked(people):
    point = arranged(people)
    people.visit()
    been_there(people, place=people.other_village)
    been_there(people, by=people.colleague)
    assert done(point) == 0

    been_there(people)
    been_there(people, by=people.colleague, companions=[people.cadre])
    gone = been_there(people)
    assert done(point) == 3 == point.visits().count()
    Visit.objects.filter(pk=gone.pk).update(
        voided_at=now(), voided_by=people.author, void_reason="记错了"
    )
    assert done(point) == 2 == point.visits().count()


def test_matters_that_the_leader_moved_are_a_list(people, browse):
    point = arranged(people)
    led = people.matter(title="桥面塌陷", by=people.colleague, raiser_phone="100-0000-0009")
    led.lead_official = people.cadre
    led.save()
    people.matter(title="路灯不亮", by=people.colleague, raiser_phone="100-0000-0010")

    assert list(point.matters_moved()) == [led]
    page = words(browse("office").get(point.get_absolute_url()))
    assert "桥面塌陷" in page and "路灯不亮" not in page and "李大山" not in page


def test_a_point_is_read_within_reach_and_by_its_leader(people):
    point = arranged(people)

    def sees(user):
        return ContactPoint.objects.visible_to(user).filter(pk=point.pk).exists()

    for one in ("author", "liaison", "host", "desk", "office", "supervisor"):
        assert sees(getattr(people, one)), one
    for one in ("colleague", "handler", "neighbour_host", "neighbour_liaison", "recipient"):
        assert not sees(getattr(people, one)), one


def test_the_list_stands_in_official_order_and_has_no_sort_by_figures(people, browse):
    arranged(people, leader=people.neighbour, planned_visits=9)
    arranged(people, leader=people.cadre2, planned_visits=1)
    arranged(people, planned_visits=5)
    page = words(browse("office").get(reverse("pairing:contact_points"), {"sort": "done"}))

    names = [page.index(f">{name}</a>") for name in ("王建国", "赵敏", "冯远")]
    assert names == sorted(names)
    assert "%</" not in page and "已到点" not in page


@pytest.mark.parametrize("text", ["王建", "柳湾"])
def test_search_and_year(people, browse, text):
    arranged(people)
    address = reverse("pairing:contact_points")
    client = browse("office")
    assert "东支渠淤积" in words(client.get(address, {"q": text}))
    assert "东支渠淤积" not in words(client.get(address, {"q": text, "year": this_year() - 1}))
    assert "东支渠淤积" not in words(client.get(address, {"q": "没有"}))
    assert client.get(address, {"year": "abc"}).status_code == 200


def test_list_costs_the_same_for_one_row_and_three(people, browse, django_assert_num_queries):
    client, address = browse("office"), reverse("pairing:contact_points")
    arranged(people)
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    arranged(people, leader=people.cadre2)
    arranged(people, leader=people.neighbour, cooperating=[people.roads, people.water])
    with django_assert_num_queries(QUERIES):
        client.get(address)


QUERIES = 9


# --- forms -------------------------------------------------------------------------------------


def posted(people, **changes):
    return {
        "leader": people.cadre.pk,
        "place": people.village.pk,
        "year": this_year(),
        "planned_visits": 4,
        "focus": "渠道",
    } | changes


def test_arranging_on_the_page_and_sending_it_twice(people, browse):
    client, address = browse("office"), reverse("pairing:new_contact_point")
    assert client.post(address, posted(people)).status_code == 302
    again = client.post(address, posted(people))
    assert again.status_code == 422 and "已联系此点" in words(again)
    assert ContactPoint.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"planned_visits": 60}, {"leader": ""}, {"place": ""}, {"year": 1999}, {"planned_visits": ""}],
)
def test_bad_input_is_said_and_kept(people, browse, changes):
    response = browse("office").post(
        reverse("pairing:new_contact_point"), posted(people, **changes)
    )
    assert response.status_code == 422 and "渠道" in words(response)
    assert not ContactPoint.objects.exists()


# --- the year before ---------------------------------------------------------------------------


def test_last_years_arrangement_is_taken_over_as_one_act(people, browse):
    before = arranged(people, year=this_year() - 1)
    arranged(people, leader=people.cadre2, year=this_year() - 1)
    arranged(people, leader=people.cadre2)
    ended = arranged(people, year=this_year() - 1, unit=people.other_village)
    leading.end_with(ended, on=timezone.localdate(), reason="调整")
    client, address = browse("office"), reverse("pairing:take_over_contact_points")

    page = words(client.get(address))
    assert "已经安排" in page and f'value="{before.pk}"' in page
    assert client.post(address, {"shown": [before.pk, ended.pk]}).status_code == 422
    assert client.post(address, {"shown": [before.pk]}).status_code == 302
    copied = ContactPoint.objects.get(leader=people.cadre, year=this_year())
    assert (copied.planned_visits, list(copied.cooperating.all())) == (4, [people.water])
    assert copied.steps.get().move == "copied"
    # Sent again: everything that the page showed has been arranged.
    assert client.post(address, {"shown": [before.pk]}).status_code == 422
    assert ContactPoint.objects.filter(year=this_year()).count() == 2


def test_who_left_is_left_out_with_the_reason(people):
    arranged(people, year=this_year() - 1)
    Cadre.objects.filter(pk=people.cadre.pk).update(left_on=timezone.localdate())
    ((_point, why),) = leading.to_take_over(people.office, this_year())
    assert "王建国" in why


# --- to-do list, visit form, reminder ----------------------------------------------------------


def waiting(user):
    return todo.counts(user)["contact_point"]


def test_a_point_waits_for_its_leader_until_a_visit_of_the_quarter(people, browse):
    arranged(people)
    assert (waiting(people.author), waiting(people.colleague)) == (1, 0)
    page = words(browse("author").get(reverse("outreach:today")))
    assert f"unit={people.village.pk}&amp;purpose=contact_point" in page
    been_there(people)
    assert waiting(people.author) == 0


def test_the_visit_form_is_filled_in(people, browse):
    point = arranged(people)
    page = browse("author").get(point.visit_form_url)
    form = page.context["form"]
    assert form["purposes"].initial == ["contact_point"]
    assert form["unit"].initial == people.village
    assert browse("author").get("/visits/new/?purpose=nonsense").status_code == 200


def test_a_leader_who_writes_no_visits_is_told_who_enters_them(people, browse):
    leader = account("leader", "何县长", people.water, Role.HANDLER, within=people.water)
    cadre = people._cadre(leader, "副县长", 1)
    point = arranged(people, leader=cadre)
    people.leader = leader
    page = words(browse("leader").get(point.get_absolute_url()))
    assert "由您一键确认" in page and point.visit_form_url not in page
    assert waiting(leader) == 1


def test_quarters_and_half_years():
    assert quarter_of(date(2026, 11, 25)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_of(date(2026, 2, 1)) == (date(2026, 1, 1), date(2026, 3, 31))
    assert half_year_of(date(2026, 7, 1)) == (date(2026, 7, 1), date(2026, 12, 31))


def told(people, day):
    tell("contact_point_half", day=day)
    return Reminder.objects.filter(kind="contact_point_half", day=day)


def test_a_half_year_without_a_visit_is_told_once(people):
    point = arranged(people)
    year = this_year()
    ContactPoint.objects.update(arranged_on=date(year, 1, 5))
    assert not told(people, date(year, 3, 18)).exists()
    first = told(people, date(year, 6, 17)).get()
    assert (first.user, first.noun_id) == (people.author, point.pk)
    Reminder.objects.update(read_at=now())
    assert not told(people, date(year, 6, 18)).exists()
    assert told(people, date(year, 12, 16)).exists()


def test_nobody_is_told_after_a_visit(people):
    arranged(people)
    ContactPoint.objects.update(arranged_on=date(this_year(), 1, 5))
    been_there(people, by=people.colleague, companions=[people.cadre])
    first, last = half_year_of(timezone.localdate())
    assert not told(people, last - timedelta(days=last.weekday() % 5 + 3)).exists()


# --- sheet in and out --------------------------------------------------------------------------


def test_the_sheet_has_the_headings_and_counts_visits(people):
    arranged(people, party_organization=branch(people, unit=people.village))
    been_there(people)
    sheet = CONTACT_POINT_LEDGER.sheet(people.office, _query(), now())

    assert ["序号", *(column.heading for column in sheet.columns)] == HEADINGS
    assert list(sheet.rows) == [
        (
            1,
            "王建国",
            "主任科员",
            "柳湾村",
            "石桥镇",
            "柳湾村党支部",
            "县水利局",
            4,
            "东支渠淤积",
            "已到点1次",
        )
    ]
    assert sheet.title == f"{this_year()}年云岭县领导干部联系点安排表"


def _query(**values):
    query = QueryDict(mutable=True)
    query.update(values)
    return query


def test_the_arrangement_is_printed_and_exported(people, browse):
    arranged(people)
    client = browse("office")
    page = words(client.get(reverse("pairing:contact_points_print")))
    assert all(f"<th>{heading}</th>" in page for heading in HEADINGS) and "王建国" in page
    response = client.post(reverse("pairing:export_contact_points"), {"year": this_year()})
    assert response.status_code == 302


def test_an_existing_sheet_comes_in_with_marked_errors_and_goes_out_again(people):
    branch(people, unit=people.village)
    good = ["1", "王建国", "科长", "柳湾村", "石桥镇", "柳湾村党支部", "县水利局、县交通运输局"]
    good += ["6", "=1+1", ""]
    bad = ["2", "赵敏", "", "上坪村", "青山乡", "没有的支部", "县粮食局", "99", "", ""]
    batch = bring("contact_points", workbook(HEADINGS, good, bad), people.office)
    assert {cell for cell, _value, _reason in problems(batch)} == {"G3", "H3"}
    assert not ContactPoint.objects.exists()

    batch = accepted(bring("contact_points", workbook(HEADINGS, good), people.office))
    point = ContactPoint.objects.get()
    assert (point.year, point.planned_visits, point.focus) == (this_year(), 6, "=1+1")
    assert point.cooperating.count() == 2
    assert point.party_organization.name == "柳湾村党支部"
    undone(batch)
    assert not ContactPoint.objects.exists()


# --- reorganisations ---------------------------------------------------------------------------


def reorganised(people, kind, noun):
    return Reorganisation.objects.create(
        kind=kind,
        noun=noun,
        on=timezone.localdate(),
        document="云编〔2026〕9号",
        title="改革",
        by=people.office,
        at=timezone.now(),
    )


def pass_on(functions, *arguments):
    for function in functions:
        function(*arguments)


def test_a_leader_who_moves_leaves_the_point_to_the_heir_or_it_ends(people):
    point = arranged(people)
    other = arranged(people, unit=people.other_village)
    arranged(people, leader=people.cadre2, unit=people.other_village)
    record = reorganised(people, "transfer", "cadre")
    pass_on(succession.CADRE_TRANSFERRED, people.cadre, people.cadre2, record)

    point.refresh_from_db()
    other.refresh_from_db()
    assert point.ended_on and other.ended_on and "云编" in point.end_reason
    running = ContactPoint.objects.running()
    assert {(one.leader, one.unit) for one in running} == {
        (people.cadre2, people.village),
        (people.cadre2, people.other_village),
    }

    pass_on(succession.CADRE_TRANSFERRED, people.cadre2, None, record)
    assert not ContactPoint.objects.running().exists()


def test_a_merged_unit_and_organ_pass_their_points_on(people):
    point = arranged(people)
    been_there(people)
    heir = unit("新柳村", people.other_town_organ, people.other_place)
    people.village.successor = heir
    people.village.save()
    pass_on(
        succession.UNIT_ENDED, people.village, heir, reorganised(people, "merge", "unit"), "柳湾"
    )
    point.refresh_from_db()
    assert (point.unit, point.host_organ) == (heir, people.other_town_organ)
    assert done(point) == 1 == point.visits().count()

    record = reorganised(people, "merge", "organ")
    pass_on(succession.ORGAN_ENDED, people.water, people.roads, record)
    pass_on(succession.ORGAN_ENDED, people.agriculture, people.roads, record)
    point.refresh_from_db()
    assert list(point.cooperating.all()) == [people.roads] and point.organ == people.roads
    # The organ that cooperated, the leader's organ, and before these the unit.
    assert point.steps.filter(move="reorganised").count() == 3


def test_a_problem_keeps_the_step_by_which_its_host_changed(people):
    problem = lifted(people)
    assert (problem.host_organ, problem.organ) == (people.town_organ, people.water)

    record = reorganised(people, "merge", "organ")
    pass_on(succession.ORGAN_ENDED, people.town_organ, people.other_town_organ, record)

    problem.refresh_from_db()
    assert problem.host_organ == people.other_town_organ
    assert record.document in problem.steps.get(move="reorganised").words
    assert AuditEntry.objects.get(event="problem.passed_on").noun_id == problem.pk


def test_points_of_earlier_years_are_not_carried(people):
    point = arranged(people)
    assert {one.count for one in handing_over.carried(people.cadre, TODAY)} == {0, 1}
    ContactPoint.objects.filter(pk=point.pk).update(year=TODAY.year - 1)
    assert not any(one.count for one in handing_over.carried(people.cadre, TODAY))


def test_what_is_a_contact_point_does_not_just_end(people):
    def held(row):
        found = [p for f in succession.BLOCKERS for p in f(row, on=TODAY)]
        return {p.code: p.count for p in found}["contact_points"]

    arranged(people)
    assert held(people.village) == held(people.agriculture) == held(people.town_organ) == 1
    assert held(people.other_village) == 0


# --- 代录: somebody who did not go enters it, the leader confirms ---------------------------------


def entered_for(people, by, **fields):
    visit, _new = visits.record_visit(
        client_key=uuid.uuid4(),
        author=people.cadre,
        by=by,
        unit=people.village,
        at=now(),
        **STATED | {"visited_on": timezone.localdate()} | fields,
    )
    return visit


def test_what_another_entered_counts_once_confirmed(people, browse):
    point = arranged(people)
    visit = entered_for(people, people.liaison, purposes=["contact_point"])
    assert (done(point), point.visits().count(), waiting(people.author)) == (0, 0, 1)
    for who in ("author", "liaison", "office"):
        page = words(browse(who).get(point.get_absolute_url()))
        assert "代录，待本人确认" in page, who

    visits.confirm_visit(visit=visit, by=people.author, at=now())
    assert (done(point), point.visits().count(), waiting(people.author)) == (1, 1, 0)
    sheet = accepted_row(people)
    assert "已到点1次" in sheet
    visits.refuse_visit(visit=visit, by=people.author, at=now(), reason="未到村")
    assert (done(point), point.visits().count(), waiting(people.author)) == (0, 0, 1)


def accepted_row(people):
    rows = CONTACT_POINT_LEDGER.rows(people.office, QueryDict(f"year={this_year()}"))
    ((count, ended),) = rows.values_list("done", "ended_on")
    return CONTACT_POINT_LEDGER.columns[-1].cell(count, ended)


def test_the_person_named_enters_visits_there_and_nowhere_else(people, browse):
    with pytest.raises(PermissionDenied):
        entered_for(people, people.neighbour_cadre)
    point = arranged(people, recorder=people.neighbour)
    client = browse("neighbour_cadre")
    assert "王建国" in words(client.get(reverse("pairing:contact_points")))
    page = client.get(point.get_absolute_url())
    assert f"author={people.cadre.pk}" in words(page)
    form = client.get(point.entry_form_url)
    assert form.context["form"]["author"].initial == people.cadre

    # Whatever purposes are ticked, it is a visit to the contact point and waits for the leader.
    visit = entered_for(people, people.neighbour_cadre)
    assert (visit.purposes, visit.confirmation) == (["contact_point"], "waiting")
    with pytest.raises(PermissionDenied):
        visits.record_visit(
            client_key=uuid.uuid4(),
            author=people.cadre,
            by=people.neighbour_cadre,
            unit=people.other_village,
            at=now(),
            **STATED | {"visited_on": timezone.localdate()},
        )
    leading.end_point(point=point, by=people.office, at=now(), reason="调整")
    assert browse("neighbour_cadre").get(point.get_absolute_url()).status_code == 404
    with pytest.raises(PermissionDenied):
        entered_for(people, people.neighbour_cadre, summary="又去了。")


def test_a_leader_is_not_named_to_enter_for_themselves(people):
    with pytest.raises(ValidationError, match="另行指定"):
        arranged(people, recorder=people.cadre)


def test_who_enters_is_changed_and_stands_on_the_page(people, browse):
    point = arranged(people)
    leading.change_point(
        point=point, by=people.office, at=now(), planned_visits=4, recorder=people.cadre2
    )
    assert "赵敏" in words(browse("office").get(point.get_absolute_url()))


def test_no_button_enters_a_visit_for_those_who_may_not(people, browse):
    point = arranged(people)
    for who, shown in (("liaison", True), ("office", False), ("host", False), ("author", False)):
        page = words(browse(who).get(point.get_absolute_url()))
        assert (f"author={people.cadre.pk}" in page) == shown, who
