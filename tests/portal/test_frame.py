"""The frame around every page."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.pages import side_list


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("author", True),
        ("handler", True),
        ("office", True),
        ("supervisor", True),
        ("system", False),
        ("security", False),
        ("auditor", False),
        ("recipient", False),
    ],
)
def test_the_search_box_stands_where_there_is_something_to_find(client, people, who, shown):
    client.force_login(getattr(people, who))

    page = client.get(reverse("roles")).content.decode()

    assert page.count('role="search"') == (2 if shown else 0)


def test_the_forms_of_a_page_have_one_token_which_is_accepted(people, client):
    client.force_login(people.office)
    client.handler.enforce_csrf_checks = True
    page = client.get(reverse("outreach:matters")).content.decode()
    tokens = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert len(tokens) > 2 and len(set(tokens)) == 1
    assert client.get(reverse("outreach:matters")).content.decode().count(tokens[0]) == 0

    kept = {"csrfmiddlewaretoken": tokens[0]}
    assert client.post(reverse("large_type"), kept).status_code == 302
    assert client.post(reverse("large_type")).status_code == 403


def test_no_page_waits_for_the_numbers_of_the_side_list(client, people):
    people.matter()
    client.force_login(people.host)
    side_list.forget_counts(people.host)
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


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace", "options"])
@pytest.mark.parametrize("page", ["home", "outreach:matters", "account_change_password"])
def test_a_page_is_read_or_sent_and_asked_in_no_other_way(client, people, method, page):
    """allauth's views would treat a PUT as a submitted form."""
    client.force_login(people.author)

    response = getattr(client, method)(reverse(page))

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"


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


@pytest.mark.sampled(one_in=3)
@pytest.mark.parametrize("who", ["author", "host", "office", "supervisor", "system", "recipient"])
def test_the_side_list_is_short_and_leads_to_every_list(client, people, who):
    """At most twelve lines; lists without a line are linked from the page of their area."""
    user = getattr(people, who)
    client.force_login(user)
    page = client.get(reverse("help"))
    lines = [line for part in page.context["side_list"]["parts"] for line in part]
    assert 1 <= len(lines) <= side_list.LINES_SHOWN
    assert len({line["url"] for line in lines}) == len(lines)

    for area in side_list.lists_of(user):
        groups = side_list.lists_in(area, user)
        shown = client.get(area.url).content.decode()
        for entry in [entry for entries in groups.values() for entry in entries]:
            assert f'<a href="{reverse(entry.url_name)}">' in shown
            assert client.get(reverse(entry.url_name)).status_code == 200, entry.url_name


def test_the_line_of_a_page_is_marked_and_an_area_counts_what_waits_in_it(client, people):
    people.matter()
    client.force_login(people.host)
    side_list.forget_counts(people.host)
    shown = client.get(reverse("outreach:follow_ups")).context["side_list"]["parts"]
    lines = {line["name"]: line for part in shown for line in part}
    assert [name for name, line in lines.items() if line["current"]] == ["area-visits"]
    assert lines["area-visits"]["count"] == lines["todo"]["count"] == 1
    assert lines["area-pairing"]["count"] == 0

    visits = client.get(reverse("outreach:visits")).context["side_list"]["parts"]
    assert [line["name"] for part in visits for line in part if line["current"]] == [
        "outreach-visits"
    ]


def test_a_page_below_no_line_marks_that_of_its_breadcrumbs(client, people):
    """A page with a separate address, such as /activities/, belongs to the area named in its
    breadcrumbs."""
    client.force_login(people.office)
    for name, area in (
        ("outreach:activities", side_list.Area.STAYS),
        ("outreach:stay_reports", side_list.Area.STAYS),
    ):
        page = client.get(reverse(name)).content.decode()
        marked = re.findall(r'<a href="([^"]+)" aria-current="page"', page)
        assert area.url in marked, name


def test_an_area_without_a_list_for_somebody_is_closed_to_them(client, people):
    client.force_login(people.system)
    assert client.get(side_list.Area.PAIRING.url).status_code == 403
    assert client.get("/area/nothing/").status_code == 404
