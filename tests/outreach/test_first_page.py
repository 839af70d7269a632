"""What a host sees first, by kind of unit: each figure equals hand-written SQL and its list.

The SQL follows the definitions of the figures and shares no code with the portal.
"""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.urls import reverse

from outreach.overview import first_page
from portal.kinds import KINDS
from portal.models import GrassrootsUnit, PartyOrganization, RoleGrant, User
from portal.models.places import UnitKind
from portal.roles import Role
from tests.day import TODAY
from tests.people import START, account, fresh, unit

pytestmark = pytest.mark.each_run

QUARTER = TODAY.replace(month=TODAY.month - (TODAY.month - 1) % 3, day=1)
OF_MATTERS = "outreach_matter r WHERE r.status <> 'closed'"
OF_VISITS = "outreach_visit r WHERE r.voided_at IS NULL AND r.visited_on >= "
OF_PAIRINGS = "pairing_pairing r WHERE r.state = 'agreed' AND r.ends_on"
# FROM and WHERE of each figure; records have a unit of the kind and, on their day, the host.
SQL = {
    "open": OF_MATTERS,
    "overdue": "outreach_matter r WHERE r.stage IN ('waiting', 'handling')"
    " AND r.status NOT IN ('suspended', 'reported')"
    " AND (r.due_on < %(today)s OR r.due_on = %(today)s AND r.due_at < clock_timestamp())",
    "call_back": "outreach_matter r WHERE r.stage = 'call_back'",
    "surroundings": f"{OF_MATTERS} AND r.category = '03'",
    "business": f"{OF_MATTERS} AND r.category = '14'",
    "policies": f"{OF_MATTERS} AND r.category = '10'",
    "party_matters": f"{OF_MATTERS} AND r.category = '15'",
    "visits": f"{OF_VISITS}%(month)s",
    "shifts": f"{OF_VISITS}%(quarter)s AND r.mode = 'shift'",
    "stays": "outreach_stay r WHERE r.state <> 'cancelled' AND r.starts_on <= %(today)s"
    " AND coalesce(r.ended_on, r.ends_on) >= %(today)s",
    "pairings_ending": f"{OF_PAIRINGS} <= %(in_30_days)s AND r.level <> 'mentor'",
    "paired": f"{OF_PAIRINGS} >= %(today)s AND r.starts_on <= %(today)s AND r.level <> 'mentor'",
    "mentoring": f"{OF_PAIRINGS} >= %(today)s AND r.starts_on <= %(today)s AND r.level = 'mentor'",
    "needs": "outreach_communityneed r WHERE r.closed_on IS NULL AND r.until >= %(today)s",
    "pledges": "outreach_communityneed r WHERE r.until <= %(today)s AND EXISTS ("
    "SELECT FROM outreach_needpledge p WHERE p.need_id = r.id AND p.ended_on IS NULL"
    " AND p.confirmed_on IS NULL)",
    "reports": "neighbours_branchreport r WHERE r.state = 'confirmed'",
    "tickets": "neighbours_hotlineticket r WHERE r.noted_on >= %(month)s",
    "hardship": "outreach_condolencerecipient r WHERE r.category = 'worker'"
    " AND r.removed_at IS NULL AND NOT EXISTS (SELECT FROM outreach_condolencevisit v"
    " WHERE v.recipient_id = r.id AND v.voided_at IS NULL)",
}
OF_A_KIND = (
    " AND r.unit_id IN (SELECT id FROM portal_grassrootsunit WHERE kind = %(kind)s)"
    " AND r.host_organ_id IN (SELECT id FROM portal_organ WHERE path LIKE %(path)s)"
)
# Figures of the organ itself, or of the units themselves.
WHOLE = {
    "proposals": "works_congressproposal r WHERE r.state IN ('collected', 'filed')"
    " AND r.host_organ_id IN (SELECT id FROM portal_organ WHERE path LIKE %(path)s)",
    "talks": "works_talk r WHERE r.voided_at IS NULL AND r.talked_on >= %(quarter)s"
    " AND r.organ_id IN (SELECT id FROM portal_organ WHERE path LIKE %(path)s)",
    "without_party": "portal_grassrootsunit r WHERE r.kind = %(kind)s"
    " AND r.host_organ_id = %(host)s AND r.parent_id IS NULL"
    " AND (r.ended_on IS NULL OR r.ended_on > %(today)s)"
    " AND NOT EXISTS (SELECT FROM portal_partyorganization p WHERE p.unit_id = r.id"
    " AND (p.ended_on IS NULL OR p.ended_on > %(today)s))",
}


def _by_sql(code, kind, host):
    values = {
        "today": TODAY,
        "month": TODAY.replace(day=1),
        "quarter": QUARTER,
        "in_30_days": TODAY + timedelta(days=30),
        "kind": kind.value,
        "host": host.pk,
        "path": f"{host.path}%",
    }
    where = WHOLE.get(code) or SQL[code] + OF_A_KIND
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {where}", values)
        return cursor.fetchone()[0]


def test_each_kind_has_figures_of_its_own():
    for kind, row in KINDS.items():
        assert 4 <= len(row.figures) <= 6, kind
        assert set(row.figures) <= set(first_page.REGISTRY), kind
        assert {first_page.REGISTRY[code].of for code in row.figures} <= {"host_organ", "organ"}
    assert len({row.figures for row in KINDS.values()}) == len(UnitKind)
    assert set(SQL) | set(WHOLE) == {code for row in KINDS.values() for code in row.figures}


# --- In a county ---------------------------------------------------------------------------------


def _hosts():
    grants = RoleGrant.objects.filter(role=Role.HOST, ends_on=None).select_related("organ")
    return {grant.organ: grant.user_id for grant in grants.order_by("-pk")}


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
def test_figures_equal_sql_and_their_lists(small, client):
    seen, counted = set(), set()
    for host, user in _hosts().items():
        reader = fresh(User.objects.get(pk=user))
        client.force_login(reader)
        for section in first_page.of_host(reader):
            kind = next(one for one in UnitKind if str(one.label) == section.label)
            figures = KINDS[kind].figures
            assert len(section.numbers) == len(figures)
            for code, one in zip(figures, section.numbers, strict=True):
                n = one.number.n
                assert n == _by_sql(code, kind, host), (host.name, kind, code)
                if kind not in seen:
                    assert _total(client, one.number.url) == n, (kind, code)
                counted |= {code} if n else set()
            seen.add(kind)

    assert seen == set(UnitKind)
    # Nearly all figures are above zero in the small county.
    assert len(counted) >= 12


def _total(client, url):
    page = client.get(url)
    assert page.status_code == 200
    # The list knows every parameter of the address.
    query = parse_qs(urlsplit(url).query)
    assert not getattr(page.context["filter"], "unknown", ())
    assert all(query.values())
    return page.context["total"]


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
def test_the_figures_of_a_unit_add_up_to_those_of_its_kind(small):
    """Only figures of units; those of workshops are in the enterprise's."""
    host, user = next(
        (host, user)
        for host, user in _hosts().items()
        if GrassrootsUnit.objects.filter(host_organ=host, kind="rural").exists()
    )
    reader = fresh(User.objects.get(pk=user))
    whole = next(one for one in first_page.of_host(reader) if one.label == "农村")
    units = GrassrootsUnit.objects.filter(host_organ=host, kind="rural")
    found = [first_page.of_unit(reader, one).numbers for one in units.select_related("division")]

    for place, one in enumerate(whole.numbers):
        assert sum(numbers[place].number.n for numbers in found) == one.number.n, one.label


# --- Who sees what -------------------------------------------------------------------------------


def _at(people, kind, name="某单位"):
    return unit(name, people.town_organ, people.town, kind)


def test_a_host_sees_a_section_for_each_kind_that_it_manages(people):
    _at(people, "nonpublic", "山珍食品有限公司")

    sections = first_page.of_host(fresh(people.host))

    assert [one.label for one in sections] == ["农村", "非公有制企业"]
    assert [one.units.n for one in sections] == [1, 1]
    assert [one.label for one in sections[1].numbers] == [
        "企业服务类在办",
        "补贴政策类在办",
        "超期事项",
        "待回访",
        "本月走访",
        "未建党组织",
    ]


def test_a_number_is_of_the_kind_alone(people):
    company = _at(people, "nonpublic")
    people.visit()
    people.visit(place=company)
    people.matter(category="10")
    people.matter(place=company, category="10")

    rural, of_companies = first_page.of_host(fresh(people.host))

    assert [one.number.n for one in rural.numbers][:4] == [1, 0, 0, 2]
    assert [one.number.n for one in of_companies.numbers] == [0, 1, 0, 0, 2, 1]


def test_a_company_with_a_branch_is_not_without_a_party_organisation(people):
    company = _at(people, "nonpublic")
    PartyOrganization.objects.create(
        unit=company, name="中共某单位支部委员会", kind="branch", started_on=START
    )

    assert first_page.of_host(fresh(people.host))[1].numbers[-1].number.n == 0


def test_numbers_of_workers_are_named_in_their_words(people):
    _at(people, "soe", "机械厂")

    words = [one.label for one in first_page.of_host(fresh(people.host))[1].numbers]

    assert words[0] == "在办职工诉求"
    assert "本季度谈心谈话" in words


def test_today_of_a_host_loads_them_and_of_nobody_else(browse, people):
    url = reverse("outreach:first_figures")

    assert f'hx-get="{url}"' in browse("host").get(reverse("outreach:today")).content.decode()
    page = browse("host").get(url).content.decode()
    assert "农村" in page and "在办事项" in page
    assert f'hx-get="{url}"' not in browse("author").get(reverse("outreach:today")).content.decode()
    assert browse("author").get(url).status_code == 403


def test_a_host_without_units_is_told_so(browse, people):
    idle = account("idle", "郑闲", people.station, Role.HOST, within=people.station)

    page = browse(idle).get(reverse("outreach:first_figures")).content.decode()

    assert "本单位目前没有管理的基层单位" in page


def test_the_page_of_a_unit_has_them_for_whose_roles_open_them(browse, people):
    part = reverse("outreach:figures_of_unit", args=[people.village.pk])
    page = reverse("unit", args=[people.village.pk])
    for who in ("host", "desk", "office", "supervisor"):
        assert part in browse(who).get(page).content.decode(), who
        assert browse(who).get(part).status_code == 200
    for who in ("author", "liaison", "neighbour_host", "neighbour_office"):
        assert part not in browse(who).get(page).content.decode(), who
        assert browse(who).get(part).status_code == 403


def test_what_is_not_opened_whole_is_left_out_and_no_zero(people):
    """The desk reads no visits and no stays."""
    place = GrassrootsUnit.objects.select_related("division").get(pk=people.village.pk)

    labels = [one.label for one in first_page.of_unit(fresh(people.desk), place).numbers]

    assert labels == ["在办事项", "超期事项", "待回访"]


def test_a_unit_of_an_enterprise_has_no_branches_that_report(browse, people):
    works = _at(people, "soe", "机械厂")
    community = _at(people, "community", "河西社区")

    def page(one):
        return browse("host").get(reverse("unit", args=[one.pk])).content.decode()

    assert reverse("neighbours:reports_of_unit", args=[community.pk]) in page(community)
    assert reverse("neighbours:reports_of_unit", args=[works.pk]) not in page(works)


def test_they_cost_few_statements(people, browse, django_assert_max_num_queries):
    for kind in UnitKind:
        _at(people, kind.value, kind.value)
    session, url = browse("host"), reverse("outreach:first_figures")
    session.get(url)

    with django_assert_max_num_queries(12):
        assert session.get(url).status_code == 200
    session.get(reverse("outreach:today"))
    with django_assert_max_num_queries(25):
        session.get(reverse("outreach:today"))
