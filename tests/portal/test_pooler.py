"""Behind a real pgbouncer, which lends each server connection for one transaction."""

import io
import re
import threading

import psycopg2
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from outreach.actions import visits
from outreach.models import Matter, Reflection, Visit
from portal.models import Organ, User
from portal.records import audit
from portal.run import embedded, upgrading
from portal.settings import database
from portal.sheets import ledgers
from portal.tools import copying
from portal.tools.locking import lock_name
from portal.tools.parts import in_parts
from portal.tools.prepared import Compiled, Prepared, among
from portal.trust import privacy, wall
from tests import conftest
from tests.day import TODAY
from tests.outreach.test_imports import visit_row
from tests.outreach.test_imports import visits as listed
from tests.outreach.test_pages import visit_form
from tests.people import PASSWORD, STATED, Cast, account
from tests.sheets import accepted, bring
from tools import servers

pytestmark = [pytest.mark.xdist_group("pooler"), pytest.mark.slow]


NAME = f"pooled_{conftest.WORKER}"


@pytest.fixture(scope="module")
def bouncer(django_db_setup, django_db_blocker, tmp_path_factory):
    if not servers.pgbouncer():
        pytest.skip("pgbouncer is not installed; it is the operator's own part.")
    with django_db_blocker.unblock(), conftest.another_database(NAME):
        pass
    host = connections.settings["default"]["HOST"]
    # Only two server connections, so each client soon gets one that another has used.
    one = servers.Pooler(tmp_path_factory.mktemp("p"), host, size=2).start()
    yield one
    one.stop()


@pytest.fixture
def pooled(bouncer, settings, django_db_blocker):
    """The portal's own role connects through the pooler, the owner bypasses it. Commits are real;
    each test starts with only the cast."""
    settings.POOLER = True
    with django_db_blocker.unblock(), conftest._pointed_at(NAME):
        cache.clear()
        conftest._run(NAME, conftest.DELETE_ALL_ROWS, user=embedded.SUPERUSER)
        before, held = connections.settings["default"], connections["default"]
        connections.settings["default"] = before | _entry(bouncer, embedded.APP)
        connections["default"] = connections.create_connection("default")
        yield Cast()
        connections["default"].close()
        connections.settings["default"], connections["default"] = before, held


def _entry(bouncer, role):
    return database(bouncer.url(role, NAME), pooled=True)


def another():
    """Connect another client to the pooler."""
    return connections.create_connection("default")


def value(sql, values=(), using=None):
    with (using or connection).cursor() as cursor:
        cursor.execute(sql, values)
        [(found,)] = cursor.fetchall()
    return found


def test_nothing_is_told_at_connect_and_the_pooler_is_noticed(pooled):
    assert "options" not in connection.get_connection_params()
    assert upgrading.passes_a_pooler(connection)
    assert not upgrading.passes_a_pooler(connections["owner"])


def test_somebody_signs_in_and_writes_a_visit_down(pooled, client):
    client.post(reverse("account_login"), {"login": "author", "password": PASSWORD})
    form = visit_form(pooled, reflection="群众的话让我惭愧。")
    answer = client.post(reverse("outreach:new_visit"), form)

    assert answer.status_code == 302, answer.content.decode()
    visit = Visit.objects.get()
    assert form["summary"] in client.get(visit.get_absolute_url()).content.decode()
    assert visits.reflection_of(visit, pooled.author) == form["reflection"]


def test_what_is_opened_for_one_is_closed_for_the_next_on_the_same_connection(pooled):
    pooled.visit(reflection="只给自己看的话")
    first, second = another(), another()
    opened, seen = set(), set()
    for _each in range(6):
        with transaction.atomic(), privacy.opened(user=pooled.author):
            assert Reflection.objects.count() == 1
            opened.add(value("SELECT pg_backend_pid()"))
        for one in (first, second):
            assert value("SELECT count(*) FROM outreach_reflection", using=one) == 0
            left = value("SELECT current_setting('portal.user_id', true)", using=one)
            assert left in (None, "")
            seen.add(value("SELECT pg_backend_pid()", using=one))
        # Also if it ends with an error.
        with (
            pytest.raises(ZeroDivisionError),
            transaction.atomic(),
            privacy.opened(user=pooled.author),
        ):
            1 / 0  # noqa: B018
        assert Reflection.objects.count() == 0
    assert opened & seen
    for one in (first, second):
        one.close()


def test_who_reads_is_told_anew_to_each_transaction(pooled):
    """Two server connections for everybody: each has just served another user."""
    pooled.visit()
    readers = {pooled.host: 1, pooled.neighbour_host: 0, pooled.office: 1, pooled.system: 0}
    seen = {user: set() for user in readers}
    for _each in range(6):
        for user, number in readers.items():
            with wall.reading(user):
                assert Visit.objects.count() == number
                assert len(list(Visit.objects.iterator(chunk_size=1))) == number
            with wall.reading(user), transaction.atomic():
                assert Visit.objects.count() == number
                assert len(list(Visit.objects.iterator(chunk_size=1))) == number
                seen[user].add(value("SELECT pg_backend_pid()"))
    assert seen[pooled.host] & seen[pooled.neighbour_host]


def test_a_view_that_forgets_shows_nothing_through_the_pooler(pooled, client, settings):
    settings.ROOT_URLCONF = "tests.forgotten"
    visit = pooled.visit()
    for user, wanted in ((pooled.neighbour_host, []), (pooled.host, [visit.pk])):
        client.force_login(user)
        assert client.get("/forgotten/visits/").json()["rows"] == wanted


def test_a_transaction_keeps_its_connection_while_others_use_theirs(pooled):
    """A sheet read by a server-side cursor has all its rows, whatever others query meanwhile."""
    Organ.objects.bulk_create(
        Organ(name=f"单位{n:04}", kind="government", started_on=TODAY, path=f"/x{n}/")
        for n in range(3_000)
    )
    other, names = another(), []
    with ledgers.one_moment():
        for organ in Organ.objects.order_by("pk").iterator(chunk_size=100):
            names.append(organ.name)
            if len(names) % 500 == 0:
                assert value("SELECT count(*) FROM pg_cursors", using=other) == 0
                assert value("SELECT count(*) FROM pg_cursors WHERE NOT is_holdable") == 1
    other.close()

    assert names == list(Organ.objects.order_by("pk").values_list("name", flat=True))


def test_an_official_sheet_has_all_rows(pooled, tmp_path, monkeypatch):
    monkeypatch.setattr(ledgers, "CHUNK", 2)
    for _each in range(7):
        pooled.visit()
    target = tmp_path / "visits.xlsx"
    manifest = ledgers.write(
        ledgers.REGISTRY["visits"], user=pooled.office, filters={}, target=target, at=timezone.now()
    )

    assert manifest["written"] == 7
    said = [cell.value for row in load_workbook(target).active.iter_rows() for cell in row]
    assert said.count(STATED["summary"]) == 7


def test_outside_a_transaction_no_cursor_outlives_its_statement(pooled):
    wanted = list(Organ.objects.order_by("pk"))
    found, other = [], another()
    for organ in Organ.objects.order_by("pk").iterator(chunk_size=2):
        found.append(organ)
        assert value("SELECT count(*) FROM pg_cursors WHERE is_holdable", using=other) == 0
    other.close()

    assert found == wanted


def test_a_table_is_read_in_parts(pooled):
    wanted = list(Organ.objects.order_by("pk"))

    for size in (1, 2, len(wanted), 100):
        assert list(in_parts(Organ.objects, "pk", size)) == wanted
    assert list(in_parts(Organ.objects.filter(name="没有"), "pk", 2)) == []


def test_the_chain_is_verified(pooled):
    for _each in range(3):
        pooled.visit()
        audit.seal()

    assert audit.verify().problems == ()
    assert (audit.verify().sealed, audit.verify().younger) == (3, 0)


def test_statements_are_sent_anew_and_none_is_prepared(pooled):
    once = Prepared(lambda pk: User.objects.filter(pk=pk), pk=-1)
    many = Compiled(User.objects.filter(among("pk", "ids")).exclude(name__contains="100%"))
    both = [pooled.office, pooled.author]
    for one in both:
        assert once.rows(pk=one.pk) == [one]
        assert many.planned_rows(ids=[one.pk]) == [one]
    assert set(many.planned_rows(ids=[one.pk for one in both])) == set(both)
    assert many.planned_rows(ids=[]) == []

    assert value("SELECT count(*) FROM pg_prepared_statements") == 0


def test_a_lock_of_a_name_ends_with_its_transaction(pooled):
    ours = "SELECT pg_try_advisory_xact_lock(hashtext('pooled'))"
    held, tried = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            lock_name("pooled")
            held.set()
            tried.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    assert value(ours) is False
    tried.set()
    thread.join(10)

    assert value(ours) is True
    # Other tests hold such locks in databases of their own.
    here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    held_here = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = {here}"
    assert value(held_here) == 0


def test_rows_are_copied_behind_the_caller(pooled):
    other = another()
    with transaction.atomic(), copying.behind() as send:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE copied (n int) ON COMMIT DROP")
        for n in range(20):
            send(copying.build_copy("copied", [{"n": n}]))
            assert value("SELECT to_regclass('copied') IS NULL", using=other)
        assert value("SELECT sum(n) FROM copied") == sum(range(20))
    assert value("SELECT to_regclass('copied') IS NULL")
    other.close()


def test_a_workbook_is_taken_over(pooled):
    rows = [visit_row(n) for n in range(40)]
    batch = accepted(bring("visits", listed(*rows), pooled.office))

    assert (Visit.objects.count(), batch.job.manifest["written"]) == (40, 40)


def test_many_at_once_each_get_their_own(pooled):
    """More clients than connections: each acts, and no record gets another user's name."""
    users = [account(f"pooled{n}", f"张{n}", pooled.agriculture) for n in range(8)]
    problems = []

    def ask(user):
        try:
            for _each in range(10):
                with transaction.atomic(), privacy.opened(user=user):
                    assert value("SELECT current_setting('portal.user_id')") == str(user.pk)
                assert User.objects.filter(pk=user.pk).get() == user
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert problems == []
    assert Matter.objects.aggregate(n=Count("pk")) == {"n": 0}


SENTENCE = "Migrations and backups go past the pooler: DATABASE_OWNER_URL"


@pytest.mark.parametrize("told", [True, False], ids=["time-outs", "as the portal"])
def test_migrations_through_the_pooler_are_refused(pooled, bouncer, told, tmp_path):
    """A separate URL is recognised by its time-outs; without one, the URL is the portal's."""
    before, held = connections.settings["owner"], connections["owner"]
    entry = database(bouncer.url(embedded.OWNER, NAME), pooled=not told)
    connections.settings["owner"] = before | entry
    connections["owner"] = connections.create_connection("owner")
    try:
        x = tmp_path / "x"
        commands = ["migrate"], ["backup", x], ["restore", x], ["upgrade", "--without-backup"]
        for command in commands:
            with pytest.raises(CommandError, match=SENTENCE):
                call_command(*command, verbosity=0)
    finally:
        connections["owner"].close()
        connections.settings["owner"], connections["owner"] = before, held

    call_command("migrate", verbosity=0)


def check():
    said = io.StringIO()
    try:
        call_command("check_servers", stdout=said)
    except CommandError as problem:
        said.write(f"\n{problem}")
    return said.getvalue()


def test_the_check_says_which_time_outs_are_missing_and_how_they_are_set(pooled, bouncer):
    said = check()
    wanted = re.findall(r"as a superuser: (ALTER ROLE portal_app SET (\w+) = '\w+');", said)
    assert [name for _sql, name in wanted] == [
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
    ]
    assert "3 to mend" in said and "ok       DATABASE_URL leads through a pooler." in said

    # Only in this database: the others belong to other tests.
    told = [sql.replace(" SET ", f" IN DATABASE {NAME} SET ") for sql, _name in wanted]
    conftest._run(NAME, *told, user=embedded.SUPERUSER)
    console = psycopg2.connect(bouncer.url(embedded.SUPERUSER, "pgbouncer"))
    console.autocommit = True
    with console.cursor() as cursor:
        cursor.execute("RECONNECT")
    console.close()
    connection.close()

    said = check()
    assert "to mend" not in said
    assert "statement_timeout of portal_app is 30000 ms." in said


def test_the_check_notices_a_url_that_leads_past_the_pooler(committed, settings):
    settings.POOLER = True

    assert "missing  DATABASE_URL leads to PostgreSQL itself" in check()
