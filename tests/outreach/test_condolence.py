"""走访慰问: who is on a list, what is posted, who approves, what is delivered and printed."""

import re
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.template.defaultfilters import floatformat
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from outreach import tasks
from outreach.actions import condolence as actions
from outreach.door.views import published_list
from outreach.ledgers.condolence import REGISTER, SUMMARY
from outreach.models import (
    CondolenceCampaign,
    CondolenceName,
    CondolenceObjection,
    CondolenceRecipient,
    CondolenceVisit,
    Household,
    PublishedList,
)
from outreach.rules import condolence as rules
from portal import parameters
from portal.days import festivals, workdays
from portal.models import AuditEntry, PolicyParameter, RoleGrant
from portal.roles import Role
from portal.sheets import ledgers
from portal.trust import crypto
from tests.day import now, today
from tests.group import Group
from tests.outreach.test_together import at_once
from tests.people import account, fresh

NAME = "欧阳秀英"


def campaign_of(people, **changes):
    fields = {
        "festival": "newyear",
        "year": 2027,
        "objection_phone": "100-0000-0012",
        "budgets": {"dues": Decimal(3000), "finance": Decimal(1000)},
        "standards": {"oldmember": Decimal(800)},
    } | changes
    return actions.open_campaign(by=people.office, at=now(), **fields)


def put(people, campaign, *, by=None, unit=None, **changes):
    fields = {"name": NAME, "category": "oldmember", "source": "dues"} | changes
    return actions.put_forward(
        campaign=campaign, unit=unit or people.village, by=by or people.host, at=now(), **fields
    )


def published(people, campaign=None):
    return actions.publish_list(
        campaign=campaign or campaign_of(people), by=people.office, at=now()
    )


def overdue(campaign):
    """As if the notice had been posted long enough."""
    day = today() - timedelta(days=1)
    first = day - timedelta(days=9)
    CondolenceCampaign.objects.filter(pk=campaign.pk).update(notice_from=first, notice_to=day)
    PublishedList.objects.filter(campaign=campaign).update(first_on=first, last_on=day)
    campaign.refresh_from_db()
    return campaign


def heard(people, campaign):
    published(people, campaign)
    return actions.end_notice(campaign=overdue(campaign), by=people.office, at=now())


def approved(people, campaign):
    return actions.approve_list(campaign=heard(people, campaign), by=people.office, at=now())


def deliver(people, recipient, *, by=None, **changes):
    fields = {
        "visited_on": today(),
        "first_cadre": people.cadre,
        "second_cadre": people.cadre2,
        "way": "transfer",
        "handed_by": "镇财政所",
    } | changes
    return actions.enter_visit(recipient=recipient, by=by or people.host, at=now(), **fields)


@pytest.fixture
def browse(people):
    def sign_in(name):
        client = Client()
        client.force_login(getattr(people, name))
        return client

    return sign_in


def refused(field, function, *args, **kwargs):
    with pytest.raises(ValidationError) as problem, transaction.atomic():
        function(*args, **kwargs)
    found = problem.value.message_dict
    return field in found or found


# --- statements ---------------------------------------------------------------------------------


def test_a_long_list_hangs_out_in_as_many_statements(people, django_assert_max_num_queries):
    counted = []
    for festival, n in (("newyear", 1), ("spring", 3)):
        campaign = campaign_of(people, festival=festival)
        for number in range(n):
            put(people, campaign, name=f"李大{'山水田林'[number]}")
        with django_assert_max_num_queries(60) as queries:
            published(people, campaign)
        counted.append(len(queries))
        assert PublishedList.objects.get(campaign=campaign).rows.count() == n
    # The first one also loads the norms and the calendar.
    assert counted[1] <= counted[0]


# --- festivals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("festival", "days"),
    [
        ("spring", "2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03"),
        ("autumn", "2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12"),
        ("ninth", "2026-10-18 2027-10-08 2028-10-26 2029-10-16 2030-10-05"),
        ("newyear", "2026-01-01 2027-01-01"),
        ("party", "2026-07-01"),
        ("army", "2026-08-01"),
        ("national", "2026-10-01"),
    ],
)
def test_festivals_fall_on_their_days(festival, days):
    for day in map(date.fromisoformat, days.split()):
        assert festivals.day_of(festival, day.year) == day


def test_the_window_is_a_norm_and_longer_before_the_spring_festival(people):
    assert festivals.window_of("spring", 2027).first == date(2027, 1, 7)
    assert festivals.window_of("ninth", 2026).first == date(2026, 9, 28)
    PolicyParameter.objects.create(
        code="festival.window_days",
        value="7",
        basis="县定",
        valid_from=date(2020, 1, 1),
        set_by=people.office,
    )
    parameters.forget()
    assert festivals.window_of("ninth", 2026).first == date(2026, 10, 11)
    open_now = festivals.windows_around(date(2026, 12, 28))
    assert [(f.value, y) for f, y, _w in open_now] == [("newyear", 2027)]


# --- the campaign -------------------------------------------------------------------------------


def test_the_days_of_a_campaign_are_computed_and_steps_are_rows(people):
    campaign = campaign_of(people)

    assert (campaign.starts_on, campaign.ends_on) == (date(2026, 12, 12), date(2027, 1, 1))
    assert campaign.label == "2027年元旦"
    assert campaign.division == people.county
    step = campaign.steps.get()
    assert (step.from_state, step.to_state, step.by) == ("", "listing", people.office)
    assert AuditEntry.objects.filter(event="condolence.opened").count() == 1


def test_one_campaign_of_an_organ_and_festival(people):
    campaign_of(people)
    with pytest.raises(ValidationError, match="."), transaction.atomic():
        campaign_of(people)


@pytest.mark.parametrize("who", ["liaison", "author", "supervisor", "desk"])
def test_who_manages_no_campaigns_opens_none(people, who):
    with pytest.raises(PermissionDenied):
        actions.open_campaign(
            festival="spring",
            year=2027,
            objection_phone="1000012",
            by=getattr(people, who),
            at=now(),
        )


def test_a_campaign_is_seen_in_its_area_alone(people):
    campaign_of(people)

    for who, sees in (
        ("office", 1),
        ("host", 1),
        ("liaison", 1),
        ("neighbour_host", 1),
        ("supervisor", 1),
        ("neighbour_office", 0),
        ("author", 0),
        ("desk", 0),
        ("auditor", 0),
    ):
        assert CondolenceCampaign.objects.visible_to(getattr(people, who)).count() == sees, who


def test_a_budget_does_not_fall_below_what_the_list_uses(people):
    campaign = campaign_of(people)
    put(people, campaign)

    assert (
        refused(
            "budget_dues",
            actions.change_budget,
            campaign=campaign,
            by=people.office,
            budgets={"dues": Decimal(500)},
            standards={},
            objection_phone="1000013",
        )
        is True
    )


# --- the list -----------------------------------------------------------------------------------


def test_a_name_is_encrypted_and_stands_masked(people):
    recipient = put(people, campaign_of(people))

    assert recipient.masked_name == "欧××"
    assert recipient.amount == 800  # the category's standard
    assert not CondolenceName.objects.exists()  # closed by row-level security
    assert actions.reveal_name(recipient=recipient, by=people.host) == NAME
    assert AuditEntry.objects.filter(event="condolence.name_revealed").count() == 1


@pytest.mark.parametrize("who", ["supervisor", "author", "neighbour_host", "neighbour_office"])
def test_names_are_for_those_who_list_and_visit(people, who):
    recipient = put(people, campaign_of(people))
    with pytest.raises(PermissionDenied):
        actions.reveal_name(recipient=recipient, by=getattr(people, who))


def test_who_visits_may_read_the_name(people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    approved(people, campaign)
    deliver(people, recipient)

    assert actions.reveal_name(recipient=recipient, by=people.author) == NAME
    assert CondolenceRecipient.objects.visible_to(people.author).count() == 1
    assert not CondolenceRecipient.objects.visible_to(people.neighbour_cadre).exists()


def test_hosts_list_for_their_units_and_liaisons_for_their_organ(people):
    campaign = campaign_of(people)

    assert put(people, campaign, by=people.liaison).organ == people.agriculture
    with pytest.raises(PermissionDenied):
        put(people, campaign, by=people.neighbour_host, name="王小二")
    with pytest.raises(PermissionDenied):
        put(people, campaign, by=people.supervisor, name="王小二")
    with pytest.raises(PermissionDenied):
        put(people, campaign, by=people.host, unit=people.other_village, name="王小二")


def test_nobody_of_an_abolished_unit_is_listed(people):
    campaign = campaign_of(people)
    people.village.ended_on = today()
    people.village.save()

    with pytest.raises(PermissionDenied, match="柳湾村"):
        put(people, campaign)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal("99999999")}, "amount"),
        ({"amount": Decimal(5001)}, "amount"),
        ({"amount": Decimal(0)}, "__all__"),
        ({"goods": "米", "amount": Decimal(100)}, "__all__"),
        ({"amount": Decimal(3001)}, "source"),
        ({"source": "donated"}, "source"),
        ({"source": "bribe"}, "source"),
        ({"name": "=1+1"}, "name"),
        ({"name": "<script>"}, "name"),
        ({"name": "李"}, "name"),
        ({"name": "李11010519491231002X"}, "name"),
        ({"serial": "110105194912"}, "serial"),
        ({"goods": "卡号6222020200112233445", "goods_value": Decimal(1)}, "goods"),
        ({"reason": "income"}, "__all__"),
        ({"joined_party": "1968-13"}, "__all__"),
        ({"category": "petitioner"}, "category"),
    ],
)
def test_bad_recipients_are_refused_at_their_field(people, changes, field):
    campaign = campaign_of(people)
    assert refused(field, put, people, campaign, **changes) is True
    assert not CondolenceRecipient.objects.exists()


def test_a_source_never_gives_more_than_it_has(people):
    campaign = campaign_of(people)
    put(people, campaign, amount=Decimal(2500))

    with pytest.raises(ValidationError, match="500") as problem:
        put(people, campaign, name="李大山", amount=Decimal("500.01"))
    assert "source" in problem.value.message_dict
    put(people, campaign, name="李大山", amount=Decimal(500))
    assert rules.used_of_budget(campaign)["dues"] == (3000, 3000)


def test_two_at_once_do_not_overdraw_a_source(committed_people):
    people = committed_people
    campaign = campaign_of(people)

    def one(name):
        host = fresh(people.host)
        return lambda: put(people, campaign, by=host, name=name, amount=Decimal(2000))

    results = at_once(one("李大山"), one("王小二"))

    assert sorted(isinstance(one, ValidationError) for one in results) == [False, True]


def test_the_same_person_stands_once_on_a_list(people):
    campaign = campaign_of(people)
    first = put(people, campaign, serial="12")

    assert refused("name", put, people, campaign) is True
    assert (
        refused("name", put, people, campaign, serial="12", category="model", amount=Decimal(100))
        is True
    )
    put(people, campaign, serial="15")  # a namesake in another household
    put(people, campaign, unit=people.other_village, by=people.neighbour_host)
    actions.remove_recipient(recipient=first, by=people.host, at=now(), reason="重复")
    put(people, campaign, serial="12")


def test_a_serial_stands_on_the_units_own_list_where_it_keeps_one(people):
    campaign = campaign_of(people)
    household = Household.objects.create(unit=people.village, serial="7", display_name="欧××户")

    assert put(people, campaign, serial="7").household == household
    assert refused("serial", put, people, campaign, name="李大山", serial="8") is True


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": -1},
        {"amount": 0},
        {"goods": "米面油"},
        {"reason": "income"},
        {"removed_reason": "x"},
        {"joined_party": "1968"},
    ],
)
def test_the_database_refuses_half_a_recipient(people, changes):
    recipient = put(people, campaign_of(people))
    with pytest.raises(IntegrityError), transaction.atomic():
        CondolenceRecipient.objects.filter(pk=recipient.pk).update(**changes)


# --- the notice ---------------------------------------------------------------------------------


def page(token, **query):
    return published_list(RequestFactory().get("/", query), token)


def test_the_public_page_shows_masked_names_and_categories_alone(people):
    campaign = campaign_of(people)
    put(people, campaign)
    put(
        people,
        campaign,
        name="李大山",
        category="masses",
        source="finance",
        reason="income",
        amount=Decimal(600),
    )
    published(people, campaign)
    listed = PublishedList.objects.get()

    response = page(listed.token)
    text = response.content.decode()

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert len(response.content) < 30_000
    assert len(listed.token) >= 32
    for shown in ("欧××", "李××", "老党员", "困难群众", "100-0000-0012", "<td>800</td>", "柳湾村"):
        assert shown in text
    for hidden in (
        NAME,
        "李大山",
        "收入",
        "600",
        "script",
        "iframe",
        "sessionid",
        people.host.name,
    ):
        assert hidden not in text


def test_the_public_page_is_gone_after_its_last_day(people):
    campaign = campaign_of(people)
    put(people, campaign)
    published(people, campaign)
    token = PublishedList.objects.get().token
    last_on = PublishedList.objects.get().last_on

    assert actions.drop_ended_lists(on=last_on) == 0
    overdue(campaign)
    response = page(token)
    assert response.status_code == 404
    assert "公示已结束" in response.content.decode()
    tasks.drop_ended_lists(on=today().isoformat())
    assert not PublishedList.objects.exists()
    assert page(token).status_code == page("=cmd").status_code == 404


def test_a_long_list_stays_under_thirty_kilobytes(people):
    campaign = campaign_of(people)
    put(people, campaign)
    published(people, campaign)
    listed = PublishedList.objects.get()
    row = listed.rows.get()
    listed.rows.bulk_create(
        type(row)(
            published=listed,
            recipient_id=0,
            masked_name="李××",
            category="军属、退役军人",
            standard=Decimal("12345.00"),
        )
        for _n in range(320)
    )

    first, third = page(listed.token), page(listed.token, page="3")
    assert max(len(first.content), len(third.content)) < 30_000
    assert "下一页" in first.content.decode()
    assert "下一页" not in third.content.decode()
    assert page(listed.token, page="x").status_code == 200


def test_a_notice_runs_for_five_working_days(people):
    campaign = campaign_of(people)
    put(people, campaign)

    earliest = actions.earliest_end(today())
    worked = sum(
        workdays.is_working_day(today() + timedelta(days=n))
        for n in range((earliest - today()).days + 1)
    )
    assert worked == 5
    assert (
        refused(
            "last_on",
            actions.publish_list,
            campaign=campaign,
            by=people.office,
            at=now(),
            last_on=earliest - timedelta(days=1),
        )
        is True
    )
    assert published(people, campaign).notice_to == earliest


def test_an_empty_list_does_not_hang_out_and_a_listing_ends_with_the_notice(people):
    campaign = campaign_of(people)
    with pytest.raises(PermissionDenied):
        published(people, campaign)
    put(people, campaign)
    published(people, campaign)
    with pytest.raises(PermissionDenied):
        put(people, campaign, name="李大山")
    with pytest.raises(PermissionDenied):
        published(people, campaign)


def test_a_list_sent_back_comes_down_and_hangs_out_anew(people):
    campaign = campaign_of(people)
    put(people, campaign)
    published(people, campaign)

    back = actions.send_back(campaign=campaign, by=people.office, at=now(), reason="漏报")

    assert back.state == "listing"
    assert not PublishedList.objects.exists()
    put(people, campaign, name="李大山")
    assert published(people, back).state == "notice"
    assert [s.to_state for s in back.steps.order_by("pk")] == [
        "listing",
        "notice",
        "listing",
        "notice",
    ]


# --- objections ---------------------------------------------------------------------------------


def objected(people, campaign, recipient=None, **changes):
    fields = {"way": "phone", "text": "已有类似帮扶", "received_on": today()} | changes
    return actions.enter_objection(
        campaign=campaign,
        recipient=recipient,
        by=people.host,
        at=now(),
        unit=None if recipient else people.village,
        **fields,
    )


def test_no_objection_is_entered_to_who_was_removed(browse, people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    put(people, campaign, name="李秀英")
    published(people, campaign)
    url = reverse("outreach:object_to_recipient", args=[recipient.pk])
    page = reverse("outreach:condolence_recipient", args=[recipient.pk])
    assert url in browse("host").get(page).content.decode()

    actions.remove_recipient(recipient=recipient, by=people.host, at=now(), reason="已去世")

    assert url not in browse("host").get(page).content.decode()
    with pytest.raises(PermissionDenied):
        objected(people, campaign, CondolenceRecipient.objects.get(pk=recipient.pk))


def test_approval_waits_for_the_last_day_and_for_every_objection(people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    published(people, campaign)
    with pytest.raises(PermissionDenied):
        actions.end_notice(campaign=campaign, by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        actions.approve_list(campaign=campaign, by=people.office, at=now())
    objection = objected(people, campaign, recipient)
    overdue(campaign)
    with pytest.raises(PermissionDenied, match="1"):
        actions.end_notice(campaign=campaign, by=people.office, at=now())

    with pytest.raises(PermissionDenied):  # their own recipient
        actions.decide_objection(
            objection=objection, by=people.host, at=now(), decision="kept", reason="属实"
        )
    decided = actions.decide_objection(
        objection=objection, by=people.host2, at=now(), decision="kept", reason="情况属实，保留"
    )
    assert (decided.decided_by, decided.text) == (people.host2, "已有类似帮扶")
    with pytest.raises(PermissionDenied):
        actions.decide_objection(
            objection=objection, by=people.office, at=now(), decision="removed", reason="x"
        )
    heard_of = actions.end_notice(campaign=campaign, by=people.office, at=now())
    assert actions.approve_list(campaign=heard_of, by=people.office, at=now()).state == "approved"


def test_a_recipient_removed_on_an_objection_leaves_the_public_page(people):
    campaign = campaign_of(people)
    recipient, _other = put(people, campaign), put(people, campaign, name="李大山")
    published(people, campaign)
    objection = objected(people, campaign, recipient)

    actions.decide_objection(
        objection=objection, by=people.office, at=now(), decision="removed", reason="不符合条件"
    )

    recipient.refresh_from_db()
    assert (recipient.removed_by, recipient.removed_reason) == (people.office, "不符合条件")
    text = page(PublishedList.objects.get().token).content.decode()
    assert "欧××" not in text
    assert "李××" in text


def test_objections_hold_no_numbers_and_no_wrong_day_or_decision(people):
    campaign = campaign_of(people)
    put(people, campaign)
    with pytest.raises(PermissionDenied):
        objected(people, campaign)
    published(people, campaign)

    objection = objected(people, campaign, text="11010519491231002X 家里有车")
    assert "1101" not in objection.text
    assert (
        refused("received_on", objected, people, campaign, received_on=today() + timedelta(days=1))
        is True
    )
    assert (
        refused(
            "decision",
            actions.decide_objection,
            objection=objection,
            by=people.office,
            at=now(),
            decision="removed",
            reason="x",
        )
        is True
    )
    assert not CondolenceObjection.objects.visible_to(people.neighbour_host).exists()


# --- approval and visits ------------------------------------------------------------------------


def test_who_put_somebody_forward_does_not_approve_the_list(people):
    campaign = campaign_of(people)
    put(people, campaign)
    put(people, campaign, by=people.office, name="李大山")
    heard(people, campaign)

    with pytest.raises(PermissionDenied):
        actions.approve_list(campaign=campaign, by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        actions.approve_list(campaign=campaign, by=people.host, at=now())


def test_two_approve_at_once_and_one_is_told(committed_people):
    people = committed_people
    campaign = campaign_of(people)
    put(people, campaign)
    heard(people, campaign)

    def approve():
        office = fresh(people.office)
        return lambda: actions.approve_list(campaign=campaign, by=office, at=now())

    results = at_once(approve(), approve())

    assert sorted(isinstance(one, PermissionDenied) for one in results) == [False, True]
    assert campaign.steps.filter(to_state="approved").count() == 1


def test_two_people_visit_once_and_the_campaign_moves_by_itself(people):
    campaign = campaign_of(people)
    recipient = put(people, campaign, goods="米面油", goods_value=Decimal(200), amount=Decimal(600))
    approved(people, campaign)

    visit = deliver(people, recipient)

    assert (visit.amount, visit.goods, visit.goods_value) == (600, "米面油", 200)
    campaign.refresh_from_db()
    assert campaign.state == "visiting"
    with pytest.raises(PermissionDenied):
        deliver(people, recipient)
    closed = actions.close_campaign(campaign=campaign, by=people.office, at=now())
    assert closed.state == "closed"
    with pytest.raises(PermissionDenied):
        actions.void_visit(visit=visit, by=people.host, at=now(), reason="x")


def test_no_visit_before_the_approval(people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    for prepare in (lambda: None, lambda: published(people, campaign)):
        prepare()
        with pytest.raises(PermissionDenied):
            deliver(people, recipient)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"second_cadre": "cadre"}, "second_cadre"),
        ({"second_cadre": "left"}, "second_cadre"),
        ({"visited_on": 1}, "visited_on"),
        ({"visited_on": -1}, "visited_on"),
        ({"amount": Decimal(801)}, "amount"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"diary": "elsewhere"}, "diary"),
        ({"way": "red envelope"}, "way"),
        ({"handed_by": ""}, "handed_by"),
    ],
)
def test_bad_visits_are_refused(people, changes, field):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    approved(people, campaign)
    left = people.neighbour
    left.left_on = today()
    left.save()
    given = {
        name: {"cadre": people.cadre, "left": left}.get(value, value)
        for name, value in changes.items()
    }
    if "visited_on" in given:
        given["visited_on"] = today() + timedelta(days=given["visited_on"])
    if "diary" in given:
        given["diary"] = people.visit(purposes=["routine"])
    assert refused(field, deliver, people, recipient, **given) is True
    assert not CondolenceVisit.objects.exists()


def test_a_visit_entered_wrongly_is_voided_and_entered_again(people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    approved(people, campaign)
    visit = deliver(people, recipient)

    actions.void_visit(visit=visit, by=people.host, at=now(), reason="人员有误")
    with pytest.raises(PermissionDenied):
        actions.close_campaign(campaign=campaign, by=people.office, at=now())
    deliver(people, recipient, second_cadre=people.neighbour)

    assert recipient.visits.count() == 2
    assert recipient.visits.standing().get().second_cadre == people.neighbour


def test_a_diary_entry_is_ticked_and_brings_day_and_visitors(browse, people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    other = put(people, campaign, name="李大山")
    approved(people, campaign)
    diary = people.visit(purposes=["condolence"], companions=[people.cadre2])
    url = reverse("outreach:enter_condolence_visit", args=[recipient.pk])

    assert str(diary.pk) in browse("host").get(url).content.decode()
    sent = {"diary": diary.pk, "way": "handed", "handed_by": "王建国", "along": [other.pk]}
    assert browse("host").post(url, sent).status_code == 302

    for one in (recipient, other):
        visit = one.visits.get()
        assert (visit.diary, visit.first_cadre, visit.second_cadre, visit.amount) == (
            diary,
            people.cadre,
            people.cadre2,
            800,
        )


def test_a_visit_offers_only_recipients_whose_visits_one_enters(browse, people):
    """A liaison who also supervises the county sees what others put forward, no more."""
    campaign = campaign_of(people)
    own = put(people, campaign, by=people.liaison)
    more = put(people, campaign, by=people.liaison, name="李大山")
    others = put(people, campaign, name="李秀英")
    approved(people, campaign)
    RoleGrant.objects.create(
        user=people.liaison,
        role=Role.SUPERVISOR,
        division=people.county,
        starts_on=today(),
        granted_by=people.office,
    )
    assert others in CondolenceRecipient.objects.visible_to(fresh(people.liaison))
    url = reverse("outreach:enter_condolence_visit", args=[own.pk])

    form = browse("liaison").get(url).context["form"]

    assert list(form.fields["along"].queryset) == [more]


# --- pages --------------------------------------------------------------------------------------


def form_of(people, **changes):
    return {
        "unit": people.village.pk,
        "name": NAME,
        "category": "oldmember",
        "source": "dues",
    } | changes


def test_from_the_form_to_the_list_without_a_name_in_it(browse, people):
    campaign = campaign_of(people)
    url = reverse("outreach:put_forward", args=[campaign.pk])

    again = browse("host").post(url, form_of(people, another="on"))
    assert again.url == f"{url}?unit={people.village.pk}"
    assert "柳湾村" in browse("host").get(again.url).content.decode()

    recipient = CondolenceRecipient.objects.get()
    listed = browse("host").get(reverse("outreach:condolence_recipients")).content.decode()
    record = browse("host").get(recipient.get_absolute_url()).content.decode()
    assert "欧××" in listed
    assert NAME not in listed + record
    shown = browse("host").post(reverse("outreach:reveal_recipient", args=[recipient.pk]))
    assert NAME in shown.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"unit": ""}, "unit"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1e9"}, "amount"),
        ({"amount": "=2+3"}, "amount"),
        ({"amount": "3500"}, "source"),
        ({"goods": "电话13912345678", "goods_value": "5"}, "numbers"),
    ],
)
def test_bad_input_is_said_at_its_field_and_stays(browse, people, changes, field):
    campaign = campaign_of(people)
    url = reverse("outreach:put_forward", args=[campaign.pk])

    response = browse("host").post(url, form_of(people) | changes)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not CondolenceRecipient.objects.exists()


def test_a_unit_outside_is_said_at_its_field(browse, people):
    campaign = campaign_of(people)
    url = reverse("outreach:put_forward", args=[campaign.pk])
    response = browse("host").post(url, form_of(people, unit=people.other_village.pk))
    assert response.status_code == 422
    assert "unit" in response.context["form"].errors


def test_campaign_pages_from_opening_to_closing(browse, people):
    office, host = browse("office"), browse("host")
    opened = office.post(
        reverse("outreach:new_condolence"),
        {
            "festival": "spring",
            "year": 2027,
            "objection_phone": "100-0000-0012",
            "budget_dues": "2000",
        },
    )
    campaign = CondolenceCampaign.objects.get()
    assert opened.status_code == 302
    name = "outreach:condolence_budget"
    office.post(
        reverse(name, args=[campaign.pk]),
        {"objection_phone": "100-0000-0012", "budget_dues": "2000", "standard_oldmember": "500"},
    )
    host.post(reverse("outreach:put_forward", args=[campaign.pk]), form_of(people))
    office.post(
        reverse("outreach:publish_condolence", args=[campaign.pk]),
        {"last_on": actions.earliest_end(today())},
    )
    shown = office.get(campaign.get_absolute_url())
    unit = shown.context["units"][0]
    assert PublishedList.objects.get().token in unit["public"]
    board = office.get(unit["board"]).content.decode()
    assert "欧××" in board
    assert "500" in board
    assert "100-0000-0012" in board
    host.post(
        reverse("outreach:object_to_list", args=[campaign.pk]),
        {"unit": people.village.pk, "way": "visit", "received_on": today(), "text": "有遗漏"},
    )
    objection = CondolenceObjection.objects.get()
    office.post(
        reverse("outreach:decide_objection", args=[objection.pk]),
        {"decision": "noted", "reason": "已解释"},
    )
    overdue(campaign)
    assert office.get(unit["board"]).status_code == 403
    office.post(reverse("outreach:end_condolence_notice", args=[campaign.pk]))
    office.post(reverse("outreach:approve_condolence", args=[campaign.pk]), {"document": "2027-1"})
    recipient = CondolenceRecipient.objects.get()
    host.post(
        reverse("outreach:enter_condolence_visit", args=[recipient.pk]),
        {
            "visited_on": today(),
            "first_cadre": people.cadre.pk,
            "second_cadre": people.cadre2.pk,
            "way": "transfer",
            "handed_by": "镇财政所",
        },
    )
    signed = host.post(reverse("outreach:print_condolence_register", args=[campaign.pk]))
    assert NAME in signed.content.decode()
    assert "领取人签字" in signed.content.decode()
    office.post(reverse("outreach:close_condolence", args=[campaign.pk]))
    campaign.refresh_from_db()
    assert campaign.state == "closed"
    page = office.get(campaign.get_absolute_url())
    assert page.context["budget"]["total"] == {
        "planned": 2000,
        "used": 500,
        "delivered": 500,
        "left": 1500,
    }


def test_the_print_for_signatures_is_one_audit_entry_and_not_for_supervisors(browse, people):
    campaign = campaign_of(people)
    put(people, campaign)
    approved(people, campaign)
    url = reverse("outreach:print_condolence_register", args=[campaign.pk])

    assert browse("supervisor").post(url).status_code == 403
    assert NAME not in browse("neighbour_host").post(url).content.decode()
    before = AuditEntry.objects.filter(event="condolence.register_made").count()
    browse("host").post(url)
    assert AuditEntry.objects.filter(event="condolence.register_made").count() == before + 1


@pytest.mark.parametrize(
    "query",
    ["?campaign=999999", "?category=x", "?visited_from=tomorrow", "?q=%00x", "?tab=none&unit=abc"],
)
def test_a_broken_address_is_said(browse, people, query):
    url = reverse("outreach:condolence_recipients") + query
    assert browse("host").get(url).status_code in {200, 400, 404}


def test_units_are_searched_and_names_are_not(browse, people):
    campaign = campaign_of(people)
    put(people, campaign)
    url = reverse("outreach:condolence_recipients")

    assert len(browse("host").get(url, {"q": "柳湾"}).context["page"].rows) == 1
    assert not browse("host").get(url, {"q": "欧阳"}).context["page"].rows
    assert "欧××" not in browse("host").get("/search/", {"q": "欧阳"}).content.decode()


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("condolence_recipients", 11), ("condolence", 9)])
def test_lists_cost_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count, name, queries
):
    for place in range(row_count):
        campaign = campaign_of(people, year=2027 + place)
        put(people, campaign)
    session = browse("host")
    session.get(reverse(f"outreach:{name}"))
    with django_assert_num_queries(queries):
        session.get(reverse(f"outreach:{name}"))


@pytest.mark.parametrize("row_count", [1, 3])
def test_a_campaign_costs_the_same_for_one_recipient_and_three(
    browse, people, django_assert_num_queries, row_count
):
    campaign = campaign_of(people)
    for name in ("李大山", "王小二", "赵四海")[:row_count]:
        put(people, campaign, name=name)
    session = browse("office")
    session.get(campaign.get_absolute_url())
    with django_assert_num_queries(17):
        session.get(campaign.get_absolute_url())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"budget_dues": "-1"}, "金额不能为负数"),
        ({"budget_dues": "99999999999999"}, "金额过大"),
        ({"budget_dues": "1.005"}, "金额最多两位小数"),
        ({"budget_dues": "=A1"}, "请用数字填写金额"),
        ({"objection_phone": "<b>100-0000-0012</b>"}, "这里只填一个电话号码"),
    ],
)
def test_amounts_and_the_printed_phone_are_refused_in_plain_words(browse, people, typed, said):
    given = {"festival": "spring", "year": 2027, "objection_phone": "100-0000-0012"} | typed
    answer = browse("office").post(reverse("outreach:new_condolence"), given)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_who_put_the_recipient_forward_reads_why_another_decides(browse, people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    published(people, campaign)
    objection = actions.enter_objection(
        campaign=campaign,
        recipient=recipient,
        way="phone",
        received_on=today(),
        text="家里有车",
        by=people.office,
        at=now(),
    )
    link = reverse("outreach:decide_objection", args=[objection.pk])
    for page in (campaign, recipient):
        shown = browse("host").get(page.get_absolute_url()).content.decode()
        assert link not in shown
        assert "该对象由您推荐，须由他人处理" in shown
        assert link in browse("office").get(page.get_absolute_url()).content.decode()


# --- sheets -------------------------------------------------------------------------------------


def cells_of(target):
    return [
        [cell for cell in row if cell is not None]
        for row in openpyxl.load_workbook(target).active.iter_rows(values_only=True)
    ]


def test_the_register_has_the_official_headings_and_names_for_who_lists(people, tmp_path):
    campaign = campaign_of(people)
    recipient = put(
        people,
        campaign,
        goods="米面油",
        goods_value=Decimal(200),
        serial="12",
        amount=Decimal(600),
        age_band="80",
        joined_party="1968-07",
        gender="2",
    )
    approved(people, campaign)
    deliver(people, recipient)
    target = tmp_path / "x.xlsx"

    manifest = ledgers.write(
        REGISTER,
        user=people.host,
        filters={"campaign": campaign.pk},
        target=target,
        at=timezone.now(),
    )

    cells = cells_of(target)
    assert [
        "序号",
        "慰问节日",
        "单位",
        "姓名",
        "性别",
        "出生年月/年龄段",
        "慰问类别",
        "入党时间（党员）",
        "困难原因（类别）",
        "慰问金（元）",
        "慰问品",
        "资金来源",
        "慰问日期",
        "慰问人（两人）",
        "领取人签字",
        "备注",
    ] in cells
    row = next(row for row in cells if NAME in row)
    assert {
        "2027年元旦",
        "柳湾村",
        "老党员",
        "代管党费",
        "王建国、赵敏",
        "1968.07",
        "米面油",
        200,
    } < set(row)
    assert ["合计", 600, 200] in cells
    assert manifest["written"] == 1
    assert AuditEntry.objects.filter(event="condolence.register_made").count() == 1
    ledgers.write(REGISTER, user=people.supervisor, filters={}, target=target, at=timezone.now())
    assert NAME not in str(cells_of(target))
    assert "欧××" in str(cells_of(target))


def test_the_summary_counts_by_unit_and_category_with_the_sum_first(people, tmp_path):
    campaign = campaign_of(people)
    put(people, campaign)
    put(
        people,
        campaign,
        name="李大山",
        category="masses",
        source="finance",
        amount=Decimal("300.5"),
    )
    put(people, campaign, unit=people.other_village, by=people.neighbour_host)
    target = tmp_path / "x.xlsx"

    ledgers.write(
        SUMMARY,
        user=people.office,
        filters={"campaign": campaign.pk},
        target=target,
        at=timezone.now(),
    )

    cells = cells_of(target)
    heads = next(row for row in cells if "单位" in row)
    assert heads[:4] == ["序号", "单位", "老党员", "老干部"]
    assert heads[-1] == "合计"
    place = cells.index(heads)
    assert cells[place + 1][:4] == ["人", "元", "人", "元"]
    assert cells[place + 2 : place + 5] == [
        ["合计", 2, 1600, 1, 300.5, 3, 1900.5],
        [1, "柳湾村", 1, 800, 1, 300.5, 2, 1100.5],
        [2, "上坪村", 1, 800, 1, 800],
    ]


def test_no_name_lies_readable_in_the_database(people):
    put(people, campaign_of(people))
    cipher = crypto.encrypt(NAME, actions.PURPOSE)
    assert NAME not in cipher
    row = CondolenceRecipient.objects.values().get()
    assert NAME not in str(row)


# --- formulas, scripts, one visitor --------------------------------------------------------------


def test_formulas_stay_text_and_scripts_are_shown_as_typed(browse, people, tmp_path):
    campaign = campaign_of(people)
    put(people, campaign, goods="=HYPERLINK(1)", goods_value=Decimal(1))
    gone = put(people, campaign, name="李大山")
    actions.remove_recipient(
        recipient=gone, by=people.host, at=now(), reason="<script>alert(1)</script>"
    )
    target = tmp_path / "x.xlsx"
    ledgers.write(REGISTER, user=people.host, filters={}, target=target, at=timezone.now())

    sheet = openpyxl.load_workbook(target).active
    found = [c for row in sheet.iter_rows() for c in row if "HYPERLINK" in str(c.value)]
    assert [(cell.data_type, cell.value) for cell in found] == [("s", "=HYPERLINK(1)")]
    shown = browse("host").get(gone.get_absolute_url()).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_one_visitor_is_not_enough_in_the_form(browse, people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    approved(people, campaign)
    sent = {
        "visited_on": today(),
        "first_cadre": people.cadre.pk,
        "way": "transfer",
        "handed_by": "财政所",
    }
    url = reverse("outreach:enter_condolence_visit", args=[recipient.pk])

    assert "second_cadre" in browse("host").post(url, sent).context["form"].errors
    twice = browse("host").post(url, sent | {"second_cadre": people.cadre.pk})
    assert twice.status_code == 422
    assert "second_cadre" in twice.context["form"].errors
    assert not CondolenceVisit.objects.exists()


def test_a_township_holds_visits_of_its_own_and_the_office_approves(people):
    campaign = actions.open_campaign(
        festival="ninth",
        year=2027,
        objection_phone="100-0000-0013",
        by=people.host,
        at=now(),
        budgets={"unit": Decimal(1000)},
    )
    assert campaign.division == people.town
    assert not CondolenceCampaign.objects.visible_to(people.neighbour_host).exists()
    put(people, campaign, source="unit", amount=Decimal(200))
    with pytest.raises(PermissionDenied):
        put(
            people,
            campaign,
            by=people.neighbour_host,
            unit=people.other_village,
            name="王小二",
            source="unit",
            amount=Decimal(200),
        )
    actions.publish_list(campaign=campaign, by=people.host, at=now())
    actions.end_notice(campaign=overdue(campaign), by=people.host, at=now())
    with pytest.raises(PermissionDenied):
        actions.approve_list(campaign=campaign, by=people.host, at=now())
    assert actions.approve_list(campaign=campaign, by=people.office, at=now()).approved_on


def test_an_office_without_limits_lists_and_exports_everywhere(people, tmp_path):
    chief = account("chief", "总管", people.department, Role.OFFICE)
    campaign = campaign_of(people)
    put(people, campaign, by=chief)
    assert CondolenceCampaign.objects.visible_to(chief).get() == campaign
    assert not CondolenceObjection.objects.visible_to(chief).exists()
    target = tmp_path / "x.xlsx"

    ledgers.write(REGISTER, user=chief, filters={}, target=target, at=timezone.now())

    assert NAME in str(cells_of(target))


# --- A group without divisions ------------------------------------------------------------------


def _of_a_group(by):
    return actions.open_campaign(
        festival="summer", year=2027, objection_phone="100-0000-0012", by=by, at=now()
    )


def test_a_department_of_a_group_organises_for_all_of_it(people):
    group = Group()

    campaign = _of_a_group(group.office)

    assert campaign.division is None
    assert campaign.takes_in(group.workshop) and not campaign.takes_in(people.village)
    assert rules.may_list(group.host, campaign, group.workshop)
    assert not rules.may_list(group.neighbour, campaign, group.workshop)
    for user in (group.office, group.host, group.neighbour):
        assert campaign in CondolenceCampaign.objects.visible_to(user)
    assert campaign not in CondolenceCampaign.objects.visible_to(people.host)


def test_a_subsidiary_organises_for_itself_alone(people):
    group = Group()

    campaign = _of_a_group(group.host)

    assert campaign.takes_in(group.workshop) and not campaign.takes_in(group.elsewhere)
    assert campaign not in CondolenceCampaign.objects.visible_to(group.neighbour)


def test_the_list_of_who_was_visited_shows_what_was_brought(browse, people):
    campaign = campaign_of(people)
    recipients = [put(people, campaign), put(people, campaign, name="王秀兰")]
    approved(people, campaign)
    for recipient in recipients:
        deliver(people, recipient)
    url = reverse("outreach:condolence_recipients")
    made = CondolenceVisit.objects.standing()
    brought = sum(visit.amount + visit.goods_value for visit in made)

    def said(**query):
        page = browse("office").get(url, query).content.decode()
        return re.search(r'<span class="total">([^<]*)', page)[1].strip()

    today_said = {"tab": "visited", "visited_from": today().isoformat()}
    # The page fetches the sum once it is shown.
    assert said(**today_said) == "共 2 条 ·"
    assert said(**today_said, count="exact") == f"共 2 条 · 合计{floatformat(brought, '2g')}元"
    assert said(tab="all", visited_from=today().isoformat()) == "共 2 条"
