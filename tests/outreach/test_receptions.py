"""接访日: announced in time, at most five of a group, nobody tracked from day to day."""

import uuid
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import receptions
from outreach.actions.receptions import TooManyRepresentatives, shown_as
from outreach.ledgers.receptions import RECEPTION_LEDGER
from outreach.models import ConductReport, Matter, ReceptionDay, ReceptionItem
from outreach.rules import receptions as rules
from portal.days import workdays
from portal.duties import todo
from portal.models import AuditEntry, PolicyParameter, Reminder
from portal.roles import Role
from portal.sheets import ledgers
from tests.day import in_days, now
from tests.people import account, matter_fields
from tests.reading import words
from tests.telling import tell

EVIL = '=HYPERLINK("http://x")<script>alert(1)</script>'


def planned(people, by=None, **changes):
    fields = {
        "organ": people.department,
        "leader": people.cadre,
        "duties": "农业农村",
        "theme": "涉农问题",
        "held_on": in_days(5),
        "starts_at": "09:00",
        "ends_at": "11:30",
        "place": "县信访接待中心",
        "form": "place",
    } | changes
    return receptions.plan_reception(by=by or people.office, at=now(), **fields)


def announced(people, by=None, **changes):
    by = by or people.office
    return receptions.announce_reception(
        reception=planned(people, by, **changes), by=by, at=now(), late_reason="临时调整"
    )


def today_at(people, **changes):
    return announced(people, held_on=in_days(0), **changes)


def register(people, reception, by=None, visitors=("李先生",), opinion="请农业局办理", **matter):
    matter = matter_fields(raiser_name="", raiser_phone="", outcome="", **matter)
    (made,) = receptions.register_at_reception(
        reception=reception,
        by=by or people.office,
        at=now(),
        visitors=list(visitors),
        reported=[(people.village, opinion, matter)],
    )
    return made


def part(people, n=0, **fields):
    fields = {
        "title": "三组灌溉渠道淤堵",
        "category": "01",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "villager",
        "confidentiality": "named",
        "unit": people.village.pk,
    } | fields
    return {"matters-TOTAL_FORMS": str(n + 1), "matters-INITIAL_FORMS": "0"} | {
        f"matters-{n}-{name}": value for name, value in fields.items()
    }


def sees(user, reception):
    return ReceptionDay.objects.visible_to(user).filter(pk=reception.pk).exists()


# --- planning and making known ---------------------------------------------------------------


def test_a_reception_is_seen_where_it_is_held_and_by_its_leader(people):
    reception = planned(people)

    for one in ("office", "desk", "supervisor", "author"):
        assert sees(getattr(people, one), reception), one
    for one in ("colleague", "handler", "host", "neighbour_office", "recipient", "auditor"):
        assert not sees(getattr(people, one), reception), one


def test_going_down_to_a_unit_it_is_seen_by_its_host(people):
    reception = planned(people, unit=people.village, form="case")

    assert sees(people.host, reception)
    assert not sees(people.neighbour_host, reception)


def test_a_host_holds_receptions_of_its_own_alone(people):
    assert planned(people, by=people.host, organ=people.town_organ)
    with pytest.raises(PermissionDenied):
        planned(people, by=people.host)
    with pytest.raises(PermissionDenied):
        planned(people, by=people.host, organ=people.town_organ, unit=people.other_village)
    with pytest.raises(PermissionDenied):
        planned(people, by=people.author)
    people.village.ended_on = in_days(-1)
    with pytest.raises(PermissionDenied, match="柳湾村"):
        planned(people, unit=people.village)


def test_made_known_in_time_needs_no_reason_and_late_needs_one(people):
    in_time = receptions.announce_reception(
        reception=planned(people, held_on=in_days(2)), by=people.office, at=now()
    )
    assert (in_time.state, in_time.late_reason) == ("announced", "")
    assert AuditEntry.objects.filter(event="reception.announced", noun_id=in_time.pk).exists()

    late = planned(people, held_on=in_days(1))
    with pytest.raises(ValidationError):
        receptions.announce_reception(reception=late, by=people.office, at=now())
    late = receptions.announce_reception(
        reception=late, by=people.office, at=now(), late_reason="领导临时有会"
    )
    assert late.late_reason == "领导临时有会"


def test_the_days_of_notice_are_a_norm(people):
    PolicyParameter.objects.create(
        code="reception.notice_days",
        value="6",
        valid_from=in_days(-1),
        basis="县里规定",
        set_by=people.office,
    )
    assert rules.is_late(planned(people), in_days(0))


def test_a_reception_in_the_past_is_not_made_known(people):
    past = planned(people)
    ReceptionDay.objects.filter(pk=past.pk).update(held_on=in_days(-1))

    with pytest.raises(PermissionDenied):
        receptions.announce_reception(reception=past, by=people.office, at=now(), late_reason="x")
    with pytest.raises(PermissionDenied):
        receptions.hold_reception(reception=past, by=people.office, at=now())


def test_done_twice_wrong_person_wrong_state(people):
    reception = announced(people)
    with pytest.raises(PermissionDenied):
        receptions.announce_reception(reception=reception, by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        receptions.hold_reception(reception=reception, by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        register(people, reception)
    with pytest.raises(PermissionDenied):
        receptions.cancel_reception(reception=reception, by=people.author, at=now(), reason="x")

    receptions.cancel_reception(reception=reception, by=people.desk, at=now(), reason="开会")
    with pytest.raises(PermissionDenied):
        receptions.cancel_reception(reception=reception, by=people.desk, at=now(), reason="开会")
    assert AuditEntry.objects.filter(event="reception.cancelled").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"held_on": "2020-01-01"}, "held_on"),
        ({"ends_at": "08:00"}, "ends_at"),
        ({"leader": ""}, "leader"),
        ({"place": ""}, "place"),
        ({"form": "nonsense"}, "form"),
    ],
)
def test_bad_input_is_said_at_its_field(browse, people, changes, field):
    form = {
        "leader": people.cadre.pk,
        "held_on": in_days(5).isoformat(),
        "starts_at": "09:00",
        "ends_at": "11:00",
        "place": "接待中心",
        "form": "place",
        "theme": "写好的主题",
    } | changes

    response = browse("office").post(reverse("outreach:new_reception"), form)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "写好的主题" in words(response)


def test_the_database_refuses_what_makes_no_sense(people):
    reception = today_at(people)
    matter = register(people, reception)
    for changes, name in (
        ({"ends_at": "08:00"}, "a_reception_ends_after_it_begins"),
        ({"state": "planned"}, "a_reception_is_made_known_by_somebody_on_a_day"),
        ({"held_on": in_days(-1)}, "a_reception_is_made_known_before_it_is_held"),
        ({"state": "held"}, "a_held_reception_says_who_noted_it"),
        ({"state": "cancelled"}, "a_reception_is_cancelled_with_a_reason"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ReceptionDay.objects.filter(pk=reception.pk).update(**changes)
    with pytest.raises(IntegrityError, match="at_most_five"), transaction.atomic():
        ReceptionItem.objects.filter(matter=matter).update(visitors=["李先生"] * 6)


# --- the day ---------------------------------------------------------------------------------


def test_a_matter_of_a_reception_stands_in_the_ledger_with_its_lead_official(people):
    reception = today_at(people)

    matter = register(people, reception, lead_official=people.cadre2)

    assert (matter.source, matter.reception, matter.registered_on) == (
        "reception",
        reception,
        in_days(0),
    )
    assert Matter.objects.visible_to(people.colleague).filter(pk=matter.pk).exists()
    item = reception.items.get()
    assert (item.visitors, item.opinion) == (["李先生"], "请农业局办理")
    assert matter.raiser_display == "李××"


def test_the_sixth_representative_is_refused_with_the_rule(browse, people):
    reception = today_at(people)
    six = "李先生、王女士、张某某、赵先生、钱先生、孙女士"

    response = browse("office").post(
        reverse("outreach:register_at_reception", args=[reception.pk]),
        {"key": str(uuid.uuid4()), "visitors": six} | part(people),
    )
    assert response.status_code == 422
    assert "第二十条" in str(response.context["form"].errors["visitors"])
    assert not Matter.objects.exists()

    with pytest.raises(TooManyRepresentatives):
        register(people, reception, visitors=["李先生"] * 6)


def test_full_names_are_shortened_before_anything_is_kept(browse, people):
    assert [shown_as(n) for n in ("李大山", "王女士", "张某某", "赵大力先生", "孙", "先生")] == [
        "李某某",
        "王女士",
        "张某某",
        "赵先生",
        "孙某某",
        "先某某",
    ]
    reception = today_at(people)
    url = reverse("outreach:register_at_reception", args=[reception.pk])
    sent = {"key": str(uuid.uuid4()), "visitors": "李大山，王秀英女士"} | part(
        people, opinion="请镇里办理", lead_official=people.cadre2.pk
    )

    assert browse("office").post(url, sent).url == reception.get_absolute_url()
    # Sent again: nothing is registered twice.
    assert browse("office").post(url, sent).status_code == 302

    (item,) = ReceptionItem.objects.all()
    assert item.visitors == ["李某某", "王女士"]
    assert Matter.objects.get().lead_official == people.cadre2


def test_what_is_referred_keeps_channel_and_day_alone(browse, people):
    reception = today_at(people)
    sent = {"key": str(uuid.uuid4()), "visitors": "李先生"} | part(
        people,
        title="征地补偿信访件",
        outcome="referred",
        channel="信访工作机构",
        request_text="已在信访系统",
        opinion="请信访局答复",
        raiser_name="李大山",
    )

    browse("office").post(reverse("outreach:register_at_reception", args=[reception.pk]), sent)

    item = ReceptionItem.objects.get()
    assert (item.visitors, item.opinion) == ([], "")
    assert (item.matter.referred_to, item.matter.raiser_display) == ("信访工作机构", "")
    assert "征地补偿" not in item.matter.title + item.matter.request_text


def test_a_later_referral_erases_who_came_and_what_was_said(people):
    reception = today_at(people)
    matter = register(people, reception)
    people.move(matter, "ask_referred", people.host, channel="信访工作机构", text="属信访事项")
    people.move(matter, "confirm", people.host2)

    item = reception.items.get()
    assert (item.visitors, item.opinion) == ([], "")


def test_an_anonymous_matter_names_nobody(people):
    matter = register(people, today_at(people), confidentiality="anonymous")

    assert matter.reception_item.visitors == []
    assert matter.raiser_display == ""


def test_a_complaint_about_conduct_is_sealed(browse, people):
    reception = today_at(people)
    sent = {"key": str(uuid.uuid4())} | part(
        people, title="某干部", outcome="conduct", request_text="接受吃请", unit=""
    )

    browse("office").post(reverse("outreach:register_at_reception", args=[reception.pk]), sent)

    assert ConductReport.objects.count() == 1
    assert not ReceptionItem.objects.exists()
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    "sent", [{"unit": ""}, {"title": "", "request_text": "写了"}, {"category": ""}]
)
def test_a_matter_without_place_title_or_category_is_sent_back(browse, people, sent):
    reception = today_at(people)
    form = {"key": str(uuid.uuid4()), "visitors": "李先生"} | part(people, **sent)

    response = browse("office").post(
        reverse("outreach:register_at_reception", args=[reception.pk]), form
    )

    assert response.status_code == 422
    assert "李先生" in words(response)
    assert not Matter.objects.exists()


def test_one_more_matter_works_without_script(browse, people):
    reception = today_at(people)
    form = {"key": str(uuid.uuid4()), "visitors": "李先生", "add_matter": "1"} | part(people)

    response = browse("office").post(
        reverse("outreach:register_at_reception", args=[reception.pk]), form
    )

    assert response.status_code == 200
    assert 'name="matters-1-title"' in words(response)


def test_a_day_on_which_nobody_came_is_held_as_well(browse, people):
    reception = today_at(people)

    browse("desk").post(reverse("outreach:hold_reception", args=[reception.pk]))

    reception.refresh_from_db()
    assert (reception.state, reception.held_by) == ("held", people.desk)
    assert not rules.may_cancel_reception(people.desk, reception)
    assert register(people, reception)


# --- who came is for the day's own page ------------------------------------------------------


def test_visitors_stand_on_the_days_page_for_who_holds_it_and_nowhere_else(browse, people):
    reception = today_at(people)
    matter = register(people, reception, visitors=["欧女士"])
    url = reception.get_absolute_url()

    assert "欧女士" in words(browse("office").get(url))
    assert "欧女士" in words(browse("author").get(url))
    assert "欧女士" not in words(browse("supervisor").get(url))
    Matter.objects.update(confidentiality="organisation")
    assert "欧女士" in words(browse("office").get(url))
    assert "欧女士" not in words(browse("desk").get(url))
    for page in ("outreach:receptions", "outreach:matters"):
        assert "欧女士" not in words(browse("office").get(reverse(page), {"tab": "all"})), page
    assert "欧女士" not in words(browse("office").get(matter.get_absolute_url()))
    found = browse("office").get(reverse("search"), {"q": "欧女士"})
    assert found.context["found"] == []
    assert not ReceptionDay.objects.containing("欧女士").exists()


def rows_of(user, tmp_path, **query):
    target = tmp_path / "sheet.xlsx"
    ledgers.write(RECEPTION_LEDGER, user=user, filters=query, target=target, at=timezone.now())
    return [row for row in openpyxl.load_workbook(target).active.values if row[0] == 1]


def test_the_sheet_has_its_headings_and_respects_what_the_raiser_chose(people, tmp_path):
    reception = today_at(people)
    register(people, reception, visitors=["欧女士"], lead_official=people.cadre2, title=EVIL[:60])
    headings = [column.heading for column in RECEPTION_LEDGER.columns]
    assert headings == [
        "日期",
        "接访领导",
        "地点",
        "形式",
        "来访人",
        "反映问题",
        "问题发生地",
        "接待处理意见",
        "责任单位",
        "包案领导",
        "时限",
        "办理结果",
        "备注",
    ]

    (row,) = rows_of(people.office, tmp_path)
    assert (row[5], row[8], row[10]) == ("欧女士", "请农业局办理", "赵敏")
    assert row[6].startswith(EVIL[:60])
    (without,) = rows_of(people.supervisor, tmp_path)
    assert "欧女士" not in without
    assert rows_of(people.neighbour_office, tmp_path) == []

    Matter.objects.update(confidentiality="organisation")
    (kept,) = rows_of(people.office, tmp_path)
    assert kept[5] == "（姓名保密）"


def test_the_sheet_has_results_and_no_states(people, tmp_path):
    reception = today_at(people)
    register(people, reception)
    (open_one,) = rows_of(people.office, tmp_path)
    assert not open_one[12]

    Matter.objects.update(resolution="solved", result_text="护栏已修好")
    (row,) = rows_of(people.office, tmp_path)
    assert row[12] == "已解决；护栏已修好"
    Matter.objects.update(referred_to="信访工作机构", resolution="", result_text="")
    (row,) = rows_of(people.office, tmp_path)
    assert row[12].startswith("已引导至信访工作机构（")


def test_the_notice_for_the_wall_and_scripts_stay_text(browse, people):
    reception = announced(people, theme=EVIL[:60], place=EVIL[:60], duties=EVIL[:60])
    url = reverse("outreach:reception_notice", args=[reception.pk])

    paper, page = browse("office").get(url), browse("office").get(reception.get_absolute_url())

    assert "王建国" in words(paper)
    assert "不超过5人" in words(paper)
    assert "<script>alert" not in words(paper) + words(page)


# --- to-do, reminders, lists -----------------------------------------------------------------


def test_what_is_to_be_made_known_and_noted_waits_for_who_holds_receptions(people):
    planned(people)
    today_at(people)

    for who in ("office", "desk"):
        counts = todo.counts(getattr(people, who))
        assert (counts["announce_reception"], counts["record_reception"]) == (1, 1)
    assert todo.counts(people.host)["announce_reception"] == 0
    assert todo.counts(people.author).get("announce_reception", 0) == 0


def test_a_notice_that_is_due_is_told_until_it_is_made_known(people):
    day = workdays.add_working_days(in_days(0), 1)
    reception = planned(people, held_on=day + timedelta(days=3))
    planned(people, held_on=day + timedelta(days=60))
    colleague = account("office2", "孟江", people.department, Role.OFFICE, place=people.county)

    def told(on):
        tell("reception_notice", day=on)
        rows = Reminder.objects.filter(kind="reception_notice", day=on)
        return {(row.user.username, row.noun_id) for row in rows}

    assert told(day) == {
        (name, reception.pk) for name in ("office", "desk", "desk2", colleague.username)
    }
    Reminder.objects.all().delete()
    receptions.announce_reception(reception=reception, by=people.office, at=now())
    assert told(day) == set()


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("receptions", 9), ("reception", 11)])
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count, page, queries
):
    reception = today_at(people)
    for _ in range(row_count):
        today_at(people)
        register(people, reception)
    url = reverse(f"outreach:{page}", args=[reception.pk] if page == "reception" else [])
    session = browse("office")
    session.get(url)
    with django_assert_num_queries(queries):
        session.get(url, {"tab": "all"})
