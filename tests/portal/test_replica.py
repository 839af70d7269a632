"""Reads from a real streaming replica: a primary and a standby of their own."""

import contextlib
import io
import logging
import re
import subprocess
import uuid

import psycopg2
import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from redis.exceptions import ConnectionError as Gone

from outreach.actions import visits
from outreach.models import Reflection, Visit
from portal.models import GrassrootsUnit, Job, Organ, User
from portal.run import embedded, jobs
from portal.sheets import ledgers
from portal.tools import replica
from portal.trust import privacy
from tests.conftest import SHIFTED_CLOCK, migrated_template
from tests.people import STATED, Cast, fresh
from tools import servers

pytestmark = [pytest.mark.xdist_group("replica"), pytest.mark.slow]

NAME = embedded.DATABASE


@pytest.fixture(scope="module")
def pair(django_db_setup, django_db_blocker, tmp_path_factory):
    """(primary, standby), with the migrated database and the cast."""
    folder = tmp_path_factory.mktemp("r")
    primary = servers.Primary(folder / "a").start()
    standby = servers.Standby(folder / "b", primary.sockets)
    try:
        with django_db_blocker.unblock():
            _fill(primary)
        standby.make().start()
        yield primary, standby
    finally:
        standby.stop()
        primary.stop()


def _fill(primary):
    programs = primary.server.programs
    of_tests = ["-h", configured.DATABASES["owner"]["HOST"], "-U", embedded.SUPERUSER]
    dumped = subprocess.run(
        [programs / "pg_dump", *of_tests, migrated_template()], capture_output=True, check=True
    )
    asked = ["-h", primary.sockets, "-U", embedded.SUPERUSER, "-d", NAME, "-Xq"]
    script = dumped.stdout + SHIFTED_CLOCK.encode()
    subprocess.run([programs / "psql", *asked], input=script, capture_output=True, check=True)
    with _connected(primary.sockets, with_replica=False):
        Cast()


@contextlib.contextmanager
def _connected(host, *, with_replica=True, replica_host=None):
    """Point all connections at these servers."""
    before = {alias: connections.settings[alias] for alias in ("default", "owner")}
    held = {alias: connections[alias] for alias in before}
    for alias, entry in before.items():
        connections.settings[alias] = entry | {"HOST": str(host), "NAME": NAME}
        connections[alias] = connections.create_connection(alias)
    if with_replica:
        entry = connections.settings["default"] | {"ATOMIC_REQUESTS": False}
        connections.settings["replica"] = entry | {"HOST": str(replica_host)}
    try:
        yield
    finally:
        for alias in (*before, "replica"):
            if alias in connections.settings:
                connections[alias].close()
        for alias in before:
            connections.settings[alias], connections[alias] = before[alias], held[alias]
        if with_replica:
            del connections.settings["replica"]
            del connections["replica"]


class Now:
    """The cast in the primary's current state, and a superuser's actions on the replica."""

    def __init__(self, primary, standby):
        self.primary, self.standby = primary, standby

    def __getattr__(self, name):
        return fresh(User.objects.get(username=name.replace("_", "-")))

    def at_standby(self, sql):
        one = psycopg2.connect(self.standby.url(embedded.SUPERUSER, NAME))
        one.autocommit = True
        with one.cursor() as cursor:
            cursor.execute(sql)
        one.close()

    def visit(self, text, **fields):
        author = self.author
        # As in production: the primary reports how far its WAL is written, which the suite's
        # servers would do a little later.
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")
        visits.record_visit(
            client_key=uuid.uuid4(),
            author=author.cadre,
            by=author,
            unit=GrassrootsUnit.objects.get(name="柳湾村"),
            visited_on=timezone.localdate(),
            at=timezone.now(),
            **STATED | {"summary": text} | fields,
        )

    def caught_up(self):
        with replica.replica(by=None, waits=20) as place:
            assert place == "replica"


@pytest.fixture
def now(pair, django_db_blocker, monkeypatch):
    primary, standby = pair
    monkeypatch.setattr(replica, "STATE", replica.State())
    # On a busy machine the replica may lag behind a page.
    monkeypatch.setattr(replica, "PAGE_WAITS", 5)
    with (
        django_db_blocker.unblock(),
        _connected(primary.sockets, replica_host=standby.folder),
    ):
        cache.clear()
        made = Now(primary, standby)
        yield made
        if standby.process.poll() is None:
            made.at_standby("SELECT pg_wal_replay_resume()")


def value(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        [(found,)] = cursor.fetchall()
    return found


def is_replica():
    return value("SELECT pg_is_in_recovery()")


def test_a_block_reads_at_the_replica_and_only_it_does(now):
    assert not is_replica()
    with replica.replica(by=now.author, waits=20) as place:
        assert (place, is_replica()) == ("replica", True)
        with replica.replica(by=now.author) as inner:
            assert (inner, is_replica()) == ("replica", True)
        assert is_replica()
        names = set(Organ.objects.values_list("name", flat=True))
    assert not is_replica()
    assert names == set(Organ.objects.values_list("name", flat=True))
    assert replica.STATE.blocks == {"replica": 1}
    assert replica.STATE.lag == 0.0


def test_an_error_inside_leads_back_to_the_primary(now):
    with pytest.raises(ZeroDivisionError), replica.replica(by=now.author, waits=20):
        1 / 0  # noqa: B018
    assert not is_replica()


RECORDS = re.compile("outreach_|portal_figure")
PAGES = ["outreach:dashboard", "statistics", "outreach:stay_timeline"]


def shown(page):
    """The page's main content, without the CSRF tokens of its forms."""
    middle = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", middle)


@pytest.mark.parametrize("page", PAGES)
def test_figures_and_timeline_are_read_at_the_replica(now, client, page):
    now.visit("东支渠淤积")
    client.force_login(now.office)
    assert client.get(reverse(page)).status_code == 200
    with (
        CaptureQueriesContext(connections["default"]) as here,
        CaptureQueriesContext(connections["replica"]) as away,
    ):
        again = client.get(reverse(page))
    assert replica.STATE.blocks == {"replica": 2}

    # The primary is only asked for session, account, grants, norms and its WAL position.
    assert not [query["sql"] for query in here if RECORDS.search(query["sql"])]
    assert [query["sql"] for query in away if RECORDS.search(query["sql"])]
    del connections.settings["replica"]
    try:
        at_home = client.get(reverse(page))
    finally:
        connections.settings["replica"] = connections["replica"].settings_dict
    assert shown(again) == shown(at_home) != ""


def test_other_pages_are_read_at_the_primary(now, client):
    client.force_login(now.office)
    with CaptureQueriesContext(connections["replica"]) as away:
        assert client.get(reverse("outreach:visits")).status_code == 200
    assert len(away) == 0


def test_an_export_is_read_at_the_replica_from_one_moment(now, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(ledgers, "CHUNK", 2)
    before = Visit.objects.count()
    for n in range(5):
        now.visit(f"东支渠第{n}次")
    job = ledgers.start_export(ledgers.REGISTRY["visits"], filters={}, by=now.office)
    with CaptureQueriesContext(connections["replica"]) as away:
        jobs.run(job.pk, clock=timezone.now)
    job = Job.objects.get(pk=job.pk)

    assert (job.state, job.manifest["written"]) == (Job.State.DONE, before + 5)
    sheet = load_workbook(jobs.file_of(job)).active
    said = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {f"东支渠第{n}次" for n in range(5)} <= said
    assert replica.STATE.blocks == {"replica": 1}
    sql = [query["sql"] for query in away]
    assert any("REPEATABLE READ" in one for one in sql)
    assert any('FROM "outreach_visit"' in one for one in sql)


def test_row_level_settings_hold_there_as_at_the_primary(now):
    now.visit("有一句心里话", reflection="只给自己看的话")
    with transaction.atomic(), replica.replica(by=now.author, waits=20) as place:
        assert place == "replica"
        assert Reflection.objects.count() == 0
        with privacy.opened(user=now.author):
            assert Reflection.objects.count() == 1
            assert value("SELECT count(*) FROM outreach_reflection") == 1
        with privacy.opened(user=now.colleague):
            assert Reflection.objects.count() == 0
        assert not Visit.objects.visible_to(now.n_host).exists()
    assert Reflection.objects.count() == 0


def test_a_view_that_forgets_shows_nothing_at_the_replica(now, client, settings):
    settings.ROOT_URLCONF = "tests.forgotten"
    now.visit("只有这里看得到")
    everything = set(Visit.objects.values_list("pk", flat=True))
    now.caught_up()
    replica.STATE.blocks.clear()
    for user, wanted in ((now.n_host, set()), (now.host, everything), (now.office, everything)):
        client.force_login(user)
        with CaptureQueriesContext(connections["replica"]) as away:
            answer = client.get("/forgotten/visits/replica/")
        assert set(answer.json()["rows"]) == wanted
        assert any('FROM "outreach_visit"' in query["sql"] for query in away)
    assert replica.STATE.blocks == {"replica": 3}


def test_whoever_just_wrote_reads_no_older_state(now, client, settings, monkeypatch):
    settings.REPLICA_MAX_LAG_SECONDS = 3600
    monkeypatch.setattr(replica, "PAGE_WAITS", 0.01)
    now.visit("以前")
    now.caught_up()
    count, author, other = Visit.objects.count(), now.author, now.office
    now.at_standby("SELECT pg_wal_replay_pause()")
    now.visit("刚才")
    replica.remember_write(author)

    with replica.replica(by=author, waits=0) as place:
        assert (place, Visit.objects.count()) == ("own_write", count + 1)
    with replica.replica(by=other, waits=0) as place:
        assert (place, Visit.objects.count()) == ("replica", count)

    now.at_standby("SELECT pg_wal_replay_resume()")
    with replica.replica(by=author, waits=20) as place:
        assert (place, Visit.objects.count()) == ("replica", count + 1)


def test_an_act_on_a_page_is_such_a_write(now, client):
    client.force_login(now.author)
    client.get(reverse("home"))
    assert cache.get(f"wrote:{now.author.pk}") is None
    client.post(reverse("set_language"), {"language": "en"})
    assert value(f"SELECT '{cache.get(f'wrote:{now.author.pk}')}'::pg_lsn > '0/0'")


def test_what_cannot_be_remembered_counts_as_written(now, settings, monkeypatch):
    """Without the cache nobody knows who wrote, so only a replica that is fully up to date is
    read."""

    get = cache.get

    def gone(key, *rest):
        if key.startswith("wrote:"):
            raise Gone
        return get(key, *rest)

    settings.REPLICA_MAX_LAG_SECONDS = 3600
    now.caught_up()
    monkeypatch.setattr(cache, "get", gone)
    with replica.replica(by=now.author, waits=20) as place:
        assert place == "replica"
    now.at_standby("SELECT pg_wal_replay_pause()")
    now.visit("刚才")
    with replica.replica(by=now.office, waits=0) as place:
        assert place == "own_write"


def test_too_far_behind_is_not_read_and_said_once(now, settings, caplog):
    settings.REPLICA_MAX_LAG_SECONDS = 0
    now.caught_up()
    now.at_standby("SELECT pg_wal_replay_pause()")
    now.visit("刚才")
    count = Visit.objects.count()
    with caplog.at_level(logging.WARNING, "portal.tools.replica"):
        for _each in range(3):
            with replica.replica(by=now.office, waits=0) as place:
                assert (place, is_replica(), Visit.objects.count()) == ("behind", False, count)
    assert [one.getMessage().split(" is ")[0] for one in caplog.records] == ["The replica"]
    assert "s behind; pages read at the primary" in caplog.text
    assert replica.STATE.lag > 0

    now.at_standby("SELECT pg_wal_replay_resume()")
    now.caught_up()
    assert replica.STATE.lag == 0.0


@pytest.mark.parametrize("in_transaction", [True, False])
def test_whoever_writes_inside_is_told_so(now, in_transaction):
    around = transaction.atomic if in_transaction else contextlib.nullcontext
    user = now.office
    for write in (
        lambda: Organ.objects.filter(pk=user.organ_id).update(phone="1"),
        lambda: list(Organ.objects.select_for_update().filter(pk=user.organ_id)),
        lambda: value("SELECT nextval('portal_organ_id_seq')"),
    ):
        with (
            pytest.raises(replica.WriteAtReplica, match="may read at the replica writes"),
            around(),
            replica.replica(by=user, waits=20) as place,
            transaction.atomic(),
        ):
            assert place == "replica"
            write()
        assert not is_replica()


def test_the_primary_is_no_replica(now, caplog):
    connections.settings["replica"]["HOST"] = connections.settings["default"]["HOST"]
    connections["replica"] = connections.create_connection("replica")
    with replica.replica(by=now.office) as place:
        assert place == "down"
    assert "REPLICA_URL leads to no replica of this database" in caplog.text


def test_pages_go_on_when_the_replica_is_killed(now, client, caplog):
    client.force_login(now.office)
    shown = client.get(reverse("outreach:dashboard"))
    assert shown.status_code == 200
    asked = []

    def work():
        asked.append(is_replica())
        if len(asked) == 1:
            now.standby.kill()
        return Organ.objects.count()

    try:
        # Lost on the way: repeated at the primary.
        assert replica.read(work, by=now.office, waits=20) == Organ.objects.count()
        assert asked == [True, False]
        assert not is_replica()
        # After that it is avoided, and nothing waits for it.
        assert client.get(reverse("outreach:dashboard")).status_code == 200
        assert connections["replica"].connection is None
        assert replica.STATE.blocks["down"] == 1 and replica.STATE.lag is None
        assert caplog.text.count("The replica is not used for 30 s") == 1
        # Tried again, and still missing.
        replica.STATE.left_alone_until = 0.0
        assert client.get(reverse("statistics")).status_code == 200
        assert replica.STATE.blocks["down"] == 2
    finally:
        now.standby.start()
    replica.STATE.left_alone_until = 0.0
    now.visit("又来了")
    now.caught_up()


def test_what_fails_by_itself_is_not_done_twice(now):
    asked = []

    def slow():
        asked.append(is_replica())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
            cursor.execute("SELECT pg_sleep(5)")

    with pytest.raises(OperationalError, match="statement timeout"):
        replica.read(slow, by=now.office, waits=20)
    assert asked == [True]


def test_the_check_finds_the_replica(now):
    said = io.StringIO()
    call_command("check_servers", stdout=said)

    assert "ok       REPLICA_URL leads to a replica of this database." in said.getvalue()
    assert "ok       It keeps up." in said.getvalue()


def test_without_a_replica_nothing_is_asked(people, settings, django_assert_num_queries):
    settings.REPLICA_STRICT = False
    view = replica.reads_at_replica(lambda request: request)
    with django_assert_num_queries(0):
        replica.remember_write(people.office)
        with replica.replica(by=people.office) as place:
            assert place == "none"
        assert view("a request without a user") == "a request without a user"
        assert replica.read(lambda: 7, by=people.office) == 7


def test_in_tests_a_block_refuses_to_write_also_at_the_primary(people):
    with (
        pytest.raises(replica.WriteAtReplica),
        transaction.atomic(),
        replica.replica(by=people.office),
    ):
        Organ.objects.filter(pk=people.water.pk).update(phone="1")
    with replica.replica(by=people.office):
        assert Organ.objects.filter(pk=people.water.pk).exists()
