"""A cell with everything that an operator may set up around it (docs/operations.md)."""

import os
import signal
from pathlib import Path

from cells.servers import Cell, ask, pages, run, until, work
from portal.run import embedded
from tools import nodes, servers

SAVED = "cells/tried.txt"
SAVE = (
    "from django.core.files.base import ContentFile as File;"
    "from django.core.files.storage import default_storage as store;"
    f"store.save({SAVED!r}, File(b'tried'))"
)


class WholeCell(Cell):
    """A cell with two web and two worker nodes, a pooler, a streaming replica, a broker and an
    object store. Without pgbouncer installed, it has no pooler."""

    def __init__(self, var, code):
        super().__init__(var, code)
        self.ports.append(nodes.free_port())
        sockets = Path(self.main.server.sockets)
        self.standby = servers.Standby(self.var / "replica", sockets)
        self.pooler = servers.Pooler(self.var / "pooler", sockets, size=10)
        self.has_pooler = servers.pgbouncer() is not None
        self.broker = self.store = None

    def start_servers(self):
        super().start_servers()
        if self.store is None:
            (self.var / "broker").mkdir()
            self.store = nodes.ObjectStore(self.var / "log" / "store.log")
            self.broker = nodes.Broker(self.var / "broker")
            self.standby.make()
            self.store.wait()
        else:
            self.broker.start()
        self.standby.start()
        if self.has_pooler:
            self.pooler.start()
        self.env |= self.store.settings | {
            "DATABASE_URL": self.main.url(embedded.APP),
            "DATABASE_OWNER_URL": self.main.url(embedded.OWNER),
            "DOOR_DATABASE_URL": self.main.url(embedded.DOOR),
            "REPLICA_URL": self.standby.url(embedded.APP, embedded.DATABASE),
            "REDIS_URL": self.broker.url,
        }
        if self.has_pooler:
            pooled = self.pooler.url(embedded.APP, embedded.DATABASE)
            self.env |= {"POOLER": "yes", "DATABASE_URL": pooled}

    def commands(self):
        return [
            *map(pages, self.ports),
            work("quick,long", "-c", "1", "-n", "first@here"),
            work("quick,long", "-c", "1", "-n", "second@here"),
            ["celery", "-A", "portal", "beat", "-s", self.beat, "--loglevel", "warning"],
        ]

    def see_parts(self, say):
        """Check that each part is used; raises RuntimeError otherwise."""
        lag = until(self._follows, 30, "the replica holds what the primary holds")
        run("shell", "--no-imports", "-c", SAVE, env=self.env)
        if SAVED not in self.store.names():
            raise RuntimeError("The file is not in the object store.")
        if self.has_pooler and not (asked := self._pooled()):
            raise RuntimeError("No transaction went through the pooler.")
        pooler = f"{asked} transactions pooled" if self.has_pooler else "no pgbouncer installed"
        say(f"  {self.code}: two nodes for pages and two for work, {pooler}")
        say(f"  {self.code}: its replica holds all of it after {lag:.1f} s")

    def _follows(self):
        counted = "SELECT (SELECT count(*) FROM portal_figuredelta),"
        counted += " (SELECT sum(n) FROM portal_figuretotal), pg_is_in_recovery()"
        [(deltas, total, _)] = ask(self.main.url(embedded.OWNER), counted)
        there = self.standby.url(embedded.OWNER, embedded.DATABASE)
        return ask(there, counted) == [(deltas, total, True)]

    def _pooled(self):
        rows = ask(self.pooler.url(embedded.SUPERUSER, "pgbouncer"), "SHOW STATS")
        return sum(row[1] for row in rows if row[0] == embedded.DATABASE)

    def lose_nodes(self):
        """Kill a web node, a worker node and the broker with all its messages."""
        for lost in (self.processes[0], self.processes[2]):
            os.killpg(lost.pid, signal.SIGKILL)
            lost.wait()
        self.broker.kill()
        self.broker.start()

    def kill(self):
        """Kill everything except the object store, which is elsewhere."""
        super().kill()
        self.standby.kill()
        self.broker.kill()
        if self.has_pooler:
            self.pooler.process.kill()
            self.pooler.process.wait()

    def stop(self):
        if self.has_pooler:
            self.pooler.stop()
        self.standby.stop()
        super().stop()
        for one in (self.broker, self.store):
            if one is not None:
                one.kill()
