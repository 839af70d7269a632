"""Stays: publishing, changing, ending, handing over; visibility; list, record, timeline."""

from datetime import date

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import stays
from outreach.actions.areas import arrange_area
from outreach.ledgers.stays import STAY_LEDGER
from outreach.models import ContactArea, FollowUp, Matter, MatterCare, Stay, StayHandover
from outreach.rules import matters as matter_rules
from outreach.rules import stays as rules
from outreach.rules.matters import Standing
from portal import imports, parameters
from portal.actions import reorganisations
from portal.models import AuditEntry, Cadre, Experience, PolicyParameter
from portal.sheets import ledgers
from tests.day import TODAY, in_days, now
from tests.sheets import bring, workbook


def stay_of(people, **changes):
    """A stay of 王建国 at 柳湾村, from a year ago until a year from now."""
    fields = {
        "cadre": people.cadre,
        "unit": people.village,
        "kind": "residential",
        "starts_on": in_days(-400),
        "ends_on": in_days(300),
        "document": "云组通〔2026〕5号",
        "programme": "万名干部驻千村",
    } | changes
    by = fields.pop("by", people.office)
    return stays.publish_stay(by=by, at=now(), **fields)


def moves(stay):
    return list(stay.steps.order_by("at", "pk").values_list("move", flat=True))


DOCUMENT = {"document": "云组通〔2026〕9号", "reason": "工作需要"}


# --- publishing ---------------------------------------------------------------------------------


def test_a_published_stay_keeps_its_place_and_its_step(people):
    stay = stay_of(people)

    assert (stay.organ, stay.host_organ, stay.county) == (
        people.agriculture,
        people.town_organ,
        people.county,
    )
    assert moves(stay) == ["published"]
    assert AuditEntry.objects.filter(event="stay.published", noun_id=stay.pk).exists()


def test_one_day_in_two_places_is_refused(people):
    stay_of(people, starts_on=in_days(0), ends_on=in_days(30))

    with pytest.raises(ValidationError):
        stay_of(people, unit=people.other_village, starts_on=in_days(30), ends_on=in_days(60))
    stay_of(people, unit=people.other_village, starts_on=in_days(31), ends_on=in_days(60))
    stay_of(people, kind="secondment", starts_on=in_days(10), ends_on=in_days(60))


@pytest.mark.parametrize("who", ["host", "liaison", "neighbour_office", "author"])
def test_only_the_office_of_the_area_publishes(people, who):
    with pytest.raises(PermissionDenied):
        stay_of(people, by=getattr(people, who))


def form_of(people, **changes):
    return {
        "cadre": people.cadre.pk,
        "unit": people.village.pk,
        "kind": "residential",
        "starts_on": in_days(1),
        "ends_on": in_days(90),
        "document": "云组通〔2026〕5号",
        "lodging": "village",
    } | changes


def test_the_office_publishes_a_single_stay_from_the_form(browse, people):
    response = browse("office").post(reverse("outreach:new_stay"), form_of(people))

    assert response.url == Stay.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": in_days(0)}, "ends_on"),
        ({"starts_on": in_days(-3)}, "starts_on"),
        ({"document": ""}, "document"),
        ({"unit": ""}, "unit"),
    ],
)
def test_bad_input_is_said_at_its_field(browse, people, changes, field):
    stay_of(people, starts_on=in_days(-30), ends_on=in_days(-3))

    response = browse("office").post(reverse("outreach:new_stay"), form_of(people, **changes))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "云组通" in response.content.decode() or field == "document"


def test_an_abolished_unit_and_a_cadre_who_left_are_refused(browse, people):
    people.village.ended_on = in_days(-1)
    people.village.save()
    people.cadre2.left_on = in_days(-1)
    people.cadre2.save()

    assert "柳湾村" in rules.may_publish_stay(people.office, people.cadre, people.village).refusal
    refused = rules.may_publish_stay(people.office, people.cadre2, people.other_village)
    assert "赵敏" in refused.refusal
    response = browse("office").post(reverse("outreach:new_stay"), form_of(people))
    assert "unit" in response.context["form"].errors


# --- changes ------------------------------------------------------------------------------------


def test_the_planned_end_is_changed_by_a_document_and_both_days_are_kept(people):
    stay = stay_of(people)

    stays.change_end(stay=stay, ends_on=in_days(500), by=people.office, at=now(), **DOCUMENT)

    stay.refresh_from_db()
    step = stay.steps.get(move="end_changed")
    assert stay.ends_on == in_days(500)
    assert (step.document, step.facts["before"]) == (DOCUMENT["document"], str(in_days(300)))


def test_a_longer_end_must_not_reach_into_another_stay(browse, people):
    stay = stay_of(people)
    stay_of(people, unit=people.other_village, starts_on=in_days(301), ends_on=in_days(400))
    url = reverse("outreach:change_stay_end", args=[stay.pk])

    response = browse("office").post(url, {"ends_on": in_days(310), **DOCUMENT})

    assert response.status_code == 422
    assert "上坪村" in str(response.context["form"].errors["ends_on"])


@pytest.mark.parametrize("ending", ["early", "recalled"])
def test_a_stay_ends_early_with_its_reason_once(people, ending):
    stay = stay_of(people)
    given = {"on": in_days(-10), "ending": ending, "by": people.office, "at": now()}

    stays.end_stay(stay=stay, **given, **DOCUMENT)

    stay.refresh_from_db()
    assert (stay.state, stay.ended_on, stay.ending) == ("ended", in_days(-10), ending)
    assert moves(stay)[-1] == ending
    # A recalled cadre has not completed the stay.
    assert Experience.objects.filter(cadre=people.cadre).exists() == (ending == "early")
    with pytest.raises(PermissionDenied):
        stays.end_stay(stay=stay, **given, **DOCUMENT)


def test_the_last_day_lies_within_the_stay(people):
    stay = stay_of(people)

    with pytest.raises(ValidationError):
        stays.end_stay(
            stay=stay, on=in_days(301), ending="early", by=people.office, at=now(), **DOCUMENT
        )


def test_what_has_not_begun_is_cancelled_and_frees_its_days(people):
    stay = stay_of(people, starts_on=in_days(5), ends_on=in_days(50))

    assert not rules.may_end_stay(people.office, stay)
    stays.cancel_stay(stay=stay, by=people.office, at=now(), **DOCUMENT)

    assert stay_of(people, starts_on=in_days(5), ends_on=in_days(50))
    begun = stay_of(people, starts_on=in_days(-9), ends_on=in_days(0))
    assert not rules.may_cancel(people.office, begun)


@pytest.mark.parametrize(("days", "counts"), [(400, True), (60, False)])
def test_a_completed_stay_of_some_months_becomes_experience(people, days, counts):
    stay = stay_of(people, starts_on=in_days(-days), ends_on=in_days(0))

    stays.complete_stay(stay=stay, by=people.office, at=now())

    found = Experience.objects.filter(cadre=people.cadre)
    assert found.count() == counts
    if counts:
        assert (found.get().organ_kind, found.get().ended_on) == ("village", in_days(0))
    with pytest.raises(PermissionDenied):
        stays.complete_stay(stay=stay, by=people.office, at=now())


def test_the_page_says_the_norm_by_which_the_stay_is_completed(people, browse):
    stay = stay_of(people, starts_on=in_days(-60), ends_on=in_days(-1))
    PolicyParameter.objects.create(
        code="posting.experience_months", value="77", basis="试行", valid_from=in_days(0)
    )
    parameters.forget()

    page = browse("office").get(reverse("outreach:complete_stay", args=[stay.pk]))

    assert "满77个月" not in page.content.decode() and "个月的，记入" in page.content.decode()


def test_a_term_that_runs_is_not_completed(people):
    assert not rules.may_complete(people.office, stay_of(people))


@pytest.mark.parametrize("who", ["host", "liaison", "author", "supervisor"])
def test_nobody_but_the_office_changes_a_stay(people, who):
    stay = stay_of(people)

    with pytest.raises(PermissionDenied):
        stays.change_end(
            stay=stay, ends_on=in_days(9), by=getattr(people, who), at=now(), **DOCUMENT
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_on": date(2000, 1, 1)},
        {"state": "ended"},
        {"document": ""},
        {"state": "ended", "ending": "early", "ended_on": date(2000, 1, 1)},
    ],
)
def test_the_database_refuses_half_a_stay(people, changes):
    stay = stay_of(people)

    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.filter(pk=stay.pk).update(**changes)


# --- handover -----------------------------------------------------------------------------------


def test_a_successor_takes_over_matters_areas_and_calls(people):
    stay = stay_of(people)
    matter = people.awaiting_word()
    FollowUp.objects.filter(matter=matter).update(caller=people.author)
    closed = people.matter(title="已办结的事")
    Matter.objects.filter(pk=closed.pk).update(
        status="closed", stage="closed", closure="unrated", word="unreachable", closed_on=in_days(0)
    )
    assert not Matter.objects.visible_to(people.colleague).filter(pk=matter.pk).exists()

    new = stays.replace_stay(
        stay=stay,
        cadre=people.cadre2,
        starts_on=in_days(0),
        ends_on=in_days(300),
        promises="三组路灯春节前亮起来",
        by=people.office,
        at=now(),
        **DOCUMENT,
    )

    stay.refresh_from_db()
    matter.refresh_from_db()
    assert (stay.ended_on, stay.ending, new.replaces) == (in_days(-1), "replaced", stay)
    assert moves(stay) == ["published", "replaced", "handed_over"]
    # The registrar stays recorded; the successor sees the matter and acts.
    assert matter.registered_by == people.cadre
    assert Matter.objects.visible_to(people.colleague).filter(pk=matter.pk).exists()
    assert Standing(people.colleague, matter, on=TODAY).is_registrar
    assert not Standing(people.author, matter, on=TODAY).is_registrar
    assert Matter.objects.visible_to(people.author).filter(pk=matter.pk).exists()
    assert matter.steps.filter(move="hand_over", text="王建国 → 赵敏").exists()
    assert FollowUp.objects.get(matter=matter).caller == people.colleague
    assert list(MatterCare.objects.values_list("matter", flat=True)) == [matter.pk]
    area = ContactArea.objects.get(ends_on=None)
    assert (area.cadre, area.unit, area.post) == (people.cadre2, people.village, "科员")
    assert people.cadre.contact_areas.get().ends_on == in_days(-1)
    assert StayHandover.objects.get().areas.get() == area


def test_work_handed_on_again_is_with_the_last_one_alone(people):
    stay = stay_of(people)
    matter = people.matter()
    second = stays.replace_stay(
        stay=stay,
        cadre=people.cadre2,
        starts_on=in_days(-30),
        ends_on=in_days(10),
        by=people.office,
        at=now(),
        **DOCUMENT,
    )

    stays.hand_over(
        stay=second, successor=people.neighbour, on=in_days(0), by=people.host, at=now()
    )

    assert matter_rules.carrier(matter) == people.neighbour
    assert not Standing(people.colleague, matter, on=TODAY).is_registrar
    assert not Matter.objects.visible_to(people.colleague).filter(pk=matter.pk).exists()
    assert MatterCare.objects.filter(ended_at=None).count() == 1


def test_work_is_handed_over_near_the_end_and_not_to_oneself(people):
    stay = stay_of(people)

    assert not rules.may_hand_over(people.office, stay)
    assert not rules.may_hand_over(people.author, stay)
    assert not rules.may_succeed(stay, people.cadre)
    stay.ends_on = in_days(20)
    assert rules.may_hand_over(people.liaison, stay)


def test_areas_elsewhere_stay_with_the_leaver(people):
    stay = stay_of(people, ends_on=in_days(3))
    elsewhere = arrange_area(
        cadre=people.cadre,
        unit=people.other_village,
        by=people.office,
        starts_on=in_days(-9),
        kind="village",
    )

    stays.hand_over(stay=stay, successor=people.cadre2, on=in_days(4), by=people.office, at=now())

    elsewhere.refresh_from_db()
    assert elsewhere.ends_on is None


def test_the_handover_list_shows_matters_as_far_as_its_reader_sees_them(browse, people):
    stay = stay_of(people, ends_on=in_days(3))
    people.matter(title="渠道清淤")
    handover = stays.hand_over(
        stay=stay,
        successor=people.cadre2,
        on=in_days(4),
        by=people.office,
        at=now(),
        promises="三组路灯春节前亮起来",
        things="村部钥匙一把",
    )
    url = reverse("outreach:handover_sheet", args=[handover.pk])

    page = browse("office").get(url).content.decode()

    for words in ("移　交　清　单", "渠道清淤", "三组路灯", "村部钥匙", "赵敏", "柳湾村"):
        assert words in page
    assert browse("neighbour_office").get(url).status_code == 404


def test_a_successor_from_elsewhere_goes_back_to_a_page_that_they_may_open(browse, people):
    stay = stay_of(people)
    handover = StayHandover.objects.create(
        stay=stay,
        successor=Cadre.objects.get(user=people.neighbour_cadre),
        on=TODAY,
        by=people.office,
        at=now(),
    )
    url = reverse("outreach:handover_sheet", args=[handover.pk])

    for who, back in (("office", stay.get_absolute_url()), ("neighbour_cadre", reverse("todo"))):
        user = browse(who)
        assert f'href="{back}"' in user.get(url).content.decode()
        assert user.get(back).status_code == 200
    page = browse("neighbour_cadre").get(reverse("todo"), {"kind": "handed_to_me"})
    assert url in page.content.decode() and "柳湾村" in page.content.decode()


def test_a_stay_goes_on_at_the_village_that_took_the_other_over(people):
    running = stay_of(people)
    over = stay_of(people, cadre=people.cadre2, ends_on=in_days(-9))

    reorganisations.merge(
        noun="unit",
        sources=[people.village],
        target=people.other_village,
        by=people.office,
        at=now(),
        on=in_days(0),
        document="云编〔2026〕3号",
    )

    running.refresh_from_db()
    over.refresh_from_db()
    assert (running.unit, running.host_organ) == (people.other_village, people.other_town_organ)
    assert running.township == people.other_town
    assert running.steps.get(move="reorganised").facts["after"] == "上坪村"
    assert over.unit == people.village


# --- who sees what, and the pages ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("author", True),
        ("liaison", True),
        ("host", True),
        ("office", True),
        ("supervisor", True),
        ("colleague", False),
        ("neighbour_host", False),
        ("neighbour_liaison", False),
        ("neighbour_office", False),
        ("recipient", False),
        ("desk", False),
        ("system", False),
    ],
)
def test_a_stay_is_seen_by_those_whom_it_concerns(people, who, sees):
    stay = stay_of(people)

    assert Stay.objects.visible_to(getattr(people, who)).filter(pk=stay.pk).exists() == sees


def test_the_tabs_hold_what_they_say(browse, people):
    running = stay_of(people)
    ending = stay_of(people, cadre=people.cadre2, ends_on=in_days(30))
    begins = stay_of(people, cadre=people.neighbour, starts_on=in_days(9), ends_on=in_days(99))
    over = stay_of(people, cadre=people.neighbour, starts_on=in_days(-99), ends_on=in_days(-9))
    expected = {
        "running": {running, ending},
        "ending": {ending},
        "to_begin": {begins},
        "ended": {over},
        "all": {running, ending, begins, over},
    }

    for tab, rows in expected.items():
        page = browse("office").get(reverse("outreach:stays"), {"tab": tab})
        assert set(page.context["page"]) == rows, tab


def test_the_list_is_narrowed_by_what_stands_in_its_address(browse, people):
    mine = stay_of(people)
    other = stay_of(
        people,
        cadre=people.cadre2,
        unit=people.other_village,
        kind="secretary",
        programme="乡村振兴",
    )
    for query, found in (
        ({"q": "王建"}, mine),
        ({"q": "上坪"}, other),
        ({"kind": "secretary"}, other),
        ({"unit": people.village.pk}, mine),
        ({"cadre": people.cadre2.pk}, other),
        ({"programme": "万名"}, mine),
        ({"area": people.town.pk}, mine),
        ({"host": people.other_town_organ.pk}, other),
        ({"whole": "乡村振兴"}, other),
    ):
        page = browse("office").get(reverse("outreach:stays"), {"tab": "all", **query})
        assert [one.pk for one in page.context["page"]] == [found.pk], query


def test_the_record_shows_history_and_acts_with_reasons(browse, people):
    stay = stay_of(people)
    stays.change_end(stay=stay, ends_on=in_days(310), by=people.office, at=now(), **DOCUMENT)

    page = browse("office").get(stay.get_absolute_url())

    text = page.content.decode()
    assert "云组通〔2026〕9号" in text
    assert "工作需要" in text
    refused = {one["label"]: one["decision"] for one in page.context["acts"]}
    assert any(not decision for decision in refused.values())
    host = browse("host").get(stay.get_absolute_url())
    assert not any(one["url"].endswith("/end/") for one in host.context["acts"])


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count
):
    for cadre in (people.cadre, people.cadre2, people.neighbour)[:row_count]:
        stay_of(people, cadre=cadre)
    session = browse("office")
    for url, queries in ((reverse("outreach:stays"), 8), (reverse("outreach:stay_timeline"), 9)):
        session.get(url)
        with django_assert_num_queries(queries):
            session.get(url)


def test_the_timeline_says_who_is_where(browse, people):
    stay = stay_of(people, starts_on=in_days(-5), ends_on=in_days(5))
    people.cadre2_stay = stay_of(people, cadre=people.cadre2)
    stay_of(people, cadre=people.neighbour, unit=people.other_village)

    by_unit = browse("host").get(reverse("outreach:stay_timeline"))
    by_cadre = browse("office").get(reverse("outreach:stay_timeline"), {"by": "cadre"})

    assert [unit for unit, _line in by_unit.context["rows"]] == [people.village]
    bars = by_unit.context["rows"][0][1]["bars"]
    assert {bar.lane for bar in bars} == {0, 1}
    assert len(by_cadre.context["rows"]) == 3
    assert stay.get_absolute_url() in by_cadre.content.decode()
    assert browse("office").get(reverse("outreach:stay_timeline"), {"year": "x"}).status_code == 422
    for year, before, after in (("2000", "", "year=2001"), ("2100", "year=2099", "")):
        shown = browse("office").get(reverse("outreach:stay_timeline"), {"year": year}).context
        assert shown["before_url"].partition("&")[2] == before
        assert shown["after_url"].partition("&")[2] == after


def test_coverage_counts_units_and_leads_to_them(browse, people):
    stay_of(people)

    page = browse("office").get(reverse("outreach:stay_coverage"))

    lines = {place.name: (a.n, b.n) for place, a, b in page.context["lines"]}
    assert lines == {"石桥镇": (1, 0), "青山乡": (0, 1)}
    whole = page.context["whole"]
    assert (whole["with"].n, whole["without"].n) == (1, 1)
    for number, unit in ((whole["with"], "柳湾村"), (whole["without"], "上坪村")):
        units = browse("office").get(number.url)
        assert [one.name for one, _stays in units.context["rows"]] == [unit]


def test_the_register_has_its_official_headings(people, tmp_path):
    stay = stay_of(people)
    stays.end_stay(
        stay=stay, on=in_days(-10), ending="recalled", by=people.office, at=now(), **DOCUMENT
    )

    manifest = ledgers.write(
        STAY_LEDGER, user=people.host, filters={}, target=tmp_path / "stays.xlsx", at=timezone.now()
    )

    rows = [
        [str(cell) for cell in row if cell is not None]
        for row in openpyxl.load_workbook(tmp_path / "stays.xlsx").active.iter_rows(
            values_only=True
        )
    ]
    assert manifest["written"] == 1
    assert [
        "序号",
        "姓名",
        "性别",
        "出生年月",
        "政治面貌",
        "派出单位",
        "职务职级",
        "派驻类型",
        "派驻乡镇",
        "派驻村（社区、企业）",
        "村类型",
        "开始时间",
        "计划结束时间",
        "住宿方式",
        "联系电话",
        "审批文号",
        "备注",
    ] in rows
    said = "\n".join(" ".join(row) for row in rows)
    for words in ("王建国", "县农业农村局", "蹲点", "柳湾村", "住村", "召回", "万名干部驻千村"):
        assert words in said


def test_stays_are_taken_over_from_a_workbook(people):
    first, last = f"{in_days(0):%Y.%m.%d}", f"{in_days(400):%Y.%m.%d}"
    content = workbook(
        [
            "姓名",
            "派出单位",
            "派驻乡镇",
            "派驻村（社区、企业）",
            "派驻类型",
            "开始时间",
            "计划结束时间",
            "审批文号",
        ],
        ["王建国", "县农业农村局", "石桥镇", "柳湾村", "第一书记", first, last, "组通5号"],
        ["王建国", "县农业农村局", "青山乡", "上坪村", "工作队员", last, last, "组通5号"],
        ["赵敏", "", "", "柳湾村", "蹲点", last, first, "组通5号"],
        ["赵敏", "", "", "无此村", "蹲点", first, last, "组通5号"],
    )

    batch = bring("stays", content, people.office)

    assert "stays" in imports.REGISTRY
    assert batch.problems.count() == 3
    assert not Stay.objects.exists()
