"""谈心谈话: that two people talked, when, and in which class; what was said is not stored."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oversight import keeping
from portal.models import AuditEntry
from portal.pages.side_list import Area
from tests.day import now, today
from tests.people import fresh
from tests.reading import words
from works import talk_numbers as numbers
from works.actions import talks as actions
from works.forms.talks import TalkForm
from works.ledgers.talks import TALK_LEDGER
from works.models import Talk

HEADINGS = "序号 日期 谈话人 职务 谈话对象 所在单位 类别 备注"
WORKER = "丁长工"


def entered(plant, by=None, **changes):
    by = by or plant.head
    fields = {
        "cadre": changes.get("cadre") or by.cadre,
        "other_name": WORKER,
        "talked_on": today(),
        "topic": "work",
        "unit": plant.foundry,
    } | changes
    return actions.enter(by=by, at=now(), **fields)


def sees(user, talk):
    return Talk.objects.visible_to(user).filter(pk=talk.pk).exists()


def test_no_field_holds_what_was_said():
    texts = {
        one.name
        for one in Talk._meta.get_fields()
        if isinstance(one, models.CharField | models.TextField | models.JSONField)
        and not one.choices
    }
    assert texts == {"other_name"}
    typed = {name for name, field in TalkForm.base_fields.items() if hasattr(field, "max_length")}
    assert typed == {"other_name"}


def test_the_two_and_the_register_of_the_branch_read_it(plant, people):
    talk = entered(plant, other=plant.master_cadre, other_name="")
    for one in (plant.head, plant.master, plant.host, plant.host2):
        assert sees(one, talk), one
    for one in (
        *(plant.office, plant.supervisor, plant.liaison, plant.stranger, plant.other_host),
        *(people.office, people.supervisor, people.host),
    ):
        assert not sees(one, talk), one
    assert list(Talk.objects.of_roles(plant.host)) == [talk]
    assert not Talk.objects.of_roles(plant.head).exists()


def test_who_enters_for_others_reads_it_as_long_as_they_do(plant):
    talk = entered(plant, by=plant.liaison, cadre=plant.head_cadre)
    assert sees(plant.liaison, talk)
    plant.liaison.grants.update(ends_on=today() - timedelta(days=1))
    assert not sees(fresh(plant.liaison), talk)


def test_the_name_of_a_worker_is_read_by_talker_and_register(plant, browse):
    entered(plant, by=plant.liaison, cadre=plant.head_cadre)
    for one, shown in ((plant.head, True), (plant.host, True), (plant.liaison, False)):
        page = words(browse(one).get(reverse("works:talks")))
        assert (WORKER in page) == shown, one
        assert "铸造车间" in page
    assert "丁××" in words(browse(plant.liaison).get(reverse("works:talks")))


def test_one_enters_own_talks_or_those_of_colleagues(plant):
    for by, cadre in (
        (plant.master, plant.head_cadre),
        (plant.liaison, plant.stranger_cadre),
        (plant.other_host, plant.head_cadre),
        (plant.office, plant.head_cadre),
    ):
        with pytest.raises(PermissionDenied):
            entered(plant, by=by, cadre=cadre)


def test_it_is_voided_by_a_closed_choice_and_entered_anew(plant):
    talk = entered(plant)
    with pytest.raises(ValidationError, match="已登记"):
        entered(plant)
    for by in (plant.master, plant.host):
        with pytest.raises(PermissionDenied):
            actions.void(talk=talk, by=by, at=now(), reason="twice")
    talk = actions.void(talk=talk, by=plant.head, at=now(), reason="mistyped")
    assert talk.is_void
    with pytest.raises(PermissionDenied):
        actions.void(talk=talk, by=plant.head, at=now(), reason="twice")
    entered(plant)


def test_the_audit_names_nobody(plant):
    entered(plant)
    entry = AuditEntry.objects.get(event="talk.entered")
    assert WORKER not in str(entry.__dict__)
    assert entry.digest == ""


def test_two_persons_and_a_day_that_has_come(plant):
    for wrong in (
        {"other": plant.head_cadre, "other_name": ""},
        {"other": plant.master_cadre},
        {"other_name": ""},
        {"other_name": plant.head.name},
        {"talked_on": today() + timedelta(days=1)},
        {"topic": "secret"},
        {"other_name": "长" * 21},
    ):
        with pytest.raises(ValidationError):
            entered(plant, **wrong)


def test_an_ended_workshop_is_refused(plant):
    plant.foundry.ended_on = today()
    plant.foundry.save()
    with pytest.raises(PermissionDenied, match="铸造车间"):
        entered(plant)


@pytest.mark.parametrize(
    "pasted",
    ["13800138000", "丁长工、王二", "丁长工谈了家里的困难情况", "丁长工，电焊", "丁1", "丁\n工: x"],
)
def test_a_name_is_a_name_and_no_text(plant, browse, pasted):
    sent = {"talked_on": today().isoformat(), "topic": "work", "other_name": pasted}
    assert browse(plant.head).post(reverse("works:enter_talk"), sent).status_code == 422
    assert not Talk.objects.exists()


@pytest.mark.parametrize("name", ["欧阳长工", "阿依古丽·买买提", "John Smith"])
def test_names_of_all_kinds_pass(plant, browse, name):
    sent = {"talked_on": today().isoformat(), "topic": "work", "other_name": name}
    browse(plant.head).post(reverse("works:enter_talk"), sent)
    assert Talk.objects.get().other_name == name


def test_the_form_names_the_other_once(plant, browse):
    url, client = reverse("works:enter_talk"), browse(plant.head)
    sent = {"talked_on": today().isoformat(), "topic": "daily"}
    assert client.post(url, sent).status_code == 422
    both = sent | {"other": plant.master_cadre.pk, "other_name": WORKER}
    assert client.post(url, both).status_code == 422
    assert client.post(url, sent | {"other": plant.head_cadre.pk}).status_code == 422
    assert client.post(url, sent | {"other": plant.master_cadre.pk}).status_code == 302
    talk = Talk.objects.get()
    page = words(client.get(reverse("works:talks")))
    assert reverse("works:void_talk", args=[talk.pk]) in page
    client.post(reverse("works:void_talk", args=[talk.pk]), {"reason": "not_held"})
    assert "未实际进行" in words(client.get(reverse("works:talks") + "?tab=void"))


def test_names_are_forgotten_after_their_term(plant):
    old = [entered(plant, other_name=name) for name in ("旧人", "故人")]
    entered(plant, other_name="新人")
    day = today() - timedelta(days=400)
    Talk.objects.filter(pk__in=[one.pk for one in old]).update(talked_on=day)
    counts = {}
    for forget in keeping.PERSONAL:
        counts |= forget(today() - timedelta(days=365), None)
    assert counts["talks"] == 2
    assert sorted(Talk.objects.values_list("other_name", flat=True)) == ["××", "××", "新人"]


def test_the_sheet_has_no_column_for_what_was_said(plant):
    entered(plant)
    sheet = TALK_LEDGER.sheet(plant.host, QueryDict(), now())
    assert ["序号", *(one.heading for one in sheet.columns)] == HEADINGS.split()
    assert next(iter(sheet.rows))[2:8] == (
        "钟铸",
        "铸造车间主任",
        WORKER,
        "铸造车间",
        "工作困难",
        "",
    )


def test_who_hosts_nothing_exports_nothing(plant, browse):
    for one in (plant.head, plant.liaison):
        assert browse(one).post(reverse("works:export_talks")).status_code == 403
    assert browse(plant.host).post(reverse("works:export_talks")).status_code == 302


def test_the_list_costs_the_same_for_one_row_and_three(plant, browse):
    entered(plant)
    client, url = browse(plant.host), reverse("works:talks")

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    one = cost()
    entered(plant, other_name="王二")
    entered(plant, by=plant.master, other=plant.young, other_name="", unit=None)
    assert cost() == one


# --- In numbers ----------------------------------------------------------------------------------


def held(plant, n, topic, day, by=None):
    for number in range(n):
        entered(
            plant,
            by=by,
            other_name=f"{'甲乙丙丁戊己庚辛'[number]}{topic}",
            topic=topic,
            talked_on=day,
        )


def counted(user, year, least=5):
    return numbers.quarters_of(Talk.objects.counted_for(user), year, least=least)


@pytest.fixture
def year(plant):
    """Talks in the first quarter of last year and three in the second; returns the year."""
    last = today().year - 1
    day = date(last, 2, 3)
    for topic, n in (("daily", 8), ("work", 6), ("family", 2), ("leaving", 1)):
        held(plant, n, topic, day)
    held(plant, 3, "post", date(last, 5, 6))
    return last


def test_few_talks_of_a_class_stand_together_with_the_next(plant, year):
    first, second, third, _fourth = counted(plant.supervisor, year)

    # Two and one are still too few together, so the class of six is merged with them.
    assert (first.shown, first.together, first.total) == ({"daily": 8}, 9, 17)
    assert (second.shown, second.together) == ({}, 3)
    assert (third.shown, third.total) == ({}, 0)


def test_nothing_is_hidden_where_each_class_has_enough(plant):
    day = date(today().year - 1, 8, 9)
    held(plant, 5, "daily", day)
    held(plant, 6, "work", day)

    assert counted(plant.supervisor, day.year)[2].shown == {"daily": 5, "work": 6}


def test_they_are_counted_where_one_reads_visits_and_void_ones_are_not(plant, year):
    talk = Talk.objects.filter(topic="daily").first()
    actions.void(talk=talk, by=plant.head, at=now(), reason="twice")

    def total(user):
        return sum(one.total for one in counted(user, year))

    assert total(plant.supervisor) == total(plant.host) == total(plant.office) == 19
    for one in (plant.other_host, plant.head, plant.stranger):
        assert total(one) == 0, one


def test_the_page_of_numbers_names_nobody(plant, browse, year):
    url = reverse("works:talk_numbers")
    page = words(browse(plant.supervisor).get(url, {"year": year}))

    assert "谈心谈话" in page and "合并列示" in page
    for name in ("钟铸", "甲daily", "铸造车间"):
        assert name not in page
    assert browse(plant.head).get(url).status_code == 403
    assert "没有登记谈心谈话" in words(browse(plant.supervisor).get(url, {"year": "1"}))
    assert browse(plant.supervisor).get(url, {"year": "x"}).status_code == 200
    listed = words(browse(plant.supervisor).get(Area.GOING_DOWN.url))
    assert url in listed


def test_the_numbers_are_one_statement(plant, year, django_assert_num_queries):
    rows = Talk.objects.counted_for(plant.supervisor)
    with django_assert_num_queries(1):
        numbers.quarters_of(rows, year, least=5)
