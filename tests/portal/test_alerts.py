"""Each alert of deploy/alerts.yml fires in the state that it describes and not in an empty portal,
its metric exists, and the docs say what to do."""

import re
import shutil
import uuid
from collections import namedtuple
from datetime import timedelta
from types import SimpleNamespace

import pytest
import yaml
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from portal.models import Job, ScheduledExport
from portal.pages import condition
from portal.records import audit
from portal.run import measures, metrics
from portal.tasks import WORKER_ALIVE
from sync.models import Device, Entry

RULES = {
    rule["alert"]: rule
    for group in yaml.safe_load((settings.BASE_DIR / "deploy" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
}
SIMPLE = re.compile(r'(\w+)(?:\{\w+="(\w+)"\})? ([<>]) (\d+)')
# Prometheus' own measure, and a quantile over buckets.
OTHERS = {"PortalDown", "PortalSlow"}
Usage = namedtuple("Usage", "total used free")


def said(alert):
    """Return (metric, its labels, above or below, number)."""
    name, label, sign, number = SIMPLE.fullmatch(RULES[alert]["expr"]).groups()
    return name, (label,) if label else (), sign, float(number)


def fires(alert):
    measures.forget()
    name, labels, sign, number = said(alert)
    value = measures.value(name, *labels)
    return value is not None and (value > number if sign == ">" else value < number)


def many(n, sql, *more):
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FROM generate_series(1, {n})", more)


@pytest.fixture
def well(db, monkeypatch):
    """A portal with an active worker, a recent backup, and free space."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**11, 9 * 10**11))
    cache.set(WORKER_ALIVE, "now", 60)
    audit.record("backup.made", by="backup", noun="backup")
    yield
    measures.forget()


def job(people, state, **more):
    return Job.objects.create(kind="ledger", title="台账", owner=people.office, state=state, **more)


def delivery(people, n, state, ago=timedelta()):
    at = timezone.now() - ago
    many(
        n,
        "INSERT INTO portal_delivery (user_id, day, channel, state, attempts, trouble, try_at, at)"
        " SELECT %s, %s, 'mail', %s, 0, %s, %s, %s",
        *(people.office.pk, timezone.localdate(at), state),
        *("refused" if state == "failed" else "", at, at),
    )


def entries(people, n, state):
    device = Device.objects.create(
        owner=people.author, name="手机", digest=uuid.uuid4().hex * 2, enrolled_at=timezone.now()
    )
    Entry.objects.bulk_create(
        Entry(
            key=uuid.uuid4(),
            hash=f"{one:064}",
            state=state,
            device=device,
            owner=people.author,
            received_at=timezone.now(),
        )
        for one in range(n)
    )


def door_messages(people, n, state, reason, ago=timedelta()):
    many(
        n,
        "INSERT INTO outreach_doormessage (client_key, kind, content_digest, state, reason,"
        " received_at) SELECT gen_random_uuid(), 'raise', '0', %s, %s, %s",
        *(state, reason, timezone.now() - ago),
    )


def silent(people, monkeypatch):
    cache.delete(WORKER_ALIVE)


def export_waits(people, monkeypatch):
    job(people, "queued", created_at=timezone.now() - timedelta(minutes=11))


def exports_fail(people, monkeypatch):
    for _n in range(6):
        job(people, "failed", finished_at=timezone.now() - timedelta(hours=1))
    job(people, "failed", finished_at=timezone.now() - timedelta(days=2))


def queue_grows(people, monkeypatch):
    messages = {"quick": 1001, "long": 0}
    client = SimpleNamespace(llen=messages.get)

    class Connection:
        default_channel = SimpleNamespace(client=client)

        def __init__(self, **_):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(measures, "current_app", SimpleNamespace(connection_for_write=Connection))


def sending_stands(people, monkeypatch):
    delivery(people, 1, "queued", ago=timedelta(minutes=31))


def reminders_fail(people, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM portal_user ORDER BY id LIMIT 11")
        users = [row[0] for row in cursor.fetchall()]
    for pk in users:
        delivery(SimpleNamespace(office=SimpleNamespace(pk=pk)), 1, "failed")


def monthly_sheet_fails(people, monkeypatch):
    ScheduledExport.objects.create(
        ledger="matters",
        owner=people.office,
        day_of_month=1,
        last_job=job(people, "failed", finished_at=timezone.now()),
    )


def figures_behind(people, monkeypatch):
    many(
        20_001,
        "INSERT INTO portal_figuredelta (figure, part, day, n) SELECT 'visits', '', %s, 1",
        timezone.localdate(),
    )


def audit_unsealed(people, monkeypatch):
    many(
        2_001,
        "INSERT INTO portal_auditentry (actor, event, noun, fields, digest)"
        " SELECT 'beat', 'x', '', '{}', ''",
    )


def phone_faults(people, monkeypatch):
    entries(people, 1, "fault")


def quarantine_grows(people, monkeypatch):
    entries(people, 51, "quarantined")


def door_waits(people, monkeypatch):
    door_messages(people, 1, "new", "", ago=timedelta(minutes=6))


def door_holds(people, monkeypatch):
    door_messages(people, 51, "held", "overflow")


def backup_old(people, monkeypatch):
    # Entries cannot be changed, so the metric is read with a later clock.
    monkeypatch.setattr(
        measures,
        "MEASURES",
        measures.MEASURES
        | {
            "portal_backup_age_seconds": measures.Measure(
                "portal_backup_age_seconds",
                "",
                measures.MEASURES["portal_backup_age_seconds"].sql.replace(
                    "portal_clock()", "portal_clock() + interval '37 hours'"
                ),
            )
        },
    )


def replica_behind(people, monkeypatch):
    monkeypatch.setitem(
        measures.MEASURES,
        "portal_replica_lag_seconds",
        measures.Measure("portal_replica_lag_seconds", "", ask=lambda: [(61,)]),
    )


def scanner_down(people, monkeypatch):
    # Nobody listens at this socket.
    monkeypatch.setattr(settings, "MALWARE_SCANNER", "unix:/nowhere/clamd.ctl")


def sign_ins_refused(people, monkeypatch):
    many(
        201,
        "INSERT INTO portal_loginfailure (username, browser, at) SELECT 'x', '', %s",
        timezone.now() - timedelta(minutes=59),
    )


def disk_full(people, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**10, 6, 4_999_999_999))


STATES = {
    "PortalWorkerSilent": silent,
    "PortalExportsWait": export_waits,
    "PortalExportsFail": exports_fail,
    "PortalQueueGrows": queue_grows,
    "PortalSendingStands": sending_stands,
    "PortalRemindersFail": reminders_fail,
    "PortalMonthlySheetFails": monthly_sheet_fails,
    "PortalFiguresBehind": figures_behind,
    "PortalAuditUnsealed": audit_unsealed,
    "PortalPhoneFaults": phone_faults,
    "PortalQuarantineGrows": quarantine_grows,
    "PortalDoorWaits": door_waits,
    "PortalDoorHolds": door_holds,
    "PortalBackupOld": backup_old,
    "PortalReplicaBehind": replica_behind,
    "PortalScannerDown": scanner_down,
    "PortalSignInsRefused": sign_ins_refused,
    "PortalDiskFull": disk_full,
}


@pytest.mark.parametrize("alert", STATES)
def test_an_alert_fires_in_its_state_alone(well, people, monkeypatch, alert):
    assert not fires(alert)

    STATES[alert](people, monkeypatch)

    assert fires(alert)


def test_each_alert_has_a_state_here_a_measure_and_a_line_in_the_docs():
    docs = (settings.BASE_DIR / "docs" / "watching.md").read_text()
    table = re.findall(r"^\| `(Portal\w+)` \| \S.{30,}\|$", docs, re.MULTILINE)

    assert set(STATES) | OTHERS == set(RULES) == set(table)
    assert {said(alert)[0] for alert in STATES} <= set(measures.MEASURES)
    for name in measures.MEASURES:
        assert f"`{name}`" in docs, name


def test_the_two_others_are_of_prometheus_itself_and_of_the_histogram():
    assert RULES["PortalDown"]["expr"] == 'up{job="portal"} < 1'
    assert "rate(portal_request_seconds_bucket[10m])" in RULES["PortalSlow"]["expr"]
    # The limit is a bucket boundary; otherwise the quantile would be interpolated.
    assert RULES["PortalSlow"]["expr"].endswith(" > 1")
    assert 1.0 in metrics.BUCKETS


def test_the_office_is_told_where_the_operators_are():
    rules = {(name, *labels): (sign, number) for name, labels, sign, number in map(said, STATES)}

    for measure, number in condition.LIMITS.items():
        assert rules[measure] == (">", number)
    for measure, number in condition.FLOORS.items():
        assert rules[measure] == ("<", number)
