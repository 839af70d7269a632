"""Inspections from the plan to the archive, and what is refused on the way."""

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from oversight.actions import findings, inspections
from oversight.closures import figures
from oversight.forms.inspections import InspectionForm
from oversight.ledgers.findings import FINDING_LEDGER
from oversight.models import (
    Finding,
    InspectedRow,
    Inspection,
    Objection,
    RectificationNotice,
)
from oversight.rules import inspections as rules
from portal.duties import todo
from portal.models import AuditEntry, Reorganisation
from portal.places import succession
from portal.roles import Role
from portal.sheets import statistics
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from tests import independent_sql as by_hand
from tests.day import now, today
from tests.oversight.inspecting import closed, fresh
from tests.people import account
from tests.reading import words


def sees(user, one):
    return Inspection.objects.visible_to(user).filter(pk=one.pk).exists()


# --- The plan ------------------------------------------------------------------------------------


def test_a_supervisor_plans_and_the_named_leader_approves(people, group):
    one = group.planned()
    for who in (people.desk, people.office, people.host, people.handler, people.author):
        with pytest.raises(PermissionDenied):
            group.planned(by=who)
    one = inspections.submit_inspection(inspection=one, by=people.supervisor, at=now())
    for who in (people.supervisor, group.inspector, people.office, group.checker):
        with pytest.raises(PermissionDenied):
            inspections.approve_inspection(inspection=one, by=who, at=now())
    one = inspections.approve_inspection(inspection=one, by=group.leader, at=now())
    assert one.state == "approved" and one.has_mandate
    assert AuditEntry.objects.filter(event="inspection.approved").count() == 1


def test_whoever_drafted_it_does_not_approve_it(people, group):
    both = account("both", "常青", people.department, Role.SUPERVISOR, place=people.county)
    cadre = people._cadre(both, "部长", 20)
    one = group.planned(by=both, approver=cadre)
    one = inspections.submit_inspection(inspection=one, by=both, at=now())
    with pytest.raises(PermissionDenied):
        inspections.approve_inspection(inspection=one, by=both, at=now())


def test_whoever_approves_is_not_of_the_group(group):
    for changes in ({"head": group.approver}, {"members": [group.approver]}):
        with pytest.raises(PermissionDenied, match="罗明"):
            group.planned(**changes)


@pytest.mark.parametrize("name", ["station", "town_organ", "water"])
def test_nobody_inspects_their_own_chain(people, group, name):
    organ = getattr(people, name)
    inside = people._cadre(account("inside", "孙立", organ, Role.CADRE, within=organ), "站长", 30)
    for changes in ({"members": [inside]}, {"head": inside}, {"approver": inside}):
        with pytest.raises(PermissionDenied, match="孙立"):
            group.planned(**changes)


@pytest.mark.parametrize("name", ["head", "members", "approver"])
def test_who_is_of_an_inspected_chain_is_named_beside_the_field(people, group, name):
    inside = account("inside", "孙立", people.water, Role.CADRE, within=people.water)
    inside = people._cadre(inside, "股长", 30)
    typed = QueryDict(mutable=True)
    typed.update({"inspected": people.water.pk, "head": group.head.pk})
    typed.update({"members": group.member.pk, "approver": group.approver.pk})
    typed[name] = inside.pk
    form = InspectionForm(typed, user=people.supervisor)
    named = [field for field, errors in form.errors.items() if "孙立" in str(errors)]
    assert named == [name]


@pytest.mark.parametrize(
    "changes",
    [
        {"mandate_number": ""},
        {"mandate": ""},
        {"drawn_from": "units"},
        {"drawn_from": "closures", "number": 5},
        {"number": 5},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(group, changes):
    with pytest.raises(ValidationError):
        group.planned(**changes)


def test_the_draw_stands_folded_until_it_is_needed(people, group, browse):
    client, address = browse(people.supervisor), reverse("oversight:plan_inspection")
    page = words(client.get(address))
    assert '<details class="fold"><summary>随机抽取' in page
    # At least one way is required, so the field must not be marked optional.
    assert page[page.index(">督查方式") :].startswith(">督查方式</legend>")
    answer = client.post(address, {"ways": ["random"], "title": "三季度督查"})
    page = words(answer)
    assert answer.status_code == 422
    assert '<details class="fold" open><summary>随机抽取' in page
    assert 'value="三季度督查"' in page


def test_a_plan_names_an_organ(group):
    with pytest.raises(ValidationError):
        group.planned(inspected=[])


# --- The draw ------------------------------------------------------------------------------------


def test_nothing_is_drawn_before_the_frame_is_frozen(people, group):
    closed(people, 4)
    one = group.approved(group.of_closures(2))
    with pytest.raises(PermissionDenied, match="冻结"):
        group.seeded(one)
    with pytest.raises(PermissionDenied):
        inspections.begin_inspection(inspection=one, by=group.inspector, at=now())
    assert not InspectedRow.objects.exists()
    with pytest.raises(PermissionDenied, match="冻结"):
        group.seeded(group.of_closures(2))


def test_the_frame_is_frozen_and_anybody_can_draw_it_again(people, group):
    made = closed(people, 6, solved=5)
    one = group.drawn(group.of_closures(3))
    assert (one.unit_count, one.reported_solved, one.state) == (6, 5, "drawn")
    assert hashlib.sha256(one.published_frame).hexdigest() == one.frame_digest
    keys = sorted(
        one.places,
        key=lambda key: int(
            hashlib.sha256(f"{one.seed}\tunit\t{key}".encode()).hexdigest()[:13], 16
        ),
    )
    rows = list(one.rows.order_by("position"))
    assert [row.key for row in rows] == keys[:3]
    assert {row.matter_id for row in rows} <= {matter.pk for matter in made}
    # Matters closed later are not added.
    closed(people, 2)
    assert inspections.recompute_draw(fresh(one)).digest == one.result_digest
    with pytest.raises(PermissionDenied):
        group.seeded(one)


def test_an_empty_frame_and_a_witness_of_the_own_organ_are_refused(people, group):
    one = group.approved(group.of_closures(2))
    with pytest.raises(ValidationError):
        inspections.freeze_frame(inspection=one, by=people.supervisor, at=now())
    closed(people, 2)
    one = inspections.freeze_frame(inspection=one, by=people.supervisor, at=now())
    with pytest.raises(ValidationError):
        group.seeded(one, witness_of="县委组织部")
    with pytest.raises(ValidationError):
        group.seeded(one, digits="123")


def test_a_draw_shows_nothing_of_another_county(people, group):
    """The frame lists closed matters, so it must lie within the organ's area, like the
    inspected."""
    with pytest.raises(PermissionDenied):
        group.of_closures(2, area=people.other_county)
    of_town = account("i-town", "田野", people.town_organ, Role.SUPERVISOR, place=people.town)
    with pytest.raises(PermissionDenied):
        group.planned(by=of_town, organ=people.town_organ, inspected=[people.water])
    one = group.of_closures(2, area=people.town)
    plan = group.plan(area=people.other_county)
    with pytest.raises(PermissionDenied):
        inspections.change_inspection(inspection=one, by=people.supervisor, **plan)


def test_referred_withdrawn_and_merged_matters_are_no_results(people, group):
    made = closed(people, 3)
    type(made[0]).objects.filter(pk=made[0].pk).update(closure="withdrawn")
    one = group.drawn(group.of_closures(3))
    assert one.unit_count == 2


def test_a_member_of_the_chain_of_a_matter_does_not_look_at_it(people, group):
    made = closed(people, 1)
    one = group.begun(group.drawn(group.of_closures(1)))
    row = one.rows.get()
    look = {"at": now(), "way": "on_site", "looked_on": today(), "seen": "solved"}
    # 林岚 is of the bureau of roads, which helped.
    made[0].assignments.create(
        organ=people.roads,
        part="support",
        assigned_by=people.desk,
        assigned_at=now(),
        sign_due_on=today(),
    )
    with pytest.raises(PermissionDenied):
        inspections.record_look(row=row, by=group.second, **look)
    with pytest.raises(PermissionDenied):
        inspections.record_look(row=row, by=people.supervisor, **look)
    with pytest.raises(ValidationError):
        inspections.record_look(row=row, by=group.inspector, **look | {"seen": ""})
    row = inspections.record_look(row=row, by=group.inspector, **look)
    assert (row.seen, row.recorded_by) == ("solved", group.inspector)


# --- What the inspected know ---------------------------------------------------------------------


def test_the_inspected_see_nothing_before_the_facts_are_checked(people, group, browse):
    one = group.begun()
    mine = group.found(one)
    group.found(one, people.town_organ, title="村里未公开")
    for who in (people.handler, people.host, people.neighbour_handler, people.desk):
        assert not sees(who, one)
    assert sees(people.office, one) and sees(group.second, one) and sees(group.leader, one)
    assert not sees(people.neighbour_office, one)
    one = group.checking(one)
    assert sees(people.handler, one) and sees(people.host, one)
    assert not sees(people.neighbour_handler, one)
    page = words(browse(people.handler).get(one.get_absolute_url()))
    assert mine.title in page and "村里未公开" not in page and "高远" not in page
    assert "村里未公开" in words(browse(people.host).get(one.get_absolute_url()))
    assert "村里未公开" in words(browse(people.office).get(one.get_absolute_url()))


def test_facts_are_heard_before_a_finding_is_confirmed(people, group):
    one = group.begun()
    finding = group.found(one)
    group.checking(one)
    assert todo.counts(people.handler)["inspection_facts"] == 1
    with pytest.raises(PermissionDenied, match="县水利局"):
        findings.confirm_finding(finding=finding, by=group.inspector, at=now())
    asked = one.inspected.get(organ=people.water)
    with pytest.raises(PermissionDenied):
        inspections.answer_facts(asked=asked, by=people.host, at=now(), text="不是我们")
    inspections.answer_facts(asked=asked, by=people.handler, at=now(), text="一件已补办")
    with pytest.raises(PermissionDenied):
        inspections.conclude_inspection(inspection=one, by=group.leader, at=now(), text="好")
    findings.confirm_finding(finding=finding, by=group.inspector, at=now())
    assert fresh(finding).state == "confirmed"


# --- Findings ------------------------------------------------------------------------------------


def test_a_finding_needs_facts_and_a_basis_and_names_no_person(people, group):
    one = group.begun()
    for changes in ({"fact": ""}, {"basis": ""}, {"about_person": True}):
        with pytest.raises(ValidationError):
            group.found(one, **changes)
    with pytest.raises(ValidationError):
        group.found(one, people.agriculture)
    with pytest.raises(PermissionDenied):
        group.found(one, by=people.supervisor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(
            inspection=one,
            organ=people.water,
            number=9,
            title="无",
            basis="",
            fact="",
            demand="",
            found_on=today(),
            found_by=group.inspector,
        )
    assert [group.found(one).number, group.found(one).number] == [1, 2]


def test_from_the_notice_to_the_archive(people, group):
    notice, finding = group.noticed()
    one = fresh(notice.inspection)
    assert (one.state, finding.state, finding.notice) == ("rectifying", "noticed", notice)
    assert todo.counts(people.handler)["notice_sign"] == 1
    with pytest.raises(PermissionDenied):
        findings.sign_for_notice(notice=notice, by=people.host, at=now())
    findings.sign_for_notice(notice=notice, by=people.handler, at=now())
    assert fresh(finding).state == "rectifying"
    check = {"by": group.checker, "at": now(), "way": "on_site", "text": "已清淤"}
    # Neither before its day nor before the report.
    with pytest.raises(PermissionDenied):
        findings.settle_finding(finding=finding, checked_on=today(), **check)
    report = {"at": now(), "measures": "已重新清淤", "person": people.cadre2}
    with pytest.raises(PermissionDenied):
        findings.report_rectification(finding=finding, by=people.host, **report)
    findings.report_rectification(finding=finding, by=people.handler, **report)
    assert fresh(one).state == "rechecking"
    for who in (people.handler, people.office, group.inspector):
        with pytest.raises(PermissionDenied):
            findings.settle_finding(finding=finding, checked_on=today(), **check | {"by": who})
    # Only ways of the list are allowed on the sheet.
    with pytest.raises(ValueError, match="乘车前往"):
        findings.settle_finding(finding=finding, checked_on=today(), **check | {"way": "乘车前往"})
    with pytest.raises(ValidationError):
        early = today() - timedelta(days=1)
        findings.settle_finding(finding=finding, checked_on=early, **check)
    with pytest.raises(PermissionDenied):
        inspections.complete_inspection(inspection=one, by=people.supervisor, at=now())
    findings.settle_finding(finding=finding, checked_on=today(), **check)
    one = inspections.complete_inspection(inspection=one, by=people.supervisor, at=now())
    one = inspections.archive_inspection(inspection=one, by=people.supervisor, at=now())
    assert (one.state, fresh(finding).state) == ("archived", "settled")
    moves = list(one.steps.order_by("pk").values_list("move", flat=True))
    assert moves[-4:] == ["reported", "settled", "done", "archived"]


def test_a_re_check_that_is_not_passed_gives_one_new_date(people, group):
    finding = group.reported()
    check = {"by": group.checker, "at": now(), "way": "on_site", "text": "仍有淤泥"}
    check |= {"checked_on": today()}
    later = today() + timedelta(days=10)
    finding = findings.fail_finding(finding=finding, due_on=later, **check)
    assert (finding.state, finding.due_on, finding.has_second_date) == ("failed", later, True)
    report = {"by": people.handler, "at": now(), "measures": "再次清淤"}
    finding = findings.report_rectification(finding=finding, **report)
    with pytest.raises(PermissionDenied):
        findings.fail_finding(finding=finding, due_on=later, **check)
    finding = findings.take_long(finding=finding, **check)
    assert finding.state == "long_term" and finding.is_settled


def test_what_is_late_can_be_re_checked_without_a_report(people, group):
    _notice, finding = group.noticed()
    Finding.objects.update(due_on=today() - timedelta(days=1))
    finding = fresh(finding)
    assert rules.may_recheck(group.checker, finding)
    assert Finding.objects.to_recheck(today()).get() == finding


def test_a_work_re_visit_concludes_and_issues_no_notice(people, group, browse):
    one, finding = group.fed_back(mandate="", mandate_number="")
    with pytest.raises(PermissionDenied, match="工作回访"):
        findings.issue_notice(
            inspection=one,
            by=group.leader,
            at=now(),
            organ=people.water,
            due_on=today(),
            how_to_report="无",
        )
    assert "工作回访" in words(browse(people.office).get(one.get_absolute_url()))
    one = inspections.complete_inspection(inspection=one, by=people.supervisor, at=now())
    assert one.state == "done" and not RectificationNotice.objects.exists()


def test_a_notice_has_its_number_once(people, group):
    notice, _finding = group.noticed()
    findings.number_notice(notice=notice, by=people.supervisor, number="云督改〔2026〕1号")
    with pytest.raises(PermissionDenied):
        findings.number_notice(notice=notice, by=people.supervisor, number="云督改〔2026〕2号")
    other, _finding = group.noticed()
    with pytest.raises(ValidationError):
        findings.number_notice(notice=other, by=people.supervisor, number="云督改〔2026〕1号")


# --- Objection and review ------------------------------------------------------------------------


def objected(people, group):
    one, finding = group.fed_back()
    with pytest.raises(PermissionDenied):
        findings.object_to_finding(finding=finding, by=people.host, at=now(), text="不实")
    findings.object_to_finding(finding=finding, by=people.handler, at=now(), text="已于当日清淤")
    return one, finding


def test_whoever_had_a_part_is_recused_from_the_review(people, group):
    _one, finding = objected(people, group)
    decide = {"finding": finding, "at": now(), "decision": "upheld", "reason": "照片可证"}
    both = account("both", "常青", people.water, Role.SUPERVISOR, place=people.county)
    # Found it; approved and concluded it; drafted it; belongs to the organ; has no role for it.
    for who in (group.inspector, group.leader, people.supervisor, both, people.desk):
        with pytest.raises(PermissionDenied):
            findings.decide_objection(by=who, **decide)
    assert todo.counts(group.checker)["finding_review"] == 1
    assert todo.counts(people.supervisor)["finding_review"] == 0
    findings.decide_objection(by=group.checker, **decide)
    assert fresh(finding).state == "refused"
    assert Objection.objects.get().decided_by == group.checker
    with pytest.raises(PermissionDenied):
        findings.object_to_finding(finding=finding, by=people.handler, at=now(), text="再次")


def test_the_forms_of_a_review_say_what_and_until_when(people, group, browse):
    _one, finding = group.fed_back()
    form = reverse("oversight:object_to_finding", args=[finding.pk])
    last = rules.last_day_to_object(finding)
    assert f"{last}前可以提出" in words(browse(people.handler).get(form))
    findings.object_to_finding(finding=finding, by=people.handler, at=now(), text="已于当日清淤")
    form = reverse("oversight:decide_objection", args=[finding.pk])
    asked = words(browse(group.checker).get(form))
    assert f"县水利局申请复核：“已于当日清淤”应于{Objection.objects.get().due_on}前" in asked


def test_a_rejected_objection_leaves_the_finding(people, group):
    one, finding = objected(people, group)
    with pytest.raises(PermissionDenied):
        inspections.complete_inspection(inspection=one, by=people.supervisor, at=now())
    decide = {"decision": "rejected", "reason": "现场照片显示未清"}
    findings.decide_objection(finding=finding, by=people.office, at=now(), **decide)
    assert fresh(finding).state == "confirmed"


def test_after_its_days_nobody_asks_for_a_review(people, group):
    one, finding = group.fed_back()
    Inspection.objects.update(fed_back_on=today() - timedelta(days=31))
    with pytest.raises(PermissionDenied):
        findings.object_to_finding(finding=fresh(finding), by=people.handler, at=now(), text="迟")


# --- The truth of closures -----------------------------------------------------------------------


def looked_at(group, one, answers):
    for row, (seen, said) in zip(one.rows.order_by("position"), answers, strict=False):
        inspections.record_look(
            row=row,
            by=group.inspector,
            at=now(),
            way="phone",
            looked_on=today(),
            seen=seen,
            said=said,
        )


def test_three_figures_side_by_side(people, group, browse):
    closed(people, 36, solved=35)
    one = group.begun(group.drawn(group.of_closures(32)))
    answers = [("solved", "")] * 10 + [("", "solved")] * 8 + [("unsolved", "solved")] * 4
    answers += [("", "unsolved")] * 3 + [("unclear", "unreached")] * 5
    looked_at(group, one, answers)
    client = browse(people.office)
    address = reverse("oversight:inspection_closures", args=[one.pk])
    assert client.get(address).status_code == 403
    one = group.checking(one)
    truth = figures.truth_of(fresh(one))
    assert (truth.reported.solved, truth.reported.population) == (35, 36)
    # Two were not looked at and five not reached: all seven count as not reached.
    assert (truth.either.solved, truth.either.unsolved, truth.either.unreached) == (18, 7, 7)
    assert (truth.seen.reached, truth.said.reached) == (14, 15)
    bounds = truth.either.bounds()
    assert bounds.low < 18 / 32 < 25 / 32 < bounds.high and not bounds.is_certain
    page = words(client.get(address))
    assert "97%" in page and "72%" in page and f"{bounds.low_percent}%" in page
    assert [stratum.name for stratum in figures.by_township(fresh(one))] == ["石桥镇"]
    # The inspected read neither figures nor the frame.
    browse(people.handler)
    assert client.get(address).status_code == 403
    frame = reverse("oversight:inspection_frame", args=[one.pk])
    assert client.get(frame).status_code == 403
    part = reverse("oversight:closures_dashboard")
    page = words(browse(people.office).get(part, {"period": "year"}))
    assert "97%" in page or "没有" in page


def test_of_few_nothing_is_said(people, group, browse):
    closed(people, 12)
    one = group.checking(group.begun(group.drawn(group.of_closures(8))))
    truth = figures.truth_of(fresh(one))
    assert not truth.is_shown and figures.by_township(fresh(one)) == []
    page = words(browse(people.office).get(reverse("oversight:inspection_closures", args=[one.pk])))
    assert "100%" not in page


# --- Pages ---------------------------------------------------------------------------------------


def test_every_page_opens(people, group, browse):
    closed(people, 3)
    one = group.begun(group.drawn(group.of_closures(2)))
    inspections.add_note(
        inspection=one,
        by=group.inspector,
        at=now(),
        organ=people.water,
        kind="practice",
        text="一线工作法",
    )
    notice, finding = group.noticed(one)
    client = browse(people.office)
    for name, pk in (
        ("inspection", one.pk),
        ("inspection_frame", one.pk),
        ("inspection_plan", one.pk),
        ("finding", finding.pk),
        ("report_print", finding.pk),
        ("notice", notice.pk),
        ("notice_print", notice.pk),
    ):
        response = client.get(reverse(f"oversight:{name}", args=[pk]))
        assert response.status_code == 200, name
    page = words(client.get(reverse("oversight:notice", args=[notice.pk])))
    for said in (finding.fact, finding.demand, "在各问题页面申请复核"):
        assert said in page
    printed = words(client.get(reverse("oversight:notice_print", args=[notice.pk])))
    for said in ("整改通知单", "签发后编号", finding.title, "申请复核", "县水利局"):
        assert said in printed
    assert "柳湾村" not in printed


def test_the_planner_answers(people, browse):
    client, address = browse(people.supervisor), reverse("oversight:sample_planner")
    assert client.get(address).status_code == 200
    page = words(client.get(address, {"tolerable": 5, "risk": 5}))
    assert ">59<" in page and ">93<" in page and ">124<" in page
    assert ">39<" in words(client.get(address, {"population": 50, "tolerable": 5, "risk": 5}))
    assert client.get(address, {"tolerable": 0, "risk": 5}).status_code == 422


def posted(people, group, **changes):
    return {
        "title": "三季度督查",
        "mandate": "plan",
        "mandate_number": "云督3号",
        "organ": people.department.pk,
        "inspected": [people.water.pk],
        "scope": "全县",
        "content": "办结是否属实",
        "ways": ["on_site"],
        "starts_on": today().isoformat(),
        "ends_on": today().isoformat(),
        "head": group.head.pk,
        "members": [group.member.pk],
        "approver": group.approver.pk,
    } | changes


def test_a_plan_is_typed_and_kept(people, group, browse):
    client, address = browse(people.supervisor), reverse("oversight:plan_inspection")
    assert client.get(address).status_code == 200
    response = client.post(address, posted(people, group))
    assert response.status_code == 302, words(response)
    one = Inspection.objects.get()
    assert [row.organ for row in one.inspected.all()] == [people.water]
    change = reverse("oversight:change_inspection", args=[one.pk])
    assert client.get(change).status_code == 200
    again = posted(people, group, title="四季度督查", inspected=[people.roads.pk], members=[])
    assert client.post(change, again).status_code == 302
    one = Inspection.objects.get()
    assert one.title == "四季度督查" and not one.members.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"mandate_number": ""},
        {"mandate": ""},
        {"ways": []},
        {"ways": ["random"]},
        {"inspected": []},
        {"drawn_from": "units"},
        {"drawn_from": "closures", "number": 5},
        {"ends_on": "2020-01-01"},
    ],
)
def test_bad_plans_are_said(people, group, browse, changes):
    address = reverse("oversight:plan_inspection")
    response = browse(people.supervisor).post(address, posted(people, group, **changes))
    assert response.status_code == 422 and not Inspection.objects.exists()


@pytest.mark.parametrize(("name", "queries"), [("inspections", 10), ("findings", 9)])
def test_lists_cost_the_same_for_one_row_and_three(
    people, group, browse, django_assert_num_queries, name, queries
):
    client, address = browse(people.office), reverse(f"oversight:{name}")
    group.found(group.begun())
    client.get(address)
    with django_assert_num_queries(queries):
        assert "三季度" in words(client.get(address))
    for _n in range(2):
        group.found(group.begun())
    with django_assert_num_queries(queries):
        client.get(address)


HEADINGS = (
    "序号 时间 依据 方式 督查组 被督查单位 编号 发现问题 事实依据 类别 整改要求 责任单位 责任领导 "
    "责任人 整改时限 整改情况 报送日期 方式 核查人 日期 结论 是否销号 备注"
)


def test_the_ledger(people, group):
    finding = group.reported()
    check = {"way": "on_site", "checked_on": today(), "text": "已清淤"}
    findings.settle_finding(finding=finding, by=group.checker, at=now(), **check)
    finding.inspection.members.add(people.cadre2)
    sheet = FINDING_LEDGER.sheet(people.office, QueryDict("tab=all"), now())
    assert ["序号", *(column.heading for column in sheet.columns)] == HEADINGS.split()
    (row,) = list(sheet.rows)
    assert row[4] == "高远、赵敏、林岚" and row[5] == row[11] == "县水利局"
    assert row[-2:] == ("是", "核查通过、销号")
    assert row[8] == "现场查看东支渠仍淤堵，与办结情况不符；民情台账办理规定"
    assert sheet.signature.startswith("督查组组长（签字）：")
    mine = FINDING_LEDGER.sheet(people.handler, QueryDict("tab=all"), now())
    assert len(list(mine.rows)) == 1
    other = FINDING_LEDGER.sheet(people.neighbour_handler, QueryDict("tab=all"), now())
    assert list(other.rows) == []


# --- Statistics, reorganisation, and the whole way -----------------------------------------------


def test_the_statistics_show_both_shares_from_thirty_drawn_on(people, group):
    closed(people, 34, solved=34)
    one = group.begun(group.drawn(group.of_closures(31, closed_from=today(), closed_to=today())))
    looked_at(group, one, [("solved", "")] * 20 + [("", "unsolved")] * 5)
    group.checking(one)
    _rows, total = by_hand.statistics_of(people.county.pk, "area", today(), today())
    assert total["closures_drawn"] == 31
    assert total["closures_low"] == [20, 31] and total["closures_high"] == [26, 31]
    period = Period(today(), today(), today())
    table = statistics.count(Subject(people.county), "area", period)
    for column, cell in zip(table.columns, table.total.cells, strict=True):
        if column.key.startswith("closures"):
            assert cell == total[column.key], column.key


def test_what_is_open_passes_on_to_the_heir(people, group):
    _notice, finding = group.noticed()
    record = Reorganisation.objects.create(
        kind="merge",
        noun="organ",
        on=today(),
        document="云编〔2026〕9号",
        title="改革",
        by=people.office,
        at=now(),
    )

    def held():
        found = [p for f in succession.BLOCKERS for p in f(people.water, on=today())]
        return {p.code: p.count for p in found}["inspections"]

    assert held() == 1
    for function in succession.ORGAN_ENDED:
        function(people.water, people.roads, record)
    assert fresh(finding).organ == people.roads and held() == 0
    assert fresh(finding).notice.organ == people.roads
    assert Finding.objects.visible_to(people.support).filter(pk=finding.pk).exists()


def test_a_quarter_from_the_plan_to_three_figures_with_an_objection_upheld(people, group):
    closed(people, 40, solved=38)
    one = group.begun(group.drawn(group.of_closures(35)))
    looked_at(group, one, [("solved", "")] * 25 + [("unsolved", "")] * 4 + [("", "unreached")] * 6)
    wrong = group.found(one, title="渠道未清")
    right = group.found(one, title="道路未修")
    group.checking(one)
    group.answered(one)
    for finding in (wrong, right):
        findings.confirm_finding(finding=finding, by=group.inspector, at=now())
    text = {"text": "总体属实，个别未解决即办结。"}
    inspections.conclude_inspection(inspection=one, by=group.leader, at=now(), **text)
    one = inspections.give_feedback(inspection=one, by=group.inspector, at=now())
    # The objection to one is upheld, so the notice covers only the other.
    findings.object_to_finding(finding=wrong, by=people.handler, at=now(), text="已清淤")
    decide = {"decision": "upheld", "reason": "照片可证"}
    findings.decide_objection(finding=wrong, by=group.checker, at=now(), **decide)
    notice = findings.issue_notice(
        inspection=one,
        by=group.leader,
        at=now(),
        organ=people.water,
        due_on=today() + timedelta(days=15),
        how_to_report="书面报县委督查室",
    )
    assert [finding.title for finding in notice.findings.all()] == ["道路未修"]
    findings.sign_for_notice(notice=notice, by=people.handler, at=now())
    report = {"by": people.handler, "at": now(), "measures": "已修复"}
    findings.report_rectification(finding=fresh(right), **report)
    check = {"way": "on_site", "checked_on": today(), "text": "已修复"}
    findings.settle_finding(finding=fresh(right), by=group.checker, at=now(), **check)
    one = inspections.complete_inspection(inspection=one, by=people.supervisor, at=now())
    assert one.state == "done"
    truth = figures.truth_of(fresh(one))
    assert (truth.reported.share.percent, truth.reported.population) == (95, 40)
    assert (truth.either.verified().n, truth.either.unreached) == (29, 6)
    bounds = truth.either.bounds()
    assert bounds.low < 25 / 35 and bounds.high > 31 / 35
