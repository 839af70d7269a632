"""Attacks on every address of the portal, checked against the outcomes in docs/attacks.md.

`make attack` makes each attack on each address and rewrites the page; `make test` tries a few
addresses, drawn by a fixed seed, and compares.
"""

import fcntl
import json
import os
import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from api.v1 import gate
from api.v1.document import FILE
from neighbours.models import HotlineTicket
from outreach.actions import cards, door
from outreach.door import guards
from tests import attacking, holes, odd, test_access, test_odd_input
from tests.api import calling
from tests.attacking import COLUMNS, JUDGED, LEAVING, TOKEN, Attacks
from tests.attacking_doors import API_COLUMNS, DOOR_COLUMNS, ApiAttacks, DoorAttacks
from tests.test_access import TABLES
from tests.test_layout import ROOT

pytestmark = pytest.mark.each_run

people = test_access.people
records = test_access.records
everything = test_odd_input.everything

PAGE = ROOT / "docs" / "attacks.md"
DOOR, API = "the villager's door", "the REST API"
# Tables whose outcomes the page already lists. `make attack` attacks the others too, and adds each
# to the page once it has no unexpected outcome.
ATTACKED = sorted(set(TABLES) & set(re.findall(r"^## (\w+)$", PAGE.read_text(), re.MULTILINE)))
WRITES = os.environ.get("ATTACKS") == "write"
# Numbers of addresses and tables in the short run.
SHORT, SHORT_TABLES = 3, 2


# --- The page -------------------------------------------------------------------------------------


def pages_of(table):
    """Return {page: methods in the access table}."""
    found = defaultdict(list)
    for method, page in sorted(TABLES[table]):
        if page not in LEAVING:
            found[page].append(method)
    return dict(sorted(found.items()))


def line(page, outcomes):
    return f"| `{page}` | {' | '.join(outcomes)} |"


def columns_of(table):
    return {DOOR: DOOR_COLUMNS, API: API_COLUMNS}.get(table, tuple(COLUMNS))


def heading(table):
    names = " | ".join(["address", *columns_of(table)])
    return f"## {table}\n\n| {names} |\n|{'---|' * (len(columns_of(table)) + 1)}"


def sections(text):
    """{table: its lines} of the page."""
    found = {}
    for part in text.split("\n## ")[1:]:
        table, *lines = part.strip("\n").split("\n")
        found[table] = lines[3:]
    return found


def told():
    return sections(PAGE.read_text())


def not_yet():
    """Tables that the page lists as not fully attacked."""
    said = re.search(r"^Not yet: (.+)\.$", PAGE.read_text(), re.MULTILINE)
    return set(said[1].split(", ")) if said else set()


def explained():
    """The table that explains the attacks."""
    rows = [f"| {name} | {tried} | {comes} |" for name, (tried, comes) in COLUMNS.items()]
    return "\n".join(["| column | attack | expected |", "|---|---|---|", *rows])


def judged():
    """The table of harmless findings."""
    rows = [
        f"| `{page}` | {name} | {found} | {why} |" for (page, name), (found, why) in JUDGED.items()
    ]
    return "\n".join(
        ["| address | column | found | why it does no harm |", "|---|---|---|---|", *rows]
    )


def write(table, lines):
    """Write the lines of a table into the page; concurrent processes wait for each other."""
    with Path(f"{PAGE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        text = PAGE.read_text()
        known = {one: rows for one, rows in sections(text).items() if one in {*TABLES, DOOR, API}}
        known[table] = lines
        parts = ["\n".join([heading(one), *known[one]]) for one in sorted(known)]
        above = text.partition("\n\n## ")[0]
        for said in (explained(), judged()):
            first = re.escape(said.partition("\n")[0])
            old = re.compile(rf"^{first}$.*?(?=\n\n)", re.MULTILINE | re.DOTALL)
            above = old.sub(lambda _found, said=said: said, above)
        rest = ", ".join(sorted(not_yet() - {table}))
        rest = f"Not yet: {rest}." if rest else ""
        above = re.sub(r"^Not yet: .+\.$", rest, above, flags=re.MULTILINE).rstrip("\n")
        PAGE.write_text("\n\n".join([above, *parts]) + "\n")
    Path(f"{PAGE}.lock").unlink(missing_ok=True)


def compared(table, lines):
    """Write the page if asked to, then check that it has these lines."""
    if WRITES:
        write(table, lines)
    assert told().get(table) == lines


def test_the_page_says_what_is_tried():
    assert explained() in PAGE.read_text()
    assert judged() in PAGE.read_text()


def test_the_page_has_every_address():
    rows = {table: [one.split("`")[1] for one in lines] for table, lines in told().items()}

    for table in ATTACKED:
        assert rows[table] == list(pages_of(table))
    at_door = sorted(one.name for one in door_patterns())
    assert rows.get(DOOR, at_door) == at_door
    calls = sorted(f"{verb.upper()} {path}" for _n, verb, path in operations())
    assert rows.get(API, calls) == calls
    assert set(rows) | not_yet() == {*TABLES, DOOR, API}
    assert not set(rows) & not_yet()


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.short
def test_attacks_end_as_the_page_says(people, everything):
    lot = odd.lot_of(20261202)
    drawn = lot.sample(ATTACKED, SHORT_TABLES)
    attacks = Attacks(people, everything(drawn))
    pages = [(table, *one) for table in drawn for one in pages_of(table).items()]
    different = []
    for of, page, methods in lot.sample(pages, SHORT):
        found = line(page, attacks.row(page, methods))
        if found not in told()[of]:
            different.append(found)

    assert attacks.unexpected == []
    assert different == []


@pytest.mark.long
@pytest.mark.parametrize("table", TABLES if WRITES else ATTACKED)
def test_every_attack_on_every_address(people, everything, table):
    attacks = Attacks(people, everything({table}))
    lines = [line(page, attacks.row(page, methods)) for page, methods in pages_of(table).items()]

    assert attacks.unexpected == []
    compared(table, lines)


# --- The door -------------------------------------------------------------------------------------


def door_patterns():
    return get_resolver("evaluation.door.urls").url_patterns


def doors(people):
    """Yield (name, address, what opens it): with the card and the slip of the cast, otherwise with
    records that do not exist."""
    people.cadre.public_phone = "100-0000-0017"
    people.cadre.save()
    card = cards.issue_card(area=people.area, by=people.host, at=timezone.now())[0]
    matter = people.move(people.matter(), "take_up", people.host)
    number, code = door.print_slip(matter=matter, by=people.desk, at=timezone.now())
    for one in sorted(door_patterns(), key=lambda one: one.name):
        given = {"token": card.token, "pk": 1, "name": "ballots", "code": "2" * 16}
        given = {name: given[name] for name in one.pattern.converters}
        is_about_slip = one.name in {"slip", "word", "urge", "contact"}
        sent = {"number": number, "code": code} if is_about_slip else {}
        yield one.name, reverse(one.name, kwargs=given), sent


@pytest.mark.slow
def test_every_attack_on_the_door(people, settings, monkeypatch):
    addresses = list(at_the_door(people, settings, monkeypatch))
    attacks = DoorAttacks()
    lines = [line(name, attacks.row(name, url, sent)) for name, url, sent in addresses]

    assert attacks.unexpected == []
    compared(DOOR, lines)


def at_the_door(people, settings, monkeypatch):
    settings.ROOT_URLCONF = settings.DOOR_URLCONF
    settings.MIDDLEWARE = [*settings.DOOR_MIDDLEWARE, "tests.odd.RecordParameters"]
    monkeypatch.setattr(guards, "FASTEST_SECONDS", -1)
    for name in ("MESSAGES_BY_CARD", "MESSAGES_IN_ALL", "QUESTIONS_IN_ALL", "MATTERS_OF_A_CARD"):
        monkeypatch.setattr(guards, name, 10**9)
    return doors(people)


# --- The API --------------------------------------------------------------------------------------


def operations():
    """Return [(name, method, path)] of the document."""
    paths = json.loads(FILE.read_text())["paths"]
    return [
        (row["operationId"], verb, path)
        for path, rows in paths.items()
        for verb, row in rows.items()
    ]


@pytest.fixture
def api(people, settings, monkeypatch):
    settings.API_CALLS_PER_MINUTE = 10**9
    settings.WEBHOOK_HOSTS = ["127.0.0.0/8"]
    monkeypatch.setattr(gate, "MOST_WRONG", 10**9)
    matter = people.matter(title="东支渠淤积")
    first = calling.Caller(people, name="first-machine")
    first.post("/hotline/tickets", {"number": "20260101001", "unit": "柳湾村"})
    return ApiAttacks(
        people,
        {
            "matters": matter.pk,
            "visits": matter.visit_id,
            "units": people.village.pk,
            "tickets": HotlineTicket.objects.get().pk,
        },
    )


@pytest.mark.slow
def test_every_attack_on_the_api(api):
    lines = [
        line(f"{verb.upper()} {path}", api.row(name, verb, path))
        for name, verb, path in sorted(operations(), key=lambda one: (one[1].upper(), one[2]))
    ]

    assert api.unexpected == []
    compared(API, lines)


# --- Whether an attack would find something -------------------------------------------------------


class HoleAttacks(Attacks):
    """Attacks a page of tests/holes.py, which the office alone should open."""

    def _address(self, records=None):
        return reverse(f"holes:{self.page}", args=(records or self.records).get(self.page, []))

    def _expected(self, method):
        return {who: 200 if who == "office" else 403 for who in test_access.WHO}


@pytest.mark.slow
@pytest.mark.parametrize("column", COLUMNS)
def test_each_attack_finds_the_hole_that_it_is_made_for(people, everything, settings, column):
    settings.ROOT_URLCONF = "tests.holes"
    if column == "method":
        # This middleware would answer before the view does.
        stop = "portal.pages.middleware.ReadOrSent"
        settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if one != stop]
    attacks = HoleAttacks(people, everything(()) | {"unknown_id": [people.village.pk]})
    attacks.columns = (column,)

    attacks.row(holes.HOLES[column].__name__, ["get"])

    assert column in {one[1] for one in attacks.unexpected}


@pytest.mark.slow
def test_a_page_without_a_hole_stands_every_attack(people, everything, settings):
    settings.ROOT_URLCONF = "tests.holes"
    attacks = HoleAttacks(people, everything(()))

    attacks.row("sound", ["get", "post"])

    assert attacks.unexpected == []


@pytest.mark.usefixtures("bare_refusals")
def test_the_forged_forms_fail_for_their_origin_alone(people):
    """The same form and token are accepted from the portal's own page."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.author)
    client.cookies["csrftoken"] = TOKEN
    sent = {"csrfmiddlewaretoken": TOKEN}
    url = test_access.address("large_type", {})

    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent, HTTP_ORIGIN="https://evil.example").status_code == 403


@pytest.mark.parametrize(
    ("url", "is_away"),
    [
        ("/matters/", False),
        ("http://testserver/matters/", False),
        ("//evil.example/", True),
        ("/\\evil.example/", True),
        ("https://evil.example/", True),
        ("javascript:alert(1)", True),
    ],
)
def test_what_leads_away_is_told_apart(url, is_away):
    assert attacking.is_away(url) is is_away
