"""Processes of several nodes, each of which can be killed: web, workers, beat, broker, object
store."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from portal.run import embedded

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS, BROKER_SECONDS = 300, 60


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Broker:
    """A Valkey that keeps nothing on disk and therefore loses everything when killed."""

    def __init__(self, folder: Path):
        home = embedded._Home.at(folder)
        self.program = embedded._Valkey(home, home.socket_directory()).program
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = Redis(port=self.port)
        self.start()

    def start(self):
        words = ["--port", f"{self.port}", "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            [self.program, *words, "--appendonly", "no", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + BROKER_SECONDS
        while not self.answers():
            if time.monotonic() > end:
                raise RuntimeError("The broker does not start.")
            time.sleep(0.05)

    def answers(self):
        try:
            return self.client.ping()
        except (RedisError, OSError):
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def wipe(self):
        """Delete all messages, but keep connections."""
        self.client.flushall()


class ObjectStore:
    """An S3 server that keeps its files in memory, with one bucket."""

    KEY, SECRET, BUCKET, REGION = "portal", "secret", "portal", "us-east-1"

    def __init__(self, log: Path):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        with log.open("a") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", f"{self.port}"],
                cwd=ROOT,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait(self):
        """Wait until it answers, and make its bucket."""
        import boto3  # noqa: PLC0415 (a package of the tests)
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415

        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(BotoCoreError):
                self.client = boto3.client(
                    "s3",
                    endpoint_url=self.url,
                    aws_access_key_id=self.KEY,
                    aws_secret_access_key=self.SECRET,
                    region_name=self.REGION,
                )
                self.client.create_bucket(Bucket=self.BUCKET)
                return
            time.sleep(0.2)
        raise RuntimeError("The object store does not answer.")

    @property
    def settings(self):
        """Environment variables that point the portal to it."""
        return {
            "S3_BUCKET": self.BUCKET,
            "S3_ENDPOINT": self.url,
            "S3_ACCESS_KEY": self.KEY,
            "S3_SECRET_KEY": self.SECRET,
            "S3_REGION": self.REGION,
        }

    def names(self):
        return [
            one["Key"]
            for one in self.client.list_objects_v2(Bucket=self.BUCKET).get("Contents", ())
        ]

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Node:
    """Processes under one name: started, killed with all their children, restarted."""

    def __init__(self, name, command, environment, log, port=None):
        self.name, self.command, self.environment = name, command, environment
        self.log, self.port = log / f"node-{name}.log", port
        self.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self):
        """Wait until a web node answers."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            if self._answers():
                return
            time.sleep(0.3)
        raise RuntimeError(f"{self.name} does not answer; see {self.log}.")

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.address}/readyz/", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def web(name, environment, log):
    port = free_port()
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--timeout", "60", "--preload"]
    return Node(
        name, ["gunicorn", "portal.wsgi", *bind, "--log-level", "warning"], environment, log, port
    )


def worker(name, environment, log):
    words = ["-Q", "quick,long", "-n", f"{name}@here", "-c", "1", "--prefetch-multiplier", "1"]
    words += ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return Node(name, ["celery", "-A", "portal", "worker", *words], environment, log)


def beat(environment, log, schedule):
    words = ["--schedule", str(schedule), "--pidfile=", "--loglevel", "WARNING"]
    return Node("beat", ["celery", "-A", "portal", "beat", *words], environment, log)
