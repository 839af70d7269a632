"""A broker and workers that tests may kill: real processes with a database of their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from celery import Celery
from django.conf import settings

from portal.models import Job
from tools import nodes

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "lost-broker-"


def until(what, seconds=240):
    """Wait until a condition holds; return its value."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"not within {seconds} s: see var/test/log/broker-*.log"
        time.sleep(0.05)
    return found


class Broker(nodes.Broker):
    def send(self, task, **given):
        """Replaces `portal.tools.queue.send`, since this process uses another broker."""
        app = Celery(broker=self.url, set_as_current=False)
        app.conf.broker_transport_options = {"global_keyprefix": PREFIX}
        app.conf.task_default_queue = "quick"
        app.conf.task_routes = settings.CELERY_TASK_ROUTES
        with app.connection_for_write() as line:
            app.send_task(task, kwargs=given, connection=line, retry=False)


class Worker:
    """A worker on both queues, with beat if `beats`."""

    def __init__(self, name, broker, database, media, *, beats=False):
        services = settings.SERVICES
        there = f"/{database}?"
        log = (settings.VAR_DIR / "log" / f"broker-{name}.log").open("w")
        beat = ["--beat", "--scheduler", "celery.beat:Scheduler"] if beats else []
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "tests.broker.worker", "worker"),
                *("-Q", "quick,long", "-n", f"{name}@here", "-c", "2", "--loglevel", "INFO"),
                *("--prefetch-multiplier", "1", "--without-gossip", "--without-mingle", *beat),
            ],
            cwd=ROOT,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATABASE_URL": services.database_url.replace("/portal?", there),
                "DATABASE_OWNER_URL": services.owner_url.replace("/portal?", there),
                "REDIS_URL": broker.url,
                "STACK_PREFIX": PREFIX,
                "TESTS_MEDIA": str(media),
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

    def kill(self):
        """Kill it and its children at once, like a power cut."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


def state_of(job):
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def is_done(job):
    return state_of(job) == Job.State.DONE
