"""The frame around every page."""

import pytest
from django.urls import reverse


@pytest.mark.parametrize(
    ("who", "shown"),
    [("author", True), ("handler", True), ("office", True), ("supervisor", True),
     ("system", False), ("security", False), ("auditor", False), ("recipient", False)],
)  # fmt: skip
def test_the_search_box_stands_where_there_is_something_to_find(client, people, who, shown):
    client.force_login(getattr(people, who))

    page = client.get(reverse("roles")).content.decode()

    assert page.count('role="search"') == (2 if shown else 0)
