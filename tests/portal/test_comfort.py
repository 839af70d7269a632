"""Lists as users arrange them: named filters, columns, keys, help."""

import re

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from portal import urls  # noqa: F401, the lists register themselves
from portal.models import PartyOrganization, SavedFilter
from portal.models.comfort import FILTERS_KEPT
from portal.pages import lists  # noqa: F401, the lists register themselves
from portal.roles import Role
from tests.pairing.cast import paired
from tests.people import account, organ
from tests.reading import words

LEDGER, DIARY = "outreach:matters", "outreach:visits"


def keep(client, query, name="超期的水利事项", page=LEDGER):
    return client.post(reverse("save_filter", args=[page]), {"query": query, "name": name})


# --- Saved filters -----------------------------------------------------------------------------


def test_a_kept_filter_is_a_chip_that_opens_the_same_rows(browse, people):
    people.matter(title="渠道淤堵", category="01")
    people.matter(title="路灯不亮", category="02")
    office = browse("office")

    kept = keep(office, "category=02&tab=all")
    page = office.get(kept.url)

    assert kept.url == f"{reverse(LEDGER)}?tab=all&category=02"
    assert "路灯不亮" in words(page)
    assert "渠道淤堵" not in words(page)
    assert 'href="?tab=all&amp;category=02" aria-current="true">超期的水利事项</a>' in words(page)


def test_what_is_no_filter_of_the_list_is_left_out(browse, people):
    keep(browse("office"), "category=02&after=2026-01-01~7&next=http://x&unit_text=柳湾&unit=3")

    assert SavedFilter.objects.get().query == "unit=3&category=02"


def test_a_place_typed_without_script_is_kept_as_typed(browse, people):
    keep(browse("office"), "unit_text=柳湾村&tab_text=x")

    assert SavedFilter.objects.get().query.startswith("unit_text=")


def test_a_tab_that_the_list_does_not_have_is_no_filter(browse, people):
    offer = reverse("save_filter", args=[DIARY])

    assert offer not in words(browse("office").get(reverse(DIARY), {"tab": "all"}))
    assert offer in words(browse("office").get(reverse(DIARY), {"mode": "visit"}))


def test_nothing_to_keep_is_said_and_the_list_offers_it_only_when_filtered(browse, people):
    office = browse("office")

    refused = keep(office, "after=2026-01-01~7", name="空的")

    assert refused.status_code == 422
    assert "空的" in words(refused)
    assert not SavedFilter.objects.exists()
    offer = reverse("save_filter", args=[LEDGER])
    assert offer not in words(office.get(reverse(LEDGER)))
    assert offer in words(office.get(reverse(LEDGER), {"due": "overdue"}))
    keep(office, "due=overdue")
    assert offer not in words(office.get(reverse(LEDGER), {"due": "overdue"}))


@pytest.mark.parametrize("name", ["", "  ", "长" * 21])
def test_a_name_that_is_none_is_refused_and_nothing_kept(browse, people, name):
    assert keep(browse("office"), "tab=all", name=name).status_code == 422
    assert not SavedFilter.objects.exists()


def test_an_address_too_long_to_keep_is_refused(browse, people):
    assert keep(browse("office"), f"q={'水' * 400}").status_code == 422
    assert keep(browse("office"), f"q={'x' * 2000}").status_code == 422
    assert not SavedFilter.objects.exists()


def test_one_name_once_on_a_list_and_again_on_another(browse, people):
    office = browse("office")
    keep(office, "tab=all", name="我的")

    again = keep(office, "tab=closed", name="我的")
    keep(office, "mode=visit", name="我的", page=DIARY)

    assert again.status_code == 422
    assert sorted(SavedFilter.objects.values_list("page", flat=True)) == [LEDGER, DIARY]


def test_the_database_refuses_a_second_of_the_same_name(people):
    SavedFilter.objects.create(user=people.office, page=LEDGER, name="我的", query="tab=all")

    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.create(user=people.office, page=LEDGER, name="我的", query="tab=mine")


def test_the_database_refuses_a_filter_of_nothing(people):
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.create(user=people.office, page=LEDGER, name="我的", query="")


def test_no_more_are_kept_than_one_finds_at_a_glance(browse, people):
    office = browse("office")
    for n in range(FILTERS_KEPT):
        keep(office, "tab=all", name=f"第{n}个")

    assert keep(office, "tab=closed", name="再一个").status_code == 422
    assert SavedFilter.objects.count() == FILTERS_KEPT
    assert keep(office, "mode=visit", name="再一个", page=DIARY).status_code == 302


def test_a_kept_filter_is_renamed_and_dropped(browse, people):
    office = browse("office")
    keep(office, "tab=all", name="旧名")
    saved = SavedFilter.objects.get()
    assert "旧名" in words(office.get(reverse("saved_filters")))

    office.post(reverse("rename_filter", args=[saved.pk]), {"name": "新名"})
    saved.refresh_from_db()
    assert saved.name == "新名"

    page = office.post(reverse("drop_filter", args=[saved.pk]), follow=True)
    assert "新名" in words(page)  # once more, in the message
    assert not SavedFilter.objects.exists()


def test_a_name_in_use_is_refused_when_renaming(browse, people):
    office = browse("office")
    keep(office, "tab=all", name="一")
    keep(office, "tab=closed", name="二")
    second = SavedFilter.objects.get(name="二")

    assert (
        office.post(reverse("rename_filter", args=[second.pk]), {"name": "一"}).status_code == 422
    )
    second.refresh_from_db()
    assert second.name == "二"


def test_kept_filters_are_their_owners_alone(browse, people):
    keep(browse("office"), "tab=all", name="我的水利")
    saved = SavedFilter.objects.get()
    other = browse("supervisor")

    assert "我的水利" not in words(other.get(reverse(LEDGER)))
    assert "我的水利" not in words(other.get(reverse("saved_filters")))
    assert other.get(reverse("rename_filter", args=[saved.pk])).status_code == 404
    assert other.post(reverse("drop_filter", args=[saved.pk])).status_code == 404
    assert SavedFilter.objects.exists()


@pytest.mark.parametrize("page", ["home", "nonsense", "outreach:matter"])
def test_what_is_no_list_keeps_nothing(browse, people, page):
    assert keep(browse("office"), "tab=all", page=page).status_code == 404
    assert browse("office").post(reverse("choose_columns", args=[page])).status_code == 404


@pytest.mark.parametrize("kept", [1, 3])
def test_kept_filters_cost_one_query_however_many(browse, people, django_assert_num_queries, kept):
    people.matter()
    office = browse("office")
    for n in range(kept):
        keep(office, f"q=水{n}", name=f"第{n}个")
    office.get(reverse(LEDGER))

    with django_assert_num_queries(9):
        office.get(reverse(LEDGER), {"tab": "all"})
    with django_assert_num_queries(7):
        office.get(reverse("saved_filters"))


# --- Columns -----------------------------------------------------------------------------------


def choose(client, page, *codes, **more):
    return client.post(reverse("choose_columns", args=[page]), {"column": codes, **more})


def heads(response):
    return words(response).split("<thead>")[1].split("</thead>")[0]


def test_chosen_columns_are_shown_and_the_others_not(browse, people):
    people.in_progress(title="渠道淤堵")
    office = browse("office")
    assert "主办单位" in heads(office.get(reverse(LEDGER), {"tab": "all"}))

    choose(office, LEDGER, "urgency")
    page = office.get(reverse(LEDGER), {"tab": "all"})

    for head in ("编号", "事项", "地点", "办理时限", "紧急程度"):
        assert head in heads(page)
    for head in ("主办单位", "状态", "群众评价"):
        assert head not in heads(page)
    row = words(page).split("<tbody>")[1].split("</tbody>")[0]
    assert "渠道淤堵" in row
    assert "县水利局" not in row


def test_the_columns_of_one_are_nobody_elses_and_of_one_list_alone(browse, people):
    people.matter()
    choose(browse("office"), LEDGER)
    choose(browse("supervisor"), DIARY, "entered")

    assert "主办单位" in heads(browse("supervisor").get(reverse(LEDGER), {"tab": "all"}))
    assert "录入日期" in heads(browse("supervisor").get(reverse(DIARY)))
    assert "录入日期" not in heads(browse("office").get(reverse(DIARY)))


def test_columns_go_back_to_what_the_list_itself_shows(browse, people):
    people.matter()
    office = browse("office")
    choose(office, LEDGER)

    choose(office, LEDGER, reset="1")

    people.office.refresh_from_db()
    assert people.office.columns == {}
    assert "群众评价" in heads(office.get(reverse(LEDGER), {"tab": "all"}))


def test_a_column_that_does_not_exist_is_not_kept(browse, people):
    choose(browse("office"), LEDGER, "raiser_phone", "lead")

    people.office.refresh_from_db()
    assert people.office.columns == {LEDGER: ["lead"]}


def test_choosing_columns_leads_back_to_the_same_address_and_never_outside(browse, people):
    office = browse("office")

    assert choose(office, LEDGER, next="/matters/?tab=all").url == "/matters/?tab=all"
    assert choose(office, LEDGER, next="https://evil.example/").url == reverse(LEDGER)


SHAPED = [page for page, one in lists.LISTS.items() if one.columns and page != "accounts"]


@pytest.mark.parametrize("page", SHAPED)
def test_every_column_of_a_list_can_be_shown_and_hidden(browse, people, page):
    people.visit(matters=[{}])
    PartyOrganization.objects.create(
        name="机关党支部", kind="branch", organ=people.department, started_on="2020-01-01"
    )
    paired(people)
    office = browse("office")
    codes = [column.code for column in lists.LISTS[page].columns]

    choose(office, page, *codes)
    whole = heads(office.get(reverse(page) + "?tab=all"))
    choose(office, page)
    bare = heads(office.get(reverse(page) + "?tab=all"))

    for column in lists.LISTS[page].columns:
        assert str(column.label) in whole
        assert str(column.label) not in bare


@pytest.mark.parametrize("chosen", [None, ["lead", "state", "word", "nature", "urgency", "closed"]])
def test_columns_cost_no_query(browse, people, django_assert_num_queries, chosen):
    people.matter()
    people.matter()
    if chosen:
        people.office.columns = {LEDGER: chosen}
        people.office.save()
    office = browse("office")
    office.get(reverse(LEDGER))

    with django_assert_num_queries(9):
        office.get(reverse(LEDGER), {"tab": "all"})


def test_the_official_sheet_keeps_its_columns(browse, people):
    office = browse("office")
    choose(office, LEDGER)

    page = words(office.get(reverse(LEDGER), {"tab": "all"}))

    export = page.split(reverse("outreach:export_matters"))[1].split("</form>")[0]
    assert "column" not in export


# --- Keys and help -------------------------------------------------------------------------------


def test_keys_can_be_switched_off_and_on(browse, people):
    office = browse("office")
    assert 'data-keys="' in words(office.get(reverse("help")))

    office.post(reverse("shortcuts"))
    assert 'data-keys="' not in words(office.get(reverse("help")))
    office.post(reverse("shortcuts"))
    assert 'data-keys="' in words(office.get(reverse("help")))


def test_every_role_has_its_chapter():
    chapters = {path.stem for path in (settings.BASE_DIR / "templates/help").glob("*.html")}

    assert chapters == set(Role.values)


def test_help_begins_with_the_own_role_and_links_only_there(browse, people):
    page = words(browse("author").get(reverse("help")))

    own, others = page.split("其他角色做什么")
    assert 'id="cadre"' in own
    assert reverse("outreach:new_visit") in own
    assert 'id="audit"' in others
    assert reverse("audit") not in others


def test_links_of_the_help_open_for_who_holds_the_role(browse, people):
    cast = {
        "cadre": "author",
        "liaison": "liaison",
        "host": "host",
        "desk": "desk",
        "handler": "handler",
        "office": "office",
        "supervisor": "supervisor",
        "conduct": "recipient",
        "system": "system",
        "security": "security",
        "audit": "auditor",
        "leader": "leader",
        "burden": "burden",
    }
    people.burden = account("burden", "钟减", people.desk_organ, Role.BURDEN, place=people.county)
    people.leader = account(
        "named", "罗明", people.department, Role.LEADER, within=people.department
    )
    closed = []
    for role in Role:
        reader = browse(cast[role])
        chapter = render_to_string(f"help/{role}.html", {"held": True})
        addresses = set(re.findall('href="([^"]+)"', chapter))
        assert addresses, role
        closed += [(role, url) for url in addresses if reader.get(url).status_code != 200]

    assert closed == []


def test_help_names_the_liaison_and_the_office_with_its_phone(browse, people):
    people.department.phone = "0597-1234567"
    people.department.save()
    people.author.organ = organ("县农技站", "station", people.agriculture, place=people.county)
    people.author.save()

    page = words(browse("author").get(reverse("help")))

    assert "陈静" in page
    assert "县委组织部 0597-1234567" in page
    assert "石磊" not in page


def test_a_page_in_trouble_leads_to_the_help_about_it(browse, people):
    assert f"{reverse('help')}#not-allowed" in words(browse("author").get(reverse("audit")))
    assert f"{reverse('help')}#not-found" in words(browse("author").get("/matters/999999/"))


@pytest.mark.parametrize("more", [0, 2])
def test_help_costs_the_same_for_one_liaison_and_three(
    browse, people, django_assert_num_queries, more
):
    for n in range(more):
        account(f"liaison{n}", "更多", people.agriculture, Role.LIAISON, within=people.agriculture)
    session = browse("author")
    session.get(reverse("help"))
    with django_assert_num_queries(9):
        session.get(reverse("help"))


def test_an_empty_ledger_explains_itself(browse, people):
    page = words(browse("office").get(reverse(LEDGER), {"tab": "all"}))
    assert f"{reverse('help')}#empty" in page

    filtered = words(browse("office").get(reverse(LEDGER), {"tab": "all", "due": "overdue"}))
    assert f"{reverse('help')}#empty" not in filtered
