"""The processes of several nodes, each of which may be killed: web, workers, beat, broker."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Broker:
    """A Valkey of its own that keeps nothing on disk: killed, it has forgotten everything."""

    def __init__(self, program, folder):
        self.program, self.folder, self.port = program, folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        words = ["--port", f"{self.port}", "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            [self.program, *words, "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        raise RuntimeError("The broker does not start.")

    def kill(self):
        self.process.kill()
        self.process.wait()


class Node:
    """Processes under one name: started, killed with all their children, started again."""

    def __init__(self, name, command, environment, log, port=None):
        self.name, self.command, self.environment = name, command, environment
        self.log, self.port = log / f"load-{name}.log", port
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
        """Until a web node answers."""
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
