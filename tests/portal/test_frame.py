"""The frame around every page."""

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
