"""Measures of a running portal, each taken by one cheap statement (docs/watching.md).

Apps add theirs in `ready()`. The metrics endpoint (`portal/pages/measured.py`) and the office's
status page read them. Numbers only: no name, no text, no id.
"""

import logging
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import redis.exceptions
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, connections, transaction
from kombu.exceptions import OperationalError as BrokerError

from portal import __version__
from portal.tasks import WORKER_ALIVE
from portal.trust import scanning, wall

logger = logging.getLogger(__name__)

# More frequent requests get the same values.
KEPT_SECONDS = 10
# Beyond this the exact number is irrelevant.
MANY = 100_000
# A measure that takes longer is missing.
LONGEST_MS = 2_000
NEVER = float("inf")


@dataclass(frozen=True)
class Measure:
    """A gauge. `sql` returns a row for each combination of label values, with the number last;
    `ask` is a function that returns such rows."""

    name: str
    words: str
    sql: str = ""
    labels: tuple[str, ...] = ()
    ask: Callable[[], Iterable[tuple]] | None = None

    def rows(self):
        with wall.as_system("a measure"):
            return self._rows()

    def _rows(self):
        if self.ask:
            return [tuple(row) for row in self.ask()]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {LONGEST_MS}")
            cursor.execute(self.sql)
            return cursor.fetchall()


MEASURES: dict[str, Measure] = {}
_kept: dict[str, tuple[float, dict]] = {}


def add(*measures):
    for one in measures:
        MEASURES[one.name] = one


def all_values():
    """Return {name: {label values: number}}, cached for some seconds. Unreadable measures are
    missing."""
    now = time.monotonic()
    known = _kept.get("values")
    if known and now - known[0] < KEPT_SECONDS:
        return known[1]
    values = {name: read for name in MEASURES if (read := _read(name)) is not None}
    _kept["values"] = now, values
    return values


def value(name, *labels):
    """One number; None if it cannot be read."""
    return all_values().get(name, {}).get(labels)


def forget():
    _kept.clear()


def _read(name):
    try:
        return {row[:-1]: float(row[-1]) for row in MEASURES[name].rows() if row[-1] is not None}
    except (DatabaseError, BrokerError, redis.exceptions.RedisError, OSError) as trouble:
        logger.warning("A measure could not be read: %s", type(trouble).__name__)
        return None


def at_most(rows):
    """Return SQL that counts the rows of a statement, up to MANY."""
    return f"SELECT count(*) FROM (SELECT 1 {rows} LIMIT {MANY}) AS counted"


def age_of(moment):
    """Return SQL for the seconds since a moment; 0 if there is none or clocks differ."""
    return f"coalesce(greatest(extract(epoch FROM portal_clock() - {moment}), 0), 0)"


def _of_broker():
    """Messages that no worker has taken, by queue."""
    timeouts = {"socket_connect_timeout": 2, "socket_timeout": 2}
    connect = current_app.connection_for_write
    with connect(transport_options=timeouts) as broker:  # pyright: ignore[reportCallIssue]  # a proxy of Celery
        client = getattr(broker.default_channel, "client", None)
        for queue in ("quick", "long"):
            yield queue, client.llen(queue) if client is not None else None


def _of_replica():
    """Yield nothing without a replica."""
    if "replica" not in connections.databases:
        return
    with connections["replica"].cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0"
            " ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END"
        )
        yield cursor.fetchone()


def _of_scanner():
    """Yield nothing without a scanner."""
    if settings.MALWARE_SCANNER:
        yield (1 if scanning.is_up() else 0,)


TODAY = "(portal_clock() AT TIME ZONE 'Asia/Shanghai')::date"

add(
    Measure(
        "portal_info", "The version that runs.", labels=("version",), ask=lambda: [(__version__, 1)]
    ),
    Measure(
        "portal_jobs_oldest_waiting_seconds",
        "Since when the oldest export, import or message has waited for a worker.",
        # An approved export waits since its approval.
        "SELECT 'long', " + age_of("min(coalesce(decided_at, created_at))") + " FROM portal_job job"
        " LEFT JOIN portal_exportrequest request ON request.job_id = job.id"
        " WHERE job.state = 'queued'"
        " UNION ALL SELECT 'sending', " + age_of("min(try_at)") + " FROM portal_delivery"
        " WHERE state IN ('queued', 'running') AND try_at < portal_clock()",
        labels=("queue",),
    ),
    Measure(
        "portal_jobs",
        "Exports and imports: waiting, running, failed in the last day.",
        "SELECT state, count(job.id) FROM unnest(ARRAY['queued', 'running', 'failed']) AS state"
        " LEFT JOIN (SELECT id, portal_job.state AS of_job FROM portal_job"
        " WHERE portal_job.state IN ('queued', 'running') OR portal_job.state = 'failed'"
        " AND finished_at > portal_clock() - interval '1 day') AS job ON of_job = state"
        " GROUP BY state",
        labels=("state",),
    ),
    Measure(
        "portal_queue_messages",
        "Messages that wait in the broker for a worker.",
        labels=("queue",),
        ask=_of_broker,
    ),
    Measure(
        "portal_worker_alive",
        "1 when a worker has given a sign of life in the last minute.",
        ask=lambda: [(1 if cache.get(WORKER_ALIVE) else 0,)],
    ),
    Measure(
        "portal_figure_deltas",
        "Changes of figures that are not folded into the totals yet.",
        at_most("FROM portal_figuredelta"),
    ),
    Measure(
        "portal_audit_unsealed",
        "Entries of the audit that are not chained yet.",
        at_most(
            "FROM portal_auditentry WHERE id > (SELECT coalesce(max(highest_id), 0)"
            " FROM portal_auditseal)"
        ),
    ),
    Measure(
        "portal_backup_age_seconds",
        "Since the last whole backup by manage.py backup; +Inf when there is none.",
        "SELECT coalesce(extract(epoch FROM portal_clock() - max(at)), 'Infinity')"
        " FROM portal_auditentry WHERE noun = 'backup' AND event = 'backup.made'",
    ),
    Measure(
        "portal_replica_lag_seconds",
        "How far the replica is behind; missing where there is none.",
        ask=_of_replica,
    ),
    Measure(
        "portal_malware_scanner_up",
        "1 when the scanner of uploads answers; missing where there is none.",
        ask=_of_scanner,
    ),
    Measure(
        "portal_sign_ins_refused",
        "Wrong passwords of the last hour.",
        at_most(
            "FROM portal_loginfailure WHERE at > portal_clock() - interval '1 hour'"
            f" AND id > (SELECT coalesce(max(id), 0) - {MANY} FROM portal_loginfailure)"
        ),
    ),
    Measure(
        "portal_lockouts",
        "Accounts that are locked now.",
        at_most("FROM portal_lockout WHERE unlocked_at IS NULL AND until > portal_clock()"),
    ),
    Measure(
        "portal_reminders_undelivered",
        "Messages with reminders: due and not sent, or given up since yesterday.",
        "SELECT 'waiting', count(*) FROM portal_delivery WHERE state IN ('queued', 'running')"
        " AND try_at < portal_clock() UNION ALL SELECT 'failed', count(*) FROM portal_delivery"
        f" WHERE state = 'failed' AND day >= {TODAY} - 1",
        labels=("state",),
    ),
    Measure(
        "portal_monthly_sheets_failing",
        "Monthly sheets whose last edition failed.",
        "SELECT count(*) FROM portal_scheduledexport AS sheet"
        " JOIN portal_job AS job ON job.id = sheet.last_job_id"
        " WHERE sheet.ended_at IS NULL AND job.state = 'failed'",
    ),
    Measure(
        "portal_disk_free_bytes",
        "Free space where uploads and exports are kept.",
        ask=lambda: [(shutil.disk_usage(settings.VAR_DIR).free,)],
    ),
)
