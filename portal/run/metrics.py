"""The metrics endpoint, in the text format of Prometheus. Imported only if it is switched on.

Each web process records response times in a separate file; whichever process answers sums all
files. A file belongs to a seat, not to a process: a new process takes a free seat and continues its
counts, so that there are never more files than processes have run at once.
"""

import fcntl
import os
import socket
from functools import cache

from django.conf import settings
from prometheus_client import CollectorRegistry, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from portal.run import measures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Seconds; pages should take less than one.
BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0)
# The lock of a seat is held for as long as the process lives.
_held = {}


def folder():
    """Return a folder of this machine only, even if PORTAL_VAR is shared."""
    path = settings.VAR_DIR / "metrics" / socket.gethostname()
    path.mkdir(parents=True, exist_ok=True)
    return path


def seat():
    """The number of this process among those that live."""
    pid = os.getpid()
    if pid not in _held:
        # A forked child must not write into its parent's file.
        leave_seat()
        number = 0
        while True:
            file = (folder() / f"{number}.seat").open("a")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                number += 1
                continue
            _held[pid] = number, file
            break
    return _held[pid][0]


def leave_seat():
    """Close the files; a lock shared with the parent stays the parent's."""
    for _number, file in _held.values():
        file.close()
    _held.clear()


@cache
def _histogram():
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder())
    values.ValueClass = values.MultiProcessValue(seat)
    return Histogram(
        "portal_request_seconds",
        "How long answers take, by part of the portal.",
        ["app", "method", "status"],
        buckets=BUCKETS,
        # The collector reads the files of all processes, including this one.
        registry=CollectorRegistry(),
    )


def note(*, seconds, app, method, status):
    _histogram().labels(app, method, f"{status // 100}xx").observe(seconds)


class _Measures:
    """Exposes the measures to prometheus_client."""

    def collect(self):
        for name, numbers in measures.all_values().items():
            measure = measures.MEASURES[name]
            family = GaugeMetricFamily(name, measure.words, labels=measure.labels)
            for labels, number in sorted(numbers.items()):
                family.add_metric([str(one) for one in labels], number)
            yield family


def page():
    _histogram()
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder()))
    registry.register(_Measures())
    return generate_latest(registry)
