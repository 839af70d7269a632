"""双报到: voluntary, confirmed by the community, without comparison of persons."""

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import needs
from outreach.ledgers.needs import NEED_LEDGER
from outreach.models import CommunityActivity, CommunityNeed, NeedPledge
from portal.actions import reorganisations
from portal.duties import reminders, todo
from portal.models import AuditEntry, Reminder
from portal.sheets import ledgers
from tests.day import in_days, now
from tests.people import division, fresh, unit
from tests.reading import words

EVIL = '=HYPERLINK("http://x")<script>alert(1)</script>'


@pytest.fixture
def street(people):
    place = division("云溪社区", 5, people.town, "990101001001")
    people.community = unit("云溪社区", people.town_organ, place, kind="community")
    return people


def published(people, by=None, **changes):
    fields = {
        "unit": people.community,
        "job": "governance",
        "title": "周末清理楼道",
        "details": "三号楼",
        "when": "周六上午",
        "wanted": 2,
        "until": in_days(7),
    } | changes
    return needs.publish_need(by=by or people.host, at=now(), **fields)


def take(people, need, by=None):
    return needs.take_up(need=need, by=by or people.author, at=now())


def confirm(people, pledge, by=None, **changes):
    fields = {"served_on": in_days(0), "feedback": "楼道干净了，谢谢"} | changes
    return needs.confirm_pledge(pledge=pledge, by=by or people.host, at=now(), **fields)


def test_a_need_is_seen_by_all_who_work_in_the_county(street):
    need = published(street)

    for one in ("author", "host", "liaison", "neighbour_cadre", "office", "supervisor"):
        assert CommunityNeed.objects.visible_to(getattr(street, one)).filter(pk=need.pk), one
    for one in ("recipient", "system", "auditor"):
        assert not CommunityNeed.objects.visible_to(getattr(street, one)).exists(), one
    assert AuditEntry.objects.filter(event="need.published", noun_id=need.pk).exists()


def test_the_host_publishes_for_its_own_communities_alone(street):
    factory = unit("云岭茶厂", street.town_organ, street.village_place, kind="nonpublic")
    for by, place in (
        (street.host, street.other_village),
        (street.host, factory),
        (street.author, None),
        (street.office, None),
    ):
        with pytest.raises(PermissionDenied):
            published(street, by=by, unit=place or street.community)
    assert published(street, unit=street.village)


def test_a_pledge_twice_is_refused_and_a_third_beyond_what_is_wanted(street):
    need = published(street, wanted=1)
    take(street, need)
    with pytest.raises(PermissionDenied):
        take(street, need)
    with pytest.raises(PermissionDenied, match="Enough|已够|够"):
        take(street, need, by=street.colleague)
    with pytest.raises(IntegrityError, match="a_cadre_takes_a_need_up_once"), transaction.atomic():
        NeedPledge.objects.create(
            need=need, cadre=street.cadre, organ=street.agriculture, pledged_at=now()
        )


def test_a_need_after_its_last_day_or_closed_is_not_taken_up(street):
    need = published(street)
    CommunityNeed.objects.filter(pk=need.pk).update(until=in_days(-1))
    with pytest.raises(PermissionDenied):
        take(street, need)
    closed = needs.close_need(need=published(street), by=street.host, at=now())
    with pytest.raises(PermissionDenied):
        take(street, closed)
    with pytest.raises(PermissionDenied):
        needs.close_need(need=closed, by=street.host, at=now())


def test_giving_back_asks_for_no_reason_and_another_may_take_it(street):
    need = published(street, wanted=1)
    pledge = take(street, need)
    with pytest.raises(PermissionDenied):
        needs.give_back(pledge=pledge, by=street.colleague, at=now())

    needs.give_back(pledge=pledge, by=street.author, at=now())

    assert take(street, need, by=street.colleague)
    with pytest.raises(PermissionDenied):
        needs.give_back(pledge=pledge, by=street.author, at=now())
    with pytest.raises(PermissionDenied):
        confirm(street, pledge)


def test_the_community_confirms_with_a_word(street):
    pledge = take(street, published(street))
    with pytest.raises(PermissionDenied):
        confirm(street, pledge, by=street.author)
    with pytest.raises(PermissionDenied):
        confirm(street, pledge, by=street.neighbour_host)

    confirm(street, pledge)

    pledge.refresh_from_db()
    assert (pledge.confirmed_by, pledge.feedback) == (street.host, "楼道干净了，谢谢")
    with pytest.raises(PermissionDenied):
        confirm(street, pledge)
    with pytest.raises(PermissionDenied):
        needs.give_back(pledge=pledge, by=street.author, at=now())


def test_the_database_refuses_a_need_for_nobody_and_a_confirmation_without_a_word(street):
    pledge = take(street, published(street))
    with pytest.raises(IntegrityError, match="a_need_wants_somebody"), transaction.atomic():
        CommunityNeed.objects.update(wanted=0)
    with pytest.raises(IntegrityError, match="a_need_is_closed"), transaction.atomic():
        CommunityNeed.objects.update(closed_on=in_days(0))
    with pytest.raises(IntegrityError, match="the_community_confirms"), transaction.atomic():
        NeedPledge.objects.filter(pk=pledge.pk).update(confirmed_on=in_days(0))
    with pytest.raises(IntegrityError, match="confirmed_after"), transaction.atomic():
        NeedPledge.objects.filter(pk=pledge.pk).update(
            confirmed_on=in_days(0), confirmed_by=street.host, served_on=in_days(3), feedback="好"
        )


def test_who_offered_is_shown_to_the_community_and_to_oneself(browse, street):
    need = published(street)
    take(street, need)
    url = need.get_absolute_url()

    assert "王建国" in words(browse("host").get(url))
    assert "王建国" in words(browse("author").get(url))
    for one in ("colleague", "office", "supervisor", "liaison"):
        assert "王建国" not in words(browse(one).get(url)), one


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": "2020-01-01"}, "until"),
        ({"until": "2999-01-01"}, "until"),
        ({"wanted": "0"}, "wanted"),
        ({"title": ""}, "title"),
        ({"job": "nonsense"}, "job"),
        ({"unit": "other"}, "unit"),
    ],
)
def test_bad_input_is_said_at_its_field(browse, street, changes, field):
    form = {
        "unit": street.community.pk,
        "title": "清理楼道",
        "job": "governance",
        "when": "周六",
        "wanted": "2",
        "until": in_days(7).isoformat(),
        "details": EVIL,
    } | changes
    if changes.get("unit"):
        form["unit"] = street.other_village.pk

    response = browse("host").post(reverse("outreach:new_need"), form)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "<script>alert" not in words(response)
    assert not CommunityNeed.objects.exists()


def test_from_the_list_on_the_phone_to_the_confirmed_word(browse, street):
    need = published(street, title="教老人用手机", details=EVIL)
    page = words(browse("author").get(reverse("outreach:needs")))
    assert "教老人用手机" in page

    browse("author").post(reverse("outreach:take_up", args=[need.pk]))
    mine = browse("author").get(reverse("outreach:needs"), {"tab": "mine"})
    assert [one.pk for one in mine.context["page"]] == [need.pk]
    pledge = NeedPledge.objects.get()
    url = reverse("outreach:confirm_pledge", args=[pledge.pk])
    early = browse("host").post(url, {"served_on": in_days(-3), "feedback": "好"})
    assert "served_on" in early.context["form"].errors
    future = browse("host").post(url, {"served_on": in_days(3), "feedback": "好"})
    assert "served_on" in future.context["form"].errors

    browse("host").post(url, {"served_on": in_days(0), "feedback": EVIL})

    shown = words(browse("author").get(need.get_absolute_url()))
    assert "=HYPERLINK" in shown
    assert "<script>alert" not in shown


def test_the_sheet_has_its_headings_and_the_organs_liaison_reads_it(street, tmp_path):
    pledge = confirm(street, take(street, published(street)), feedback=EVIL)
    needs.give_back(
        pledge=take(street, published(street), by=street.colleague), by=street.colleague, at=now()
    )
    assert [column.heading for column in NEED_LEDGER.columns] == [
        "姓名",
        "单位",
        "居住社区",
        "特长",
        "认领岗位/需求",
        "服务日期",
        "内容",
        "社区反馈",
    ]

    def written(user):
        target = tmp_path / "needs.xlsx"
        manifest = ledgers.write(
            NEED_LEDGER, user=user, filters={}, target=target, at=timezone.now()
        )
        return manifest["written"], list(openpyxl.load_workbook(target).active.values)

    for user in (street.host, street.liaison):
        n, rows = written(user)
        assert n == 1
        assert any(pledge.feedback in row and "王建国" in row for row in rows)
    for user in (street.neighbour_host, street.supervisor, street.neighbour_liaison):
        assert written(user)[0] == 0


def test_what_is_to_be_confirmed_waits_for_the_host_and_nobody_is_pressed(street):
    pledge = take(street, published(street, until=in_days(0)))
    take(street, published(street))

    assert todo.counts(street.host)["confirm_pledge"] == 1
    assert "confirm_pledge" not in todo.counts(street.author)
    reminders.tell(day=in_days(0), at=reminders.morning_of(in_days(0)), by="test")
    assert not Reminder.objects.filter(noun__in=["need", "pledge"]).exists()
    confirm(street, pledge)
    assert todo.counts(street.host)["confirm_pledge"] == 0


def test_an_activity_keeps_day_and_head_count_alone(browse, street):
    form = {
        "unit": street.community.pk,
        "title": EVIL[:60],
        "job": "culture",
        "held_on": in_days(0).isoformat(),
        "head_count": "23",
    }
    future = form | {"held_on": in_days(1).isoformat()}
    assert browse("host").post(reverse("outreach:new_activity"), future).status_code == 422
    assert (
        browse("host")
        .post(reverse("outreach:new_activity"), form | {"head_count": "0"})
        .status_code
        == 422
    )

    page = browse("host").post(reverse("outreach:new_activity"), form, follow=True)

    assert CommunityActivity.objects.get().head_count == 23
    assert "<script>alert" not in words(page)
    with pytest.raises(IntegrityError, match="somebody_came"), transaction.atomic():
        CommunityActivity.objects.update(head_count=0)


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(
    ("who", "page", "queries"),
    [
        ("author", "needs", 11),
        ("host", "needs", 11),
        ("host", "need", 11),
        ("host", "activities", 9),
    ],
)
def test_pages_cost_the_same_for_one_row_and_three(
    browse, street, django_assert_num_queries, row_count, who, page, queries
):
    need = published(street, wanted=5)
    for by in (street.author, street.colleague, street.neighbour_cadre)[:row_count]:
        published(street)
        take(street, need, by=by)
        needs.note_activity(
            unit=street.community,
            by=street.host,
            at=now(),
            job="law",
            title="普法",
            held_on=in_days(0),
            head_count=9,
        )
    url = reverse(f"outreach:{page}", args=[need.pk] if page == "need" else [])
    session = browse(who)
    session.get(url)
    with django_assert_num_queries(queries):
        session.get(url)


def test_the_new_host_confirms_what_was_taken_up_before(street):
    pledge = take(street, published(street))

    reorganisations.merge(
        noun="organ",
        sources=[street.town_organ],
        target=street.other_town_organ,
        by=street.office,
        at=now(),
        on=in_days(0),
        document="云编〔2026〕3号",
    )

    successor = fresh(street.neighbour_host)
    assert confirm(street, pledge, by=successor).confirmed_by == successor
