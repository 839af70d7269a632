"""Sortable headings on the working lists, where an index or a small size allows."""

import pytest
from django.urls import reverse

from portal.models import Cadre, GrassrootsUnit
from portal.pages.listings import LISTINGS
from portal.sheets import ledgers
from tests.people import unit

# (URL name, query, user, sorts of its headings)
SORTED = [
    ("outreach:follow_ups", "tab=open", "office", ["due_last"]),
    ("outreach:follow_ups", "tab=done", "office", ["oldest"]),
    ("outreach:words", "", "office", ["oldest"]),
    ("outreach:stays", "tab=all", "office", ["oldest"]),
    ("outreach:stays", "tab=ending", "office", ["newest"]),
    ("outreach:leaves", "tab=all", "office", ["oldest"]),
    ("outreach:notices", "tab=all", "office", ["oldest"]),
    ("outreach:notices", "tab=waiting", "office", ["newest"]),
    ("outreach:receptions", "tab=planned", "office", ["newest"]),
    ("outreach:campaigns", "tab=running", "office", ["soonest"]),
    ("outreach:contact_areas", "", "office", ["oldest"]),
    ("outreach:meetings", "", "office", ["oldest"]),
    ("pairing:pairings", "tab=all", "office", ["oldest"]),
    ("pairing:help_needs", "", "office", ["newest"]),
    ("cadres", "", "office", ["pinyin"]),
    ("organs", "", "office", ["pinyin"]),
    ("units", "", "office", ["pinyin"]),
    ("oversight:plan_items", "", "office", ["due_last"]),
]


@pytest.mark.parametrize(("name", "query", "who", "codes"), SORTED)
def test_a_heading_leads_to_its_sort(people, client, name, query, who, codes):
    client.force_login(getattr(people, who))
    page = client.get(f"{reverse(name)}?{query}").context
    sorts, present = page["sorts"], page["sort"]
    leads = {one.sorting(sorts, present)[0] for one in page["listing"].columns if one.sorts}

    assert set(codes) <= leads
    for code in codes:
        again = client.get(f"{reverse(name)}?{query}&sort={code}")
        assert again.context["sort"] == sorts[code] != present


def test_every_heading_sorts_by_a_sort_that_its_list_has():
    """For sorts that do not depend on the tab: an unknown code would make a heading without a
    link."""
    wrong = [
        (name, one.label)
        for name, listing in LISTINGS.items()
        if isinstance(listing.sorts, dict)
        for one in listing.columns
        if one.sorts and not set(one.sorts) <= set(listing.sorts)
    ]

    assert wrong == []
    assert sum(any(one.sorts for one in listing.columns) for listing in LISTINGS.values()) > 20


def test_cadres_and_units_stand_by_pinyin(people, client):
    client.force_login(people.office)

    shown = client.get(reverse("cadres"), {"sort": "pinyin"})
    initials = [one.initials for one in shown.context["page"]]
    assert initials == sorted(Cadre.objects.values_list("initials", flat=True))
    assert 'aria-sort="ascending"' in shown.content.decode()
    shown = client.get(reverse("units"), {"sort": "pinyin"})
    initials = [one.initials for one in shown.context["page"]]
    assert initials == sorted(GrassrootsUnit.objects.values_list("initials", flat=True))


@pytest.mark.parametrize("row_count", [1, 3])
def test_another_sort_costs_no_more(people, client, django_assert_num_queries, row_count):
    for n in range(row_count):
        unit(f"新村{n}", people.town_organ, people.town)
    client.force_login(people.office)
    address = reverse("units")
    client.get(address, {"sort": "pinyin", "q": "新村"})

    with django_assert_num_queries(12):
        page = client.get(address, {"sort": "pinyin", "q": "新村"})

    assert len(page.context["page"]) == row_count


def test_english_pages_call_every_sheet_by_an_english_name(people, client):
    assert [one for one in ledgers.REGISTRY.values() if not one.english.isascii()] == []
    assert all(one.english for one in ledgers.REGISTRY.values())

    people.office.language = "en"
    people.office.save(update_fields=["language"])
    client.force_login(people.office)
    page = client.get(reverse("new_scheduled_export", args=["matters"])).content.decode()
    assert "Every month: Matter ledger (民情台账)" in page
