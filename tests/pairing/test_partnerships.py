"""联创联建: pairing two branches, their agreement, the ledger, the import, succession."""

import uuid

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from pairing.actions import joint_activities, support
from pairing.actions import partnerships as actions
from pairing.imports.partnerships import term_of
from pairing.ledgers.partnerships import PARTNERSHIP_LEDGER
from pairing.models import CoBuildingPlan, Pairing, PairingStep
from portal.actions import party
from portal.duties import reminders, todo
from portal.models import AuditEntry, LedgerHeading, Organ, PartyOrganization, Reminder
from portal.sheets import ledgers
from tests.day import in_days, today
from tests.pairing.branches import agree, branch, held
from tests.sheets import accepted, bring, problems, undone, workbook


@pytest.fixture
def helper(people):
    return branch("县农业农村局机关党支部", organ=people.agriculture, secretary="陈静")


@pytest.fixture
def helped(people):
    return branch("柳湾村党支部", unit=people.village, secretary="王大山")


# --- agreeing -----------------------------------------------------------------------------------


def test_the_office_pairs_two_branches(people, helper, helped):
    pairing = agree(people, helper, helped, document="云组通〔2026〕8号", signed_on=today())

    assert (pairing.level, pairing.organ, pairing.unit, pairing.county) == (
        "branch",
        people.agriculture,
        people.village,
        people.county,
    )
    assert pairing.co_building.content == "联建班子，联办农技课堂。"
    assert PairingStep.objects.get(pairing=pairing).move == "agreed"
    assert AuditEntry.objects.get(event="partnership.agreed").noun_id == pairing.pk


@pytest.mark.parametrize("who", ["liaison", "host", "supervisor", "author", "neighbour_office"])
def test_others_pair_nobody(people, helper, helped, who):
    with pytest.raises(PermissionDenied):
        agree(people, helper, helped, by=getattr(people, who))


def test_sides_are_not_taken_for_each_other(people, helper, helped):
    with pytest.raises(PermissionDenied):
        agree(people, helped, helper)
    with pytest.raises(PermissionDenied):
        agree(people, helper, branch("县水利局机关党支部", organ=people.water))


def test_what_has_ended_is_not_paired(people, helper, helped):
    PartyOrganization.objects.filter(pk=helped.pk).update(ended_on=today())
    with pytest.raises(PermissionDenied):
        agree(people, helper, helped)
    PartyOrganization.objects.filter(pk=helped.pk).update(ended_on=None)
    Organ.objects.filter(pk=people.agriculture.pk).update(ended_on=today())
    with pytest.raises(PermissionDenied):
        agree(people, helper, helped)


def test_the_same_two_are_paired_once_at_a_time(people, helper, helped):
    for mode in ("one", "many"):
        first = agree(people, helper, helped, mode=mode)
        with pytest.raises(ValidationError):
            agree(people, helper, helped, mode=mode)
        Pairing.objects.filter(pk=first.pk).update(state="cancelled")
    assert Pairing.objects.not_cancelled().count() == 0


def test_several_help_one_only_where_all_agree(people, helper, helped):
    second = branch("县水利局机关党支部", organ=people.water)
    agree(people, helper, helped)
    with pytest.raises(ValidationError):
        agree(people, second, helped)
    with pytest.raises(ValidationError):
        agree(people, second, helped, mode="many")

    agree(people, second, helped, starts_on=in_days(400), ends_on=in_days(700))
    assert Pairing.objects.count() == 2


@pytest.mark.parametrize(
    "changes", [{"ends_on": in_days(-101)}, {"ends_on": in_days(5000)}, {"signed_on": in_days(800)}]
)
def test_absurd_days_are_refused(people, helper, helped, changes):
    with pytest.raises(ValidationError):
        agree(people, helper, helped, **changes)
    assert not Pairing.objects.exists()


def test_who_is_turned_to_serves_in_the_helping_organ(people, helper, helped):
    with pytest.raises(ValidationError):
        agree(people, helper, helped, cadre=people.neighbour)
    people.cadre2.left_on = today()
    with pytest.raises(ValidationError):
        agree(people, helper, helped, cadre=people.cadre2)
    assert agree(people, helper, helped, cadre=people.cadre).cadre == people.cadre


def test_what_was_agreed_is_changed_by_the_office(people, helper, helped):
    pairing = agree(people, helper, helped)
    for who in (people.liaison, people.host):
        with pytest.raises(PermissionDenied):
            actions.change_plan(pairing=pairing, by=who, content="别的", signed_on=None)

    for _twice in range(2):
        actions.change_plan(pairing=pairing, by=people.office, content="别的", signed_on=today())

    assert CoBuildingPlan.objects.get().content == "别的"
    assert AuditEntry.objects.filter(event="partnership.plan_changed").count() == 1
    Pairing.objects.update(state="ended", ended_on=today(), ending="term")
    with pytest.raises(PermissionDenied):
        actions.change_plan(pairing=pairing, by=people.office, content="又", signed_on=None)


# --- following a Party organisation -------------------------------------------------------------


def end(people, one, successor=None):
    return party.end_party_organization(
        party=one, by=people.office, at=timezone.now(), ended_on=today(), successor=successor
    )


def test_a_partnership_follows_a_new_name(people, helper, helped):
    pairing = agree(people, helper, helped)

    heir = party.rename_party_organization(
        party=helped, by=people.office, at=timezone.now(), on=today(), name="柳湾村党总支"
    )

    pairing.refresh_from_db()
    assert pairing.helped_branch == heir
    assert pairing.steps.order_by("pk").last().facts == {
        "branch": "柳湾村党支部",
        "heir": "柳湾村党总支",
    }


def test_a_partnership_keeps_its_branch_from_just_ending(people, helper, helped):
    agree(people, helper, helped)

    with pytest.raises(ValidationError):
        end(people, helper)


def test_who_works_for_the_heir_goes_on_with_it(people, helper, helped):
    pairing = agree(people, helper, helped)
    other = branch("上坪村党支部", unit=people.other_village)
    promise = support.promise_item(
        pairing=pairing,
        by=people.liaison,
        at=timezone.now(),
        client_key=uuid.uuid4(),
        kind="technology",
        what="讲两次课",
        amount=None,
        source="",
        promised_on=today(),
        promised_for=in_days(5),
        need=None,
    )

    end(people, helper, successor=branch("县水利局机关党支部", organ=people.water))
    end(people, helped, successor=other)

    pairing.refresh_from_db()
    assert (pairing.organ, pairing.unit, pairing.township) == (
        people.water,
        people.other_village,
        people.other_town,
    )
    promise.refresh_from_db()
    assert (promise.organ, promise.unit) == (people.water, people.other_village)
    assert promise.host_organ == pairing.host_organ


def test_of_two_helpers_of_one_the_later_ends(people, helper, helped):
    other = branch("上坪村党支部", unit=people.other_village)
    second = branch("县水利局机关党支部", organ=people.water)
    first = agree(people, helper, helped)
    later = agree(people, second, other)

    end(people, other, successor=helped)

    first.refresh_from_db()
    later.refresh_from_db()
    assert (first.state, first.helped_branch) == ("agreed", helped)
    assert (later.state, later.ending, later.helped_branch) == ("ended", "changed", other)


# --- pages --------------------------------------------------------------------------------------


def form(helper, helped, **changes):
    return {
        "helper_branch": helper.pk,
        "helped_branch": helped.pk,
        "mode": "one",
        "starts_on": today().isoformat(),
        "ends_on": in_days(365).isoformat(),
        "content": "联建班子",
    } | changes


def test_the_form_pairs_and_the_second_post_says_so(browse, helper, helped):
    client = browse("office")

    made = client.post(reverse("pairing:new_partnership"), form(helper, helped))
    again = client.post(reverse("pairing:new_partnership"), form(helper, helped))

    pairing = Pairing.objects.get()
    assert made.url == reverse("pairing:partnership", args=[pairing.pk])
    assert again.status_code == 422
    assert "联建班子" in client.get(made.url).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content": ""}, "content"),
        ({"helped_branch": ""}, "helped_branch"),
        ({"ends_on": "明天"}, "ends_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"mode": "two"}, "mode"),
        ({"content": "电话13800138000"}, "numbers"),
        ({"content": "长" * 301}, "content"),
    ],
)
def test_the_form_says_what_is_wrong(browse, helper, helped, changes, field):
    response = browse("office").post(
        reverse("pairing:new_partnership"), form(helper, helped, **changes)
    )

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Pairing.objects.exists()


def test_the_office_of_another_county_is_told_in_the_form(browse, helper, helped):
    response = browse("neighbour_office").post(
        reverse("pairing:new_partnership"), form(helper, helped)
    )

    assert response.status_code == 422
    assert not Pairing.objects.exists()


def listed(client, **query):
    response = client.get(reverse("pairing:partnerships"), query)
    return [one.helped_branch.name for one in response.context["page"]]


def test_the_list_is_filtered_by_time_place_and_name(browse, people, helper, helped):
    other = branch("上坪村党支部", unit=people.other_village)
    agree(people, helper, helped)
    agree(people, helper, other, starts_on=in_days(3))

    client = browse("office")
    assert listed(client) == ["柳湾村党支部"]
    assert listed(client, tab="coming") == ["上坪村党支部"]
    assert listed(client, tab="all", q="柳湾") == ["柳湾村党支部"]
    assert listed(client, tab="all", area=people.other_town.pk) == ["上坪村党支部"]
    assert listed(client, tab="over") == listed(client, q="一") == []
    assert listed(browse("neighbour_host"), tab="all") == ["上坪村党支部"]
    assert listed(browse("neighbour_liaison"), tab="all") == []


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_takes_as_many_queries_for_one_row_as_for_three(
    browse, people, helper, n, django_assert_num_queries
):
    for number in range(n):
        agree(people, helper, branch(f"第{number}党支部", unit=people.village))
    client = browse("office")
    client.get(reverse("pairing:partnerships"))

    with django_assert_num_queries(10):
        client.get(reverse("pairing:partnerships"))


def test_the_part_for_a_pairings_page_is_a_link_without_script(browse, people, helper, helped):
    pairing = agree(people, helper, helped)
    held(people, pairing, theme="联合主题党日")
    client, url = browse("host"), reverse("pairing:pairing_activities", args=[pairing.pk])

    assert client.get(url).url == reverse("pairing:partnership", args=[pairing.pk])
    assert "联合主题党日" in client.get(url, headers={"HX-Request": "true"}).content.decode()


# --- what waits, and who is told ----------------------------------------------------------------


def test_a_term_that_ends_waits_for_the_office_and_is_told(people, helper, helped):
    pairing = agree(people, helper, helped, starts_on=in_days(-300), ends_on=in_days(1))
    far = agree(people, helper, branch("上坪村党支部", unit=people.other_village))

    assert todo.counts(people.office)["partnership_ends"] == 1
    assert "partnership_ends" not in todo.counts(people.liaison)
    reminders.tell(day=today(), at=timezone.now(), by="test")

    told = Reminder.objects.filter(kind="partnership_ends")
    assert {(one.user.username, one.noun_id) for one in told} == {
        (name, pairing.pk) for name in ("office", "liaison", "host", "host2")
    }
    assert far.pk not in {one.noun_id for one in told}


# --- sheet and import ---------------------------------------------------------------------------


def sheet(people, tmp_path, **filters):
    target = tmp_path / "a.xlsx"
    ledgers.write(
        PARTNERSHIP_LEDGER, user=people.office, filters=filters, target=target, at=timezone.now()
    )
    return [list(row) for row in openpyxl.load_workbook(target).active.iter_rows(values_only=True)]


def test_the_ledger_has_the_headings_and_counts_by_itself(people, helper, helped, tmp_path):
    pairing = agree(people, helper, helped, signed_on=today())
    held(people, pairing, theme="联合主题党日", deeds=["清淤", "修灯"], effect="水通了")
    voided = held(people, pairing, theme="录错了", deeds=["错"])
    joint_activities.void_activity(
        activity=voided, by=people.office, at=timezone.now(), reason="重复"
    )

    rows = sheet(people, tmp_path)

    headings = rows[2]
    assert headings == [
        "序号",
        "机关党组织",
        "书记",
        "结对党组织",
        "书记",
        "所在地",
        "协议签订时间/期限",
        "共建内容",
        "联建活动(次)",
        "主要活动",
        "办实事(件)",
        "成效",
        "备注",
    ]
    line = rows[3]
    assert line[:6] == [
        1,
        "县农业农村局机关党支部",
        "陈静",
        "柳湾村党支部",
        "王大山",
        "石桥镇 柳湾村",
    ]
    assert (line[8], line[10], line[11]) == (1, 2, "水通了")
    assert "联合主题党日" in line[9]


def test_the_two_columns_of_secretaries_are_told_apart(people, helper, helped, tmp_path):
    agree(people, helper, helped)
    LedgerHeading.objects.create(
        ledger="partnerships", column="书记", is_hidden=True, set_by=people.office
    )

    rows = sheet(people, tmp_path)

    assert rows[2].count("书记") == 1
    assert "王大山" in rows[3]
    assert "陈静" not in rows[3]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026.3.1—2029.2.28", 2),
        ("2026年3月1日至2029年2月28日", 2),
        ("2026.2.20签订；2026.3.1—2029.2.28", 3),
        ("2026-3-1/2029-2-28", 2),
        ("三年", 0),
        ("2026.13.1—2029.2.28", 0),
        ("2026.3.1", 0),
    ],
)
def test_a_term_is_read_as_offices_write_it(text, days):
    found = term_of(text)

    assert bool(found) == bool(days)
    if days:
        assert [str(day) for day in found[1:]] == ["2026-03-01", "2029-02-28"]
        assert bool(found[0]) == (days == 3)


HEADINGS = [
    "序号",
    "机关党组织",
    "书记",
    "结对党组织",
    "书记",
    "所在地",
    "协议签订时间/期限",
    "共建内容",
    "联建活动(次)",
    "主要活动",
    "办实事(件)",
    "成效",
    "备注",
]


def line(helper, helped, term, content="联建", place=""):
    return [1, helper, "甲", helped, "乙", place, term, content, 9, "很多", 9, "好", ""]


def test_an_existing_ledger_is_taken_over_and_undone(people, helper, helped):
    twin = branch("柳湾村党支部", unit=people.other_village)
    batch = bring(
        "partnerships",
        workbook(
            HEADINGS,
            line(helper.name, helped.name, "2026.3.1—2029.2.28", place="石桥镇柳湾村"),
            line(helper.name, twin.name, "2026.3.1—2029.2.28", place="青山乡党委 上坪村"),
        ),
        people.office,
    )
    assert problems(batch) == []

    batch = accepted(batch)

    made = Pairing.objects.order_by("pk")
    assert [one.helped_branch for one in made] == [helped, twin]
    assert made[0].batch == batch
    undone(batch)
    assert not Pairing.objects.exists()
    assert not PairingStep.objects.exists()


def test_a_ledger_says_which_rows_are_wrong(people, helper, helped):
    batch = bring(
        "partnerships",
        workbook(
            HEADINGS,
            line("没有的党支部", helped.name, "2026.3.1—2029.2.28"),
            line(helper.name, helped.name, "三年"),
            line(helper.name, helped.name, "2029.3.1—2026.2.28"),
            line(helper.name, helped.name, "2026.3.1—2029.2.28", content=""),
            line(helper.name, helped.name, "2026.3.1—2029.2.28"),
            line(helper.name, helped.name, "2026.3.1—2029.2.28"),
        ),
        people.office,
    )

    assert {one.row for one in batch.problems.all()} == {2, 3, 4, 5, 7}
