"""Tickets of the hotline: recorded as given, never counted, linked to a matter."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from neighbours import hints
from neighbours.actions import hotline as actions
from neighbours.ledgers.hotline import codes
from neighbours.models import CategoryCode, HotlineTicket, HotlineVerdict
from neighbours.rules import hotline as rules
from outreach.models import Matter, MatterContact
from portal import parameters
from portal.models import AuditEntry, ImportBatch, PolicyParameter
from portal.trust import privacy
from tests.day import now
from tests.people import organ
from tests.sheets import accepted, bring, problems, undone, workbook

HEADINGS = [
    "工单号",
    "所属村（社区）",
    "承办单位",
    "地点",
    "诉求类别",
    "标题",
    "受理时间",
    "办理时限",
    "中心评价",
    "转办去向",
]


def row(number="GD1", **changes):
    told = {
        "工单号": number,
        "所属村（社区）": "柳湾村",
        "承办单位": "",
        "地点": "三组",
        "诉求类别": "农田水利",
        "标题": "灌溉渠道淤堵",
        "受理时间": "2026-06-01",
        "办理时限": "2026-06-08",
        "中心评价": "",
        "转办去向": "石桥镇",
    } | changes
    return [told[heading] for heading in HEADINGS]


def tickets(*rows):
    return workbook(HEADINGS, *rows)


def take(people, number="GD1", **changes):
    """A ticket about 柳湾村, recorded by its host."""
    given = {
        "unit": people.village,
        "organ": people.town_organ,
        "category_said": "农田水利",
        "location": "三组",
        "summary": "灌溉渠道淤堵",
        "received_on": date(2026, 6, 1),
        "due_on": date(2026, 6, 8),
        "by": people.host,
        "at": now(),
    } | changes
    return actions.take_ticket(number=number, **given).ticket


def exchange(people, value="yes", **where):
    PolicyParameter.objects.create(
        **where,
        code="hotline.exchange",
        value=value,
        basis="云政办发〔2026〕9号",
        valid_from=date(2020, 1, 1) if value == "yes" else date(2020, 1, 2),
        set_by=people.office,
    )
    parameters.forget()


# --- Import ------------------------------------------------------------------------------------


def test_a_list_of_the_hotline_lies_beside_the_units(people):
    accepted(bring("hotline", tickets(row(), row("GD2", 中心评价="满意")), people.host))

    first, second = HotlineTicket.objects.with_verdict().order_by("pk")
    assert (first.unit, first.host_organ, first.organ) == (
        people.village,
        people.town_organ,
        people.town_organ,
    )
    assert (first.received_on, first.due_on) == (date(2026, 6, 1), date(2026, 6, 8))
    assert (str(first.summary), str(first.location), first.sent_to) == (
        "灌溉渠道淤堵",
        "三组",
        "石桥镇",
    )
    assert (first.said, second.said) == ("", "满意")
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"所属村（社区）": "无此村"}, "D2"),
        ({"所属村（社区）": "", "承办单位": "无此局"}, "E2"),
        ({"所属村（社区）": ""}, "D2"),
        ({"受理时间": "2026/13/40"}, "B2"),
        ({"办理时限": "下周"}, "I2"),
        ({"工单号": ""}, "A2"),
        ({"工单号": "13912345678"}, "A2"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_cell(people, changes, cell):
    batch = bring("hotline", tickets(row(**changes)), people.host)

    assert [found for found, _value, _why in problems(batch)] == [cell]


def test_the_number_of_a_phone_is_no_number_of_a_ticket(people):
    batch = bring("hotline", tickets(row(工单号="13912345678")), people.host)

    assert [why for _cell, _value, why in problems(batch)] == [
        "这是身份证、电话或银行卡号码，不是工单号。"
    ]


def test_a_number_twice_in_a_file_is_refused(people):
    batch = bring("hotline", tickets(row(), row(), row("GD2")), people.host)

    assert [(cell, "2" in why) for cell, _value, why in problems(batch)] == [("A3", True)]
    assert batch.good_count == 2


@pytest.mark.parametrize(
    ("by", "place", "good"),
    [
        ("host", "柳湾村", 1),
        ("host", "上坪村", 0),
        ("neighbour_host", "柳湾村", 0),
        ("desk", "上坪村", 1),
    ],
)
def test_each_takes_in_what_lies_in_their_place(people, by, place, good):
    batch = bring("hotline", tickets(row(**{"所属村（社区）": place})), getattr(people, by))

    assert batch.good_count == good


def test_who_keeps_no_place_brings_no_list(people):
    for who in (people.office, people.author, people.handler, people.liaison):
        with pytest.raises(PermissionDenied):
            bring("hotline", tickets(row()), who)


def test_a_ticket_without_a_unit_stands_with_its_organ(people):
    content = tickets(row(**{"所属村（社区）": "", "承办单位": "石桥镇党委"}))
    accepted(bring("hotline", content, people.host))

    ticket = HotlineTicket.objects.get()
    assert (ticket.unit, ticket.host_organ, ticket.county) == (
        None,
        people.town_organ,
        people.county,
    )


def test_a_category_that_nobody_knows_is_kept_as_said(people):
    accepted(
        bring("hotline", tickets(row(诉求类别="玄学"), row("GD2", 诉求类别="水利")), people.host)
    )

    unknown, known = HotlineTicket.objects.order_by("pk")
    assert (unknown.category, str(unknown.category_said)) == ("", "玄学")
    assert known.category == "02"
    assert list(HotlineTicket.objects.unmapped()) == [unknown]


# --- The same number in a later file --------------------------------------------------------------


def test_a_later_verdict_is_a_further_row(people):
    accepted(bring("hotline", tickets(row()), people.host))
    later = accepted(bring("hotline", tickets(row(中心评价="不满意")), people.host))

    ticket = HotlineTicket.objects.with_verdict().get()
    assert [str(one.said) for one in ticket.verdicts.order_by("pk")] == ["", "不满意"]
    assert (ticket.said, ticket.due_on) == ("不满意", date(2026, 6, 8))

    undone(later)
    assert HotlineTicket.objects.with_verdict().get().said == ""


def test_what_the_later_file_leaves_empty_stays(people):
    take(people, said="满意", given_on=date(2026, 6, 9))
    take(people, due_on=date(2026, 6, 20))

    ticket = HotlineTicket.objects.with_verdict().get()
    assert (ticket.said, ticket.due_on) == ("满意", date(2026, 6, 20))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"诉求类别": "道路"},
        {"地点": "五组"},
        {"受理时间": "2026-06-02"},
        {"中心评价": "满意", "地点": "五组"},
    ],
)
def test_what_is_known_or_differs_is_not_taken_over(people, changes):
    accepted(bring("hotline", tickets(row()), people.host))
    batch = bring("hotline", tickets(row(**changes), row("GD2")), people.host)

    assert (batch.good_count, batch.problem_count) == (1, 1)
    assert HotlineVerdict.objects.count() == 1


def test_a_ticket_that_went_to_a_channel_by_law_later_loses_its_content(people):
    take(people, said="满意")
    accepted(bring("hotline", tickets(row(转办去向="县信访局")), people.host))

    ticket = HotlineTicket.objects.with_verdict().get()
    assert (ticket.is_statutory, ticket.sent_to, ticket.said) == (True, "县信访局", "")
    assert (ticket.summary, ticket.location, ticket.unit, ticket.township_id) == (
        "",
        "",
        None,
        people.town.pk,
    )
    batch = bring("hotline", tickets(row(), row("GD9")), people.host)
    assert batch.problem_count == 1


def test_the_content_of_a_statutory_ticket_is_refused_by_the_database(people):
    ticket = take(people)

    with pytest.raises(IntegrityError), transaction.atomic():
        HotlineTicket.objects.filter(pk=ticket.pk).update(is_statutory=True)


# --- Undoing -----------------------------------------------------------------------------------


def test_an_import_is_undone_whole(people):
    batch = accepted(bring("hotline", tickets(row(), row("GD2")), people.host))

    assert undone(batch).state == ImportBatch.State.UNDONE
    assert not HotlineTicket.objects.exists()


def test_an_import_is_not_undone_when_a_matter_belongs_to_a_ticket(people):
    batch = accepted(bring("hotline", tickets(row()), people.host))
    matter = people.matter()
    ticket = HotlineTicket.objects.get()
    actions.link_ticket(ticket=ticket, by=people.host, at=now(), matter=matter)

    batch = undone(batch)

    assert (batch.state, len(batch.obstacles)) == (ImportBatch.State.ACCEPTED, 1)


# --- Who sees what -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("host", True),
        ("desk", True),
        ("office", True),
        ("supervisor", True),
        ("neighbour_host", False),
        ("neighbour_office", False),
        ("author", False),
        ("handler", False),
        ("liaison", False),
        ("system", False),
    ],
)
def test_a_ticket_is_seen_by_who_reads_the_ledger_of_its_place(people, who, sees):
    take(people)

    assert HotlineTicket.objects.visible_to(getattr(people, who)).exists() == sees


@pytest.mark.parametrize(
    ("who", "knows", "reads"),
    [("host", True, True), ("author", True, False), ("neighbour_cadre", False, False)],
)
def test_a_cadre_of_the_unit_knows_how_many(people, client, who, knows, reads):
    take(people)
    client.force_login(getattr(people, who))

    page = client.get(reverse("neighbours:tickets_of_unit", args=[people.village.pk]))

    assert page.status_code == 200
    assert (page.context["knows"], bool(page.context["tickets"])) == (knows, reads)
    assert page.context["n"] == int(knows)


def test_who_writes_a_visit_down_is_told_how_many(people):
    take(people)
    take(people, "GD2", at=now() - timedelta(days=100))

    (hint,) = hints.tickets_at(people.village, timezone.localdate())
    assert "1" in hint
    assert hints.tickets_at(people.other_village, timezone.localdate()) == []


# --- Matters -----------------------------------------------------------------------------------


def test_a_ticket_is_tied_to_a_matter_of_the_same_unit(people, client):
    ticket, matter = take(people), people.matter()
    client.force_login(people.host)
    address = reverse("neighbours:link_ticket", args=[ticket.pk])

    wrong = client.post(address, {"number": "MQ2020-9999"})
    client.post(address, {"number": matter.number_label})

    assert wrong.status_code == 422
    ticket.refresh_from_db()
    assert ticket.matter == matter
    page = client.get(reverse("neighbours:tickets_of_matter", args=[matter.pk]))
    assert list(page.context["tickets"]) == [ticket]

    client.post(reverse("neighbours:unlink_ticket", args=[ticket.pk]))
    ticket.refresh_from_db()
    assert ticket.matter is None


def test_a_matter_of_another_unit_is_not_about_the_same(people):
    ticket, matter = take(people), people.matter(place=people.other_village)

    with pytest.raises(ValidationError):
        actions.link_ticket(ticket=ticket, by=people.desk, at=now(), matter=matter)


@pytest.mark.parametrize("who", ["author", "office", "neighbour_host", "handler"])
def test_others_tie_nothing(people, who):
    ticket = take(people)

    assert not rules.may_link_ticket(getattr(people, who), ticket)


def test_without_the_document_nothing_is_taken_over(people):
    ticket = take(people)

    decision = rules.may_take_over_ticket(people.host, ticket)

    assert not decision
    assert "12345" in str(decision.refusal)
    with pytest.raises(PermissionDenied):
        actions.take_over_ticket(
            ticket=ticket, by=people.host, at=now(), title="渠道", category="02"
        )


def test_the_document_may_be_of_one_area_alone(people):
    exchange(people, division=people.other_town)
    there = take(people, unit=people.other_village, organ=people.other_town_organ, by=people.desk)

    assert rules.may_take_over_ticket(people.desk, there)
    assert not rules.may_take_over_ticket(people.desk, take(people, "GD2"))


def test_with_it_a_matter_keeps_who_called_and_the_ticket_does_not(people, client):
    exchange(people)
    ticket = take(people)
    client.force_login(people.host)
    address = reverse("neighbours:take_over_ticket", args=[ticket.pk])

    page = client.get(address)
    answer = client.post(
        address,
        {
            "title": "三组渠道淤堵",
            "category": "02",
            "urgency": "normal",
            "nature": "help",
            "raiser_kind": "villager",
            "confidentiality": "named",
            "raiser_name": "李大山",
            "raiser_phone": "13912345678",
        },
    )

    matter = Matter.objects.get()
    assert page.context["form"].initial["title"] == "灌溉渠道淤堵"
    assert answer.url == matter.get_absolute_url()
    assert (matter.source, matter.unit, matter.raiser_display) == (
        "hotline",
        people.village,
        "李××",
    )
    with privacy.opened(matter=matter.pk):
        assert MatterContact.objects.count() == 1
    ticket.refresh_from_db()
    assert ticket.matter == matter
    assert not rules.may_unlink_ticket(people.host, ticket)
    assert not rules.may_take_over_ticket(people.host, ticket)

    exchange(people, "no")
    assert not rules.may_take_over_ticket(people.host, take(people, "GD2"))
    assert Matter.objects.count() == 1


def test_a_matter_that_is_referred_takes_the_content_of_its_ticket_with_it(people):
    ticket, matter = take(people, said="满意"), people.matter()
    actions.link_ticket(ticket=ticket, by=people.host, at=now(), matter=matter)
    people.move(matter, "ask_referred", people.host, channel="信访工作机构")

    people.move(matter, "confirm", people.desk)

    ticket = HotlineTicket.objects.with_verdict().get()
    assert (ticket.is_statutory, ticket.matter, ticket.summary, ticket.said) == (True, None, "", "")
    assert (ticket.number, ticket.sent_to) == ("GD1", "信访工作机构")


def test_a_ticket_with_a_matter_is_not_reduced_by_a_file(people):
    ticket, matter = take(people), people.matter()
    actions.link_ticket(ticket=ticket, by=people.host, at=now(), matter=matter)

    batch = bring("hotline", tickets(row(转办去向="县信访局")), people.host)

    assert (batch.good_count, batch.problem_count) == (0, 1)


# --- Codes -------------------------------------------------------------------------------------


def code(people, category="02", **facts):
    row = CategoryCode.objects.filter(category=category).first() or CategoryCode(category=category)
    facts = {"code": "020301", "name_said": "农田水利", "basis": "云热线〔2026〕2号"} | facts
    return actions.set_code(row=row, by=people.office, at=now(), **facts)


def test_a_category_is_found_by_what_the_office_entered(people):
    ticket = take(people)
    assert ticket.category == ""

    code(people)

    ticket.refresh_from_db()
    assert ticket.category == "02"
    found = actions.Categories()
    assert (found.find("020301"), found.find("农田 水利"), found.find("别的")) == ("02", "02", "")


def test_a_code_costs_the_same_for_one_ticket_and_many(people):
    def cost(category, word, n):
        for number in range(n):
            take(people, f"{category}{number:06}", category_said=word)
        with CaptureQueriesContext(connection) as queries:
            code(people, category, code=f"{category}0101", name_said=word)
        assert HotlineTicket.objects.filter(category=category).count() == n
        return len(queries)

    code(people, "03", name_said="别的")
    assert cost("02", "农田灌溉", 1) == cost("04", "乡村道路", 5)


def test_a_name_of_two_categories_fits_neither(people):
    code(people)
    code(people, "04", code="040101")

    assert actions.Categories().find("农田水利") == ""


def test_no_codes_are_shipped(people):
    assert all(row is None for _category, row in codes())
    assert len(codes()) == 18
    code(people, "51", name_said="薪酬")
    assert len(codes()) == 19


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"code": "12345", "basis": "x"}, "code"),
        ({"code": "abcdef", "basis": "x"}, "code"),
        ({"code": "020301"}, "basis"),
    ],
)
def test_a_code_has_six_digits_and_a_basis(people, client, sent, wrong):
    client.force_login(people.office)

    answer = client.post(reverse("neighbours:set_category_code", args=[2]), sent)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])


def test_the_office_sets_a_code_on_its_page(people, client):
    client.force_login(people.office)
    sent = {"code": "020301", "name_said": "农田水利", "basis": "云热线〔2026〕2号"}

    answer = client.post(reverse("neighbours:set_category_code", args=[2]), sent)
    page = client.get(answer.url)

    assert "020301" in page.content.decode()
    assert client.get(reverse("neighbours:set_category_code", args=[99])).status_code == 404
    assert AuditEntry.objects.filter(event="category_code.set").count() == 1


# --- Pages and sheets --------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    people, client, django_assert_max_num_queries, n
):
    for number in range(n):
        take(people, f"GD{number}")
    client.force_login(people.host)

    with django_assert_max_num_queries(14):
        page = client.get(reverse("neighbours:tickets"))

    assert len(page.context["page"]) == n


@pytest.mark.parametrize(
    ("tab", "n"), [("all", 3), ("not_judged", 1), ("statutory", 1), ("unmapped", 2)]
)
def test_each_tab(people, client, tab, n):
    take(people)
    take(people, "GD2", said="满意")
    take(people, "GD3", is_statutory=True, destination="县信访局")
    client.force_login(people.host)

    page = client.get(reverse("neighbours:tickets"), {"tab": tab})

    assert len(page.context["page"]) == n


def test_the_page_of_a_ticket_says_what_there_is(people, client):
    ticket = take(people, said="满意")
    bare = take(people, "GD3", is_statutory=True, destination="县信访局")
    client.force_login(people.host)

    whole, reduced = (client.get(one.get_absolute_url()).content.decode() for one in (ticket, bare))

    assert "灌溉渠道淤堵" in whole and "满意" in whole
    assert "县信访局" in reduced


def test_a_host_that_was_merged_names_its_tickets_by_its_own_number(people):
    """Numbers are unique within a county only: two hotlines may use the same."""
    other = organ("望江镇党委", "township", place=people.other_county)
    take(people)
    with pytest.raises(PermissionDenied):
        take(people, unit=None, organ=other)


def test_the_table_of_categories_costs_the_same_for_none_and_for_three(
    client, people, django_assert_max_num_queries
):
    client.force_login(people.office)
    address = reverse("neighbours:category_codes")
    client.get(address)
    for count in (0, 3):
        for category in ("01", "02", "03")[:count]:
            CategoryCode.objects.create(
                category=category,
                name_said="道路",
                basis="示例",
                set_by=people.office,
                set_at=timezone.now(),
            )
        with django_assert_max_num_queries(8):
            client.get(address)
