"""The frame around every page."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal import side_list


@pytest.mark.parametrize(
    ("who", "shown"),
    [("author", True), ("handler", True), ("office", True), ("supervisor", True),
     ("system", False), ("security", False), ("auditor", False), ("recipient", False)],
)  # fmt: skip
def test_the_search_box_stands_where_there_is_something_to_find(client, people, who, shown):
    client.force_login(getattr(people, who))

    page = client.get(reverse("roles")).content.decode()

    assert page.count('role="search"') == (2 if shown else 0)


def test_no_page_waits_for_the_numbers_of_the_side_list(client, people):
    people.matter()
    client.force_login(people.host)
    address = reverse("outreach:matters")
    first = client.get(address).content.decode()
    assert '<span class="count" id="count-todo">1</span>' in first
    assert reverse("side_counts") not in first

    people.matter()
    cache.delete(f"{side_list._key(people.host)}-fresh")
    later = client.get(address).content.decode()
    assert '<span class="count" id="count-todo">1</span>' in later
    assert f'hx-get="{reverse("side_counts")}" hx-trigger="load"' in later
    renewed = client.get(reverse("side_counts")).content.decode()
    assert '<span class="count" id="count-todo" hx-swap-oob="true">2</span>' in renewed
    assert reverse("side_counts") not in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("author", ["today", "new_visit", "matters", "visits"]),
        ("handler", ["today", "matters", "todo"]),
        ("office", ["today", "matters", "visits", "todo"]),
        ("system", ["home"]),
        ("recipient", ["home"]),
    ],
)
@pytest.mark.parametrize("page", ["help", "todo"])
def test_every_page_has_the_tabs_of_the_phone_and_a_way_home(client, people, who, names, page):
    client.force_login(getattr(people, who))

    shown = client.get(reverse(page)).content.decode()

    tabs = re.search(r'<nav class="bottom-tabs".*?</nav>', shown, re.S)[0]
    wanted = [reverse(name if name in {"home", "todo"} else f"outreach:{name}") for name in names]
    assert [url.partition("?")[0] for url in re.findall(r'href="(/[^"]*)"', tabs)] == wanted
    assert 'href="#menu"' in tabs and shown.count('id="menu"') == 1
    assert f'<a class="brand" href="{reverse("home")}">' in shown and ">首页</span>" in shown
    assert 'class="has-bottom-tabs' in shown
    for url in wanted:
        assert client.get(url, follow=True).status_code == 200


def test_the_tab_of_this_page_is_marked(client, people):
    client.force_login(people.author)

    shown = client.get(reverse("outreach:visits"), {"sort": "oldest"}).content.decode()

    tabs = re.search(r'<nav class="bottom-tabs".*?</nav>', shown, re.S)[0]
    assert re.findall(r'href="([^"]*)" aria-current="page"', tabs) == [reverse("outreach:visits")]


def test_who_is_not_signed_in_has_neither(client, db):
    shown = client.get(reverse("account_login")).content.decode()

    assert "bottom-tabs" not in shown and "brand-home" not in shown
