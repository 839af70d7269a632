"""The answers for load balancers and monitoring while parts of the portal are down; exclusive
migrations."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import connections

from portal import tasks
from portal.run import deployment

NOBODY_THERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def no_database(committed):
    """The server answers, but the database does not exist."""
    connection = connections["default"]
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "no_such_database"
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.fixture(params=["no cookie", "a cookie"])
def machine(client, request):
    """A client without a session, or with a session cookie that cannot be looked up."""
    client.raise_request_exception = False
    if request.param == "a cookie":
        client.cookies["sessionid"] = "x" * 32
    return client


def test_without_a_database_both_say_so(no_database, machine):
    tasks.beat_heart()

    ready, health = machine.get("/readyz/"), machine.get("/healthz/")

    assert (ready.status_code, health.status_code) == (503, 503)
    assert ready.json() == {"database": "down"}
    assert health.json() == {"database": "down", "broker": "ok", "worker": "ok"}


def test_the_broker_itself_is_asked(db, client, monkeypatch):
    tasks.beat_heart()
    monkeypatch.setitem(current_app.conf, "broker_write_url", NOBODY_THERE)

    response = client.get("/healthz/")

    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "down", "worker": "ok"}


def test_without_a_cache_no_worker_is_known(db, client, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": NOBODY_THERE}}

    response = client.get("/healthz/")

    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "ok", "worker": "down"}


def test_all_is_well_when_a_worker_beats(db, client):
    tasks.beat_heart()

    assert client.get("/healthz/").status_code == 200
    assert client.get("/readyz/").json() == {"database": "ok"}


def test_asking_leaves_a_session_alone(client, people):
    client.force_login(people.author)

    client.get("/healthz/")

    assert client.get("/roles/").status_code == 200


def test_who_migrates_waits_for_who_migrates_already(committed):
    def migrate():
        call_command("migrate", verbosity=0)
        connections.close_all()

    with ThreadPoolExecutor() as pool, connections["owner"].cursor() as first:
        first.execute("SELECT pg_advisory_lock(hashtext('portal.migrate'))")
        second = pool.submit(migrate)
        with pytest.raises(TimeoutError):
            second.result(timeout=2)
        first.execute("SELECT pg_advisory_unlock(hashtext('portal.migrate'))")
        second.result(timeout=60)


def test_addresses_that_lead_nowhere_are_named_before_they_are_printed(settings):
    """`check --deploy` warns of them: an address given to others must not lead to their own
    machine."""
    settings.PORTAL_ADDRESS = "https://portal.example.cn"
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:8100"
    (said,) = deployment.addresses(None)
    assert "PUBLIC_BASE_URL is not set" in said.msg

    settings.PUBLIC_BASE_URL = "https://hui.example.cn"
    assert deployment.addresses(None) == []
    settings.PORTAL_ADDRESS = "http://localhost:8000"
    assert "PORTAL_ADDRESS" in deployment.addresses(None)[0].msg


def test_a_nation_prints_no_slips(settings):
    settings.MODE = "nation"
    settings.PORTAL_ADDRESS = "https://nation.example.cn"
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:8100"
    assert deployment.addresses(None) == []
