"""Every address of the access table that opens, on desktop and phone: no axe violation, no
overflow, no console message.

Journeys visit the pages of daily work, this test all others. The run's seed draws a user for each
page among those whom the table lets in.
"""

import random
from collections import defaultdict
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import override_settings

from tests.browser.conftest import STACK, Person, Stack, free_port
from tests.conftest import EMPTY, WORKER, _point_at, another_database
from tests.people import Cast
from tests.test_access import (
    PART_RECORDS,
    TABLES,
    A,
    address,
    expected_of,
    own_records,
    with_leader,
)

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.long]


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker):
    """A separate portal with one record of each noun: its stack, and the records of each table."""
    database = f"every_page_{WORKER}"
    # The folder in which the stack's processes look for files.
    files = override_settings(MEDIA_ROOT=settings.VAR_DIR / f"media-{STACK}")
    with django_db_blocker.unblock():
        with files, another_database(database):
            people = with_leader(Cast())
            records = dict.fromkeys(TABLES.keys() - PART_RECORDS, own_records(people))
            records |= {name: make(people) for name, make in PART_RECORDS.items()}
            usernames = {
                name: one.username for name, one in vars(people).items() if hasattr(one, "username")
            }
        _point_at(EMPTY)
        stack = Stack(people, free_port(), database=database)
        stack.start_web()
        try:
            stack.wait_until("/readyz/")
            yield SimpleNamespace(stack=stack, records=records, usernames=usernames)
        finally:
            stack.stop()


def pages_of(table, records):
    """Return {user: addresses}; each address that opens is given to one user."""
    found = defaultdict(list)
    for method, page in TABLES[table]:
        let_in = [who for who, status in expected_of(method, page).items() if status == A]
        if method == "get" and let_in:
            found[random.choice(let_in)].append(address(page, records))
    return found


def walk(whole, browser, table, look, **screen):
    """Return the problems of a table's pages; `look(somebody, path)` raises AssertionError."""
    wrong, refused = [], []
    for who, addresses in pages_of(table, whole.records[table]).items():
        somebody = Person(whole.stack, browser, whole.usernames[who], **screen).sign_in_by_request()
        for path in addresses:
            answer = somebody.context.request.get(whole.stack.address + path)
            if answer.status == 403:
                refused.append(f"{who}: {path}")
            # Skip files, answers to scripts, and fragments of pages.
            if answer.status == 403 or b"<html" not in answer.body():
                continue
            try:
                look(somebody, path)
            except AssertionError as said:
                wrong.append(f"{who}: {said}")
                somebody.complaints.clear()
        somebody.close()
    # All tables share one database, so a row of another table may block a page.
    assert len(refused) <= 1, refused
    return wrong


@pytest.mark.parametrize("table", TABLES)
def test_every_page_is_in_order_on_desk_and_phone(whole, chromium, table):
    wrong = walk(whole, chromium, table, Person.look)

    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("table", TABLES)
def test_chromium_86_shows_every_page(whole, old_chromium, table):
    def look(somebody, path):
        somebody.page.goto(somebody.stack.address + path)
        assert somebody.overflow() <= 1, f"{path} is {somebody.overflow()}px too wide"
        assert somebody.complaints == [], f"{path}: {somebody.complaints}"

    wrong = walk(whole, old_chromium, table, look, width=390)

    assert wrong == [], "\n".join(wrong)
