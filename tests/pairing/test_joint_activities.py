"""Joint activities: entered once, correctable for seven days, voided with a reason, without
names."""

import uuid
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions.matters import DifferentContent
from pairing.actions import joint_activities as actions
from pairing.ledgers.joint_activities import ACTIVITY_LEDGER
from pairing.models import JointActivity, Pairing
from portal.models import AuditEntry
from portal.sheets import ledgers
from tests.day import in_days
from tests.pairing.branches import agree, branch, content, held

NOW = timezone.now


@pytest.fixture(scope="module")
def pairing_once(standing):
    return standing(_paired)


@pytest.fixture
def pairing(people, pairing_once):
    return pairing_once()


def _paired(people):
    helper = branch("县农业农村局机关党支部", organ=people.agriculture)
    return agree(people, helper, branch("柳湾村党支部", unit=people.village))


# --- acts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["liaison", "host", "office"])
def test_those_of_both_sides_enter_what_was_held(people, pairing, who):
    activity = held(people, pairing, by=getattr(people, who), deeds=["清淤 400 米"])

    assert (activity.head_count, activity.deeds) == (30, ["清淤 400 米"])
    assert AuditEntry.objects.get(event="joint_activity.recorded").noun_id == activity.pk


@pytest.mark.parametrize("who", ["supervisor", "author", "neighbour_host", "neighbour_liaison"])
def test_others_enter_nothing(people, pairing, who):
    with pytest.raises(PermissionDenied):
        held(people, pairing, by=getattr(people, who))


@pytest.mark.parametrize("n", [1, -101, 400])
def test_it_was_held_within_the_partnership_and_not_ahead(people, pairing, n):
    with pytest.raises(ValidationError):
        held(people, pairing, held_on=in_days(n))


def test_nothing_is_held_by_those_who_never_began(people, pairing):
    Pairing.objects.update(state="cancelled")
    with pytest.raises(PermissionDenied):
        held(people, pairing)
    Pairing.objects.update(state="agreed", starts_on=in_days(5))
    with pytest.raises(PermissionDenied):
        held(people, pairing)


def test_the_form_sent_twice_enters_it_once(people, pairing):
    key = uuid.uuid4()

    first = held(people, pairing, client_key=key)
    again = held(people, pairing, client_key=key)

    assert first == again
    assert JointActivity.objects.count() == 1
    with pytest.raises(DifferentContent):
        held(people, pairing, client_key=key, theme="别的", held_on=in_days(-3))


def test_it_is_corrected_for_seven_days(people, pairing):
    activity = held(people, pairing, theme="清淤")
    corrected = content(theme="清淤三百米")

    for _twice in range(2):
        actions.correct_activity(activity=activity, by=people.host, **corrected)

    activity.refresh_from_db()
    assert activity.theme == "清淤三百米"
    assert AuditEntry.objects.filter(event="joint_activity.corrected").count() == 1
    with pytest.raises(PermissionDenied):
        actions.correct_activity(activity=activity, by=people.supervisor, **corrected)
    JointActivity.objects.update(created_at=NOW() - timedelta(days=8))
    with pytest.raises(PermissionDenied):
        actions.correct_activity(activity=activity, by=people.host, **corrected)


def test_it_is_voided_once_and_with_a_reason(people, pairing):
    activity = held(people, pairing)

    with pytest.raises(ValidationError):
        actions.void_activity(activity=activity, by=people.liaison, at=NOW(), reason=" ")
    actions.void_activity(activity=activity, by=people.liaison, at=NOW(), reason="重复录入")
    with pytest.raises(PermissionDenied):
        actions.void_activity(activity=activity, by=people.liaison, at=NOW(), reason="再来")
    with pytest.raises(PermissionDenied):
        actions.correct_activity(activity=activity, by=people.liaison, **content())

    assert JointActivity.objects.not_void().count() == 0
    assert JointActivity.objects.get().void_reason == "重复录入"


@pytest.mark.parametrize(
    "changes", [{"head_count": 0}, {"void_reason": "无人"}, {"deeds": ["实事"] * 21}]
)
def test_the_database_keeps_sense(people, pairing, changes):
    activity = held(people, pairing)
    with pytest.raises(IntegrityError), transaction.atomic():
        JointActivity.objects.filter(pk=activity.pk).update(**changes)


def test_id_numbers_are_masked_in_every_text(people, pairing):
    number = "110101199003070011"
    activity = held(people, pairing, deeds=[f"帮{number}办证"], effect=number)

    activity.refresh_from_db()
    assert number not in f"{activity.deeds}{activity.effect}"


# --- pages --------------------------------------------------------------------------------------


def form(**changes):
    return {
        "client_key": uuid.uuid4(),
        "kind": "service",
        "theme": "清淤义务劳动",
        "held_on": in_days(-1).isoformat(),
        "place": "东支渠",
        "head_count": "30",
        "deeds": "清淤 400 米\n\n修灯 3 盏\n",
    } | changes


def test_the_form_enters_it_and_counts_the_lines(browse, pairing):
    client, url = browse("liaison"), reverse("pairing:new_joint_activity", args=[pairing.pk])
    sent = form()

    made, again = client.post(url, sent), client.post(url, sent)

    activity = JointActivity.objects.get()
    assert made.url == again.url == activity.get_absolute_url()
    assert activity.deeds == ["清淤 400 米", "修灯 3 盏"]
    page = client.get(made.url).content.decode()
    assert "修灯 3 盏" in page
    corrected = client.post(
        reverse("pairing:correct_joint_activity", args=[activity.pk]), form(theme="新主题")
    )
    assert corrected.url == made.url
    assert "新主题" in client.get(made.url).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"head_count": "0"}, "head_count"),
        ({"head_count": "-5"}, "head_count"),
        ({"head_count": "很多"}, "head_count"),
        ({"held_on": "2099-01-01"}, "held_on"),
        ({"kind": "party"}, "kind"),
        ({"theme": ""}, "theme"),
        ({"deeds": "长" * 81}, "deeds"),
        ({"deeds": "\n".join("实" for _n in range(21))}, "deeds"),
        ({"effect": "打 13800138000"}, "numbers"),
        ({"client_key": "x"}, "client_key"),
    ],
)
def test_the_form_says_what_is_wrong(browse, pairing, changes, field):
    url = reverse("pairing:new_joint_activity", args=[pairing.pk])

    response = browse("host").post(url, form(**changes))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not JointActivity.objects.exists()


def listed(client, **query):
    response = client.get(reverse("pairing:joint_activities"), query)
    return [one.theme for one in response.context["page"]]


def test_the_list_is_searched_and_filtered(browse, people, pairing):
    held(people, pairing, theme="清淤义务劳动")
    held(people, pairing, theme="联上党课", kind="team", held_on=in_days(-20))
    gone = held(people, pairing, theme="录错了")
    actions.void_activity(activity=gone, by=people.liaison, at=NOW(), reason="重复")

    client = browse("office")
    assert listed(client) == ["清淤义务劳动", "联上党课"]
    assert listed(client, q="党课") == listed(client, kind="team") == ["联上党课"]
    assert listed(client, held_from=in_days(-5).isoformat()) == ["清淤义务劳动"]
    assert listed(client, area=people.other_town.pk) == []
    assert listed(client, branch=pairing.helper_branch_id, helped=pairing.helped_branch_id) == [
        "清淤义务劳动",
        "联上党课",
    ]
    assert listed(client, tab="void") == ["录错了"]
    assert listed(browse("neighbour_host")) == listed(browse("system")) == []


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_takes_as_many_queries_for_one_row_as_for_three(
    browse, people, pairing, n, django_assert_num_queries
):
    for number in range(n):
        held(people, pairing, theme=f"活动{number}")
    client = browse("office")
    client.get(reverse("pairing:joint_activities"))

    with django_assert_num_queries(9):
        client.get(reverse("pairing:joint_activities"))


def test_the_sheet_says_how_many_and_nobodys_name(people, pairing, tmp_path):
    held(people, pairing, theme="=1+1", deeds=["清淤", "修灯"])
    target = tmp_path / "a.xlsx"

    ledgers.write(ACTIVITY_LEDGER, user=people.office, filters={}, target=target, at=timezone.now())

    rows = list(openpyxl.load_workbook(target).active.iter_rows(values_only=True))
    line = rows[3]
    assert (line[5], line[6], line[8], line[9], line[10]) == (
        "服务群众联做",
        "=1+1",
        30,
        2,
        "清淤；修灯",
    )
