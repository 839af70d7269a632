"""No input causes a server error: odd values for each parameter and each form field.

A short run with a fixed seed; the `long` run tries every value for every name alone as one role,
and a seeded sample of combinations as two others.
"""

import pytest
from django.db import transaction
from django.test import Client

from tests import odd, test_access
from tests.access import PARTS
from tests.test_access import TABLES, address, expected_of

pytestmark = pytest.mark.each_run

# Fixtures of test_access: the cast with its leader, and one record of each noun of the first
# tables.
people = test_access.people
records = test_access.records

# Not asked repeatedly: it signs the client out, or reports on the machine.
LEFT_ALONE = {"account_logout", "healthz", "readyz"}
LET_IN = {200, 302, 422}
# Numbers of addresses and tables in the short run.
SHORT, SHORT_TABLES = 25, 8
# The roles that differ most in what they may open come first.
ROLES = (
    "office",
    "host",
    "liaison",
    "handler",
    "author",
    "system",
    "security",
    "auditor",
    "recipient",
    "desk",
    "supervisor",
)


@pytest.fixture
def everything(people, request, settings, bare_refusals):
    """everything(tables) returns one record of each noun of these tables; requests record which
    names they read."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.odd.RecordParameters"]
    records = request.getfixturevalue("records")

    def add(tables):
        for part in PARTS:
            if part.__name__.rpartition(".")[2] in tables:
                records.update(part.records(people))
        return records

    return add


class Walk:
    """Asks each address as a user who is let in, and collects server errors."""

    def __init__(self, people, records):
        self.records, self.fallen, self.count = records, [], 0
        self.clients = {who: Client(raise_request_exception=False) for who in ROLES}
        for who, client in self.clients.items():
            client.force_login(getattr(people, who))
        self.before = transaction.savepoint()

    def ask(self, who, method, url, sent):
        try:
            response = getattr(self.clients[who], method)(url, sent)
            self.count += 1
            if response.status_code >= 500:
                self.fallen.append((method, url, who, _short(sent)))
            if response.streaming:
                b"".join(response)
                for close in response._resource_closers:
                    close()
            return response
        finally:
            transaction.savepoint_rollback(self.before)

    def walk(self, page, method, who, odd_values):
        url = address(page, self.records)
        if method == "get":
            self.ask(who, "get", url, {})
            for sent in odd_values(odd.RecordParameters.asked):
                self.ask(who, "get", url, sent)
            return
        fields = self.form_of(who, url)
        self.ask(who, "post", url, fields)
        names = odd.RecordParameters.sent - {"csrfmiddlewaretoken"}
        for sent in odd_values(names):
            self.ask(who, "post", url, odd.filled(fields, names) | sent)

    def form_of(self, who, url):
        response = self.ask(who, "get", url, {})
        if response.status_code != 200 or response.streaming:
            return {}
        forms = odd.Forms(response.content.decode()).forms
        return forms.get("", forms.get(url, {}))


def _short(sent):
    return {name: str(value)[:40] for name, value in sent.items()}


def pages_of(tables):
    """Return [(page, method, users let in)] of all tables."""
    found = []
    for table in tables.values():
        for method, page in sorted(table):
            expected = expected_of(method, page)
            who = [one for one in ROLES if expected.get(one) in LET_IN]
            if page not in LEFT_ALONE and who:
                found.append((page, method, who))
    return found


@pytest.mark.slow
def test_no_odd_value_makes_a_server_error(people, everything):
    lot = odd.lot_of(20261130)
    # Making the nouns of all tables takes longer than the walk itself.
    drawn = {table: TABLES[table] for table in lot.sample(sorted(TABLES), SHORT_TABLES)}
    walk = Walk(people, everything(drawn))
    for page, method, who in lot.sample(pages_of(drawn), SHORT):
        walk.walk(page, method, lot.choice(who), lambda names: odd.some(names, lot, 1))

    assert walk.fallen == []


@pytest.mark.long
@pytest.mark.parametrize("table", TABLES)
def test_no_value_of_any_parameter_makes_a_server_error(people, everything, table):
    walk, lot = Walk(people, everything({table})), odd.lot_of(table)
    for page, method, who in pages_of({table: TABLES[table]}):
        walk.walk(page, method, who[0], odd.one_each)
        for one in who[1:3]:
            walk.walk(page, method, one, lambda names: odd.some(names, lot, 5))

    assert walk.fallen == []
