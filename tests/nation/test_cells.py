"""Cells and a nation as real processes."""

import psycopg2
import pytest

from cells import run
from cells.servers import ask, until
from nation import wire
from portal.run import embedded

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("cells")]


def own_rows_alone(nation, cells):
    """A compromised cell writes a row of another cell: none of it is applied, and once it is
    repaired the nation copies its data again."""
    first, second = cells
    url, before = first.window.url(embedded.OWNER), nation.known(second)
    row = (second.code, "matters", "", "", "2026-01-01", "")
    ask(url, "INSERT INTO nation_celltotal VALUES (%s, %s, %s, %s, %s, %s, 99)", *row)
    until(lambda: errors_of(nation, first), 30, "the foreign row is refused")

    assert nation.known(second) == before

    ask(url, "DELETE FROM nation_celltotal WHERE cell = %s", second.code)
    nation.join(first, "--again")
    until(lambda: run.is_equal(nation, cells), 60, "equal again")


def errors_of(nation, cell):
    name = wire.subscription(cell.code)
    found = nation.ask(
        "SELECT apply_error_count FROM pg_stat_subscription_stats WHERE subname = %s", name
    )
    return found[0][0] > 0


def the_window_shows_two_tables(nation, cells):
    """The nation's role can read only these tables and write nothing."""
    reader = cells[0].window.url(wire.READER)
    seen = ask(
        reader,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege(oid, 'SELECT') ORDER BY 1",
    )

    assert [name for (name,) in seen] == sorted(wire.TABLES)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(reader, "DELETE FROM nation_celltotal")
    # The portal's own server has no such role.
    assert not cells[0].ask("SELECT 1 FROM pg_roles WHERE rolname = %s", wire.READER)


def leaving_leaves_nothing(nation, cells):
    nation.leave(cells[0])
    cells[0].withdraw()
    admin = cells[0].window.url(embedded.SUPERUSER)

    assert nation.known(cells[0]) == {}
    assert not ask(admin, "SELECT 1 FROM pg_replication_slots")
    assert not ask(admin, "SELECT 1 FROM pg_publication")
    assert not ask(admin, "SELECT 1 FROM pg_roles WHERE rolname = %s", wire.READER)
    assert nation.known(cells[1])


def test_two_cells_and_a_nation(tmp_path):
    steps = (the_window_shows_two_tables, own_rows_alone, leaving_leaves_nothing)
    said = []
    measured = run.go(tmp_path, codes=("41", "53"), changes=2000, say=said.append, after=steps)

    # Speed is measured by `make cells` on a quiet machine.
    assert set(measured) == {
        *("up and equal", "equal without nodes and broker"),
        *("shown down", "others go on", "equal again"),
    }
    assert len(said) == 8
