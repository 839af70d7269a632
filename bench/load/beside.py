"""The nation of `make load`, which copies what the copy of the province publishes."""

import os
import signal
import time
from contextlib import suppress

from cells.servers import Cell, Nation, ask, template, until
from portal.run import embedded

CODE = "53"
EQUAL_SECONDS, GIVEN_UP_SECONDS, COPIED_SECONDS = 5, 60, 600
# All rows of one side as three numbers, since there are more than a hundred thousand.
ROWS = """
SELECT count(*), coalesce(sum(n), 0)::bigint, coalesce(sum(hashtextextended(concat_ws(
    '|', figure, division_code, organ_code, day, part, n), 0)), 0)::text
FROM nation_celltotal WHERE cell = %s
"""
# For the divisions and the province itself: the sum of the known numbers, and how many are hidden
# for being less than five.
SUM = """
SELECT coalesce(sum(n), 0)::bigint, count(*) FILTER (WHERE n IS NULL)
FROM nation_celltotal WHERE cell = %s AND organ_code = ''
"""


class Province(Cell):
    """The database of `make load` as a cell. Nodes, database and broker belong to `make load`; this
    class adds the window."""

    def __init__(self, var, database, environment):
        super().__init__(var, CODE)
        self.owner_url = environment["DATABASE_OWNER_URL"]
        self.database = database
        self.env = environment | {"CELL": CODE, "NATION_WINDOW_URL": self.env["NATION_WINDOW_URL"]}

    @property
    def clusters(self):
        return [self.window]

    def ask(self, sql, *values):
        return ask(self.owner_url, sql, *values)

    def kill(self):
        """Kill database and window as in a power cut; nodes and broker are killed by the caller."""
        super().kill()
        pid = (self.database.data / "postmaster.pid").read_text().split()[0]
        os.kill(int(pid), signal.SIGKILL)

    def start_again(self):
        self.database.start()
        self.start_servers()


class Beside:
    """The province with its window, and the nation: use as `with Beside(…) as beside`."""

    def __init__(self, folder, database, environment):
        var = folder / "nation"
        self.province, self.nation = Province(var, database, environment), Nation(var)
        for one in (self.province, self.nation):
            (one.var / "log").mkdir(parents=True)

    def __enter__(self):
        self.nation.make(template())
        for one in (self.province, self.nation):
            one.start_servers()
        self.nation.start()
        return self

    def __exit__(self, *_error):
        for one in (self.nation, self.province):
            one.stop()

    def join(self):
        """Publish and copy everything; return (rows, seconds)."""
        began = time.monotonic()
        self.province.publish()
        self.nation.join(self.province)
        until(self.is_equal, COPIED_SECONDS, "the nation equals the province")
        return self.nation.ask(ROWS, CODE)[0][0], time.monotonic() - began

    def equal_after(self):
        """Return the seconds until the nation equals the province again; None if it does not."""
        with suppress(RuntimeError):
            return until(self.is_equal, GIVEN_UP_SECONDS, "equal again")

    def is_equal(self):
        """Whether the nation has what the province published, and that matches what the province
        counts. Numbers below five are published without their value."""
        window = self.province.window.url(embedded.OWNER)
        if ask(window, ROWS, CODE) != self.nation.ask(ROWS, CODE):
            return False
        [(known, few)] = ask(window, SUM, CODE)
        return known <= self.province.counted() <= known + 4 * few
