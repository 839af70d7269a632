"""The first day of an empty installation: steps, whose they are, and when they go away."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from portal import parameters
from portal.actions import accounts as actions
from portal.actions import norms
from portal.actions.uses import choose_uses
from portal.models import Cadre, Division, LedgerHeading, RoleGrant, User
from portal.pages import first_day
from portal.roles import Role
from tests.day import TODAY
from tests.people import account, division, fresh, organ, unit


@pytest.fixture
def administrators(db):
    """{role: user} of a fresh installation, each with a password already changed."""
    call_command("first_administrators")
    User.objects.update(must_change_password=False)
    return {grant.role: grant.user for grant in RoleGrant.objects.select_related("user")}


@pytest.fixture
def browse(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def road(user):
    """Return {number: row} of the steps as this user sees them."""
    return {row["step"].number: row for row in first_day.steps_for(fresh(user))}


def chooses(office, *codes):
    """The office chooses uses beyond visits and the ledger."""
    choose_uses(codes=codes, by=fresh(office))
    parameters.forget()


def next_of(user):
    return [number for number, row in road(user).items() if row["is_next"]]


def test_an_empty_installation_greets_its_administrators_with_the_first_day(browse, administrators):
    for user in administrators.values():
        page = browse(user).get(reverse("home"), follow=True)
        assert page.redirect_chain == [(reverse("first_day"), 302)]
        assert page.status_code == 200


def test_each_sees_the_own_step_as_next_and_whom_the_others_wait_for(administrators):
    system = road(administrators[Role.SYSTEM_ADMIN])
    security = road(administrators[Role.SECURITY_ADMIN])

    assert [n for n, row in system.items() if row["is_done"]] == [10]
    assert system[20]["is_next"]
    assert not system[30]["is_own"]
    assert security[20]["is_ready"]
    assert security[30]["is_own"]
    assert not security[30]["is_ready"]
    assert next_of(administrators[Role.SECURITY_ADMIN]) == []
    assert next_of(administrators[Role.AUDIT_ADMIN]) == []


def test_administrators_count_once_they_have_a_password_of_their_own(db):
    call_command("first_administrators")
    assert first_day.administrators(on=TODAY) == 0

    User.objects.filter(username="system-admin").update(must_change_password=False)
    assert first_day.administrators(on=TODAY) == 1


def test_a_button_leads_to_a_step_only_for_whose_it_is(browse, administrators):
    system = browse(administrators[Role.SYSTEM_ADMIN]).get(reverse("first_day"))
    assert reverse("new_account") in system.content.decode()
    assert reverse("new_organ") not in system.content.decode()

    auditor = browse(administrators[Role.AUDIT_ADMIN]).get(reverse("first_day"))
    road_shown = auditor.content.decode().split('class="road"')[1].split("</ol>")[0]
    assert 'class="button' not in road_shown


def test_the_office_role_may_name_neither_organ_nor_area(browse, administrators):
    security = administrators[Role.SECURITY_ADMIN]
    office = User.objects.create_user("office", "x", name="李明", must_change_password=False)

    given = browse(security).post(
        reverse("give_grant", args=[office.pk]),
        {"role": Role.OFFICE, "starts_on": timezone.localdate().isoformat()},
    )

    assert given.status_code == 302
    assert next_of(office) == [35]
    assert road(security)[30]["is_done"]


def test_steps_are_done_as_the_records_appear(people):
    done = {number for number, row in road(people.office).items() if row["is_done"]}

    assert done == {10, 20, 30, 35, 40, 50, 60, 70, 80, 85, 87, 90}
    assert all(row["step"].is_optional for n, row in road(people.office).items() if 90 < n < 100)
    assert next_of(people.office) == []


def test_slips_that_wait_for_their_cadre_are_a_step_of_who_prints_them(browse, people):
    User.objects.filter(pk__in=[people.author.pk, people.colleague.pk]).update(
        must_change_password=True
    )

    assert not road(people.office)[87]["is_done"]
    assert next_of(people.office) == [87]
    assert road(people.office)[87]["lacking"] == "还有2人尚未用一次性密码登录。"
    assert not road(people.system)[87]["is_own"]
    page = browse(people.office).get(reverse("first_day")).content.decode()
    assert "还有2人尚未用一次性密码登录。" in page

    User.objects.update(must_change_password=False)
    assert road(people.office)[87]["is_done"]


def test_the_next_step_of_the_office_follows_its_records(administrators):
    office = account("office", "李明", None, Role.OFFICE)
    assert next_of(office) == [35]
    chooses(office)
    assert next_of(office) == [40]
    county = division("云岭县", 3, None, "990101000000")
    assert next_of(office) == [50]
    town = organ("石桥镇党委", "township", place=county)
    assert next_of(office) == [60]
    unit("柳湾村", town, None)
    assert next_of(office) == [70]


def test_an_enterprise_group_goes_on_without_divisions(browse, administrators):
    office = account("office", "李明", None, Role.OFFICE)
    chooses(office)

    organ("机械厂党委", "enterprise")

    assert road(office)[40]["is_done"]
    assert next_of(office) == [60]
    assert "不需要" in browse(office).get(reverse("first_day")).content.decode()


def test_an_enterprise_group_chooses_its_words_and_adds_units_one_by_one(browse, administrators):
    office = account("office", "李明", None, Role.OFFICE)
    words = reverse("set_parameter", args=["programme.words"])
    page = browse(office).get(reverse("first_day")).content.decode()
    assert "<h1>首次启用</h1>" in page
    assert words in page
    asked = browse(office).get(words).content.decode()
    assert "平台默认值：村和社区" in asked

    day = timezone.localdate()
    facts = {"code": "programme.words", "value": "group", "basis": "集团党委会议纪要"}
    norms.set_norm(**facts, valid_from=day, by=office)
    chooses(office)

    assert road(office)[40]["is_done"]
    assert next_of(office) == [50]
    organ("机械厂党委", "enterprise")
    row = road(office)[60]
    assert row["url"] == reverse("new_unit")
    assert row["url"] not in [address for _label, address in row["ways"]]
    form = browse(office).get(reverse("new_unit")).context["form"]
    assert form["kind"].value() == "soe"


def test_with_the_first_visit_the_first_day_is_over(browse, people):
    assert browse(people.office).get(reverse("home")).url == reverse("first_day")

    people.visit()

    assert browse(people.office).get(reverse("home")).url == reverse("outreach:today")
    office = browse(people.office)
    assert reverse("first_day") in office.get(reverse("help")).content.decode()
    page = office.get(reverse("first_day")).content.decode()
    assert "日常工作已经开始" in page
    assert reverse("hide_first_day") not in page


def test_each_step_says_how_many_are_missing_and_whose_turn_it_is(browse, people):
    missing = {n: row["missing"] for n, row in road(people.office).items()}
    archive = organ("县档案馆")
    county = Division.objects.get(name="云岭县")
    town = division("河东乡", 4, county, "990101009000")
    division("东岭村", 5, town, "990101009201")
    Cadre.objects.create(name="新来的", organ=archive)
    account("newcomer", "待授权", None)
    unit("河西村", people.host.organ, None)

    rows = road(people.office)

    more = {n: row["missing"] - missing[n] for n, row in rows.items()}
    assert {n: m for n, m in more.items() if m} == {50: 1, 60: 1, 80: 1, 85: 1, 90: 1}
    assert rows[50]["lacking"] == f"还有{missing[50] + 1}个乡镇、街道没有建立单位。"
    # Some exist already, so the next step is no longer blocked.
    assert rows[80]["is_done"]
    page = browse(people.office).get(reverse("first_day")).content.decode()
    assert re.search(r"还有\d+名干部没有账号。 <span class=\"sub\">由系统管理员办理。", page)
    assert re.search(r"已有\d+ · 还缺\d+", page)


def test_an_organ_without_cadres_is_missing_until_one_serves_there(people):
    before = road(people.office)[70]["missing"]
    museum = organ("县档案馆")
    assert road(people.office)[70]["missing"] == before + 1

    Cadre.objects.create(name="新来的", organ=museum)

    assert road(people.office)[70]["missing"] == before


def test_headings_and_a_first_notice_are_nobodys_next_step(browse, people):
    rows = road(people.office)
    assert rows[95]["has_button"]
    assert rows[97]["has_button"]
    assert "可不办" in browse(people.office).get(reverse("first_day")).content.decode()

    LedgerHeading.objects.create(ledger="matters", column="诉求人", set_by=people.office)

    assert road(people.office)[95]["is_done"]


def test_it_can_be_hidden_earlier_and_stands_in_the_help_then(browse, people):
    office = browse(people.office)

    office.post(reverse("hide_first_day"))

    assert office.get(reverse("home")).url == reverse("outreach:today")
    assert reverse("first_day") in office.get(reverse("help")).content.decode()
    assert office.get(reverse("first_day")).status_code == 200
    assert browse(people.system).get(reverse("home")).url == reverse("first_day")


def test_who_works_in_the_villages_goes_straight_to_the_day(browse, people):
    assert browse(people.author).get(reverse("home")).url == reverse("outreach:today")
    assert browse(people.author).get(reverse("first_day")).status_code == 403
    assert browse(people.author).post(reverse("hide_first_day")).status_code == 403


def test_another_way_to_a_step_is_shown_to_whose_step_it_is(browse, people, monkeypatch):
    monkeypatch.setitem(first_day.WAYS, 70, [("Import a list", "cadres", ())])

    page = browse(people.office).get(reverse("first_day")).content.decode()

    assert re.search(rf'href="{reverse("cadres")}">Import a list</a>', page)


def test_a_list_is_taken_in_from_the_step_that_it_fills(browse, people):
    for user, kinds in (
        (people.office, ["organs", "units", "cadres", "areas"]),
        (people.system, ["accounts"]),
        (people.security, ["grants"]),
    ):
        page = browse(user).get(reverse("first_day"))
        found = re.findall(r'href="/imports/new/(\w+)/">([^<]+)<', page.content.decode())
        assert found == [(kind, "从表格导入") for kind in kinds]


@pytest.mark.parametrize("more", [0, 2])
def test_the_first_day_costs_the_same_however_much_there_is(
    browse, people, django_assert_num_queries, more
):
    for n in range(more):
        organ(f"县第{n}局")
        actions.make_account(
            at=timezone.now(),
            username=f"more{n}",
            name="更多",
            organ=None,
            cadre=None,
            by=people.system,
        )
    office = browse(people.office)
    office.get(reverse("first_day"))

    with django_assert_num_queries(28):
        office.get(reverse("first_day"))


def test_every_step_leads_to_a_page_that_is_open_to_whose_step_it_is(browse, people):
    hands = {
        "manage_accounts": people.system,
        "give_grants": people.security,
        "manage_places": people.office,
        "manage_people": people.office,
        "set_parameters": people.office,
        "record_visits": people.author,
        "reset_passwords": people.office,
        "publish_notices": people.office,
    }
    for step in first_day.steps().values():
        if step.url_name:
            page = browse(hands[step.permission]).get(reverse(step.url_name))
            assert page.status_code == 200, step.number
