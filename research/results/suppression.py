"""Which cells of a table are hidden, so that no table shows one to four. Knows no models.

A table has its sums beside it, so one hidden cell of a row or column could be subtracted: others
are hidden with it. The hidden cells of a row or column are at least two, and five answers together.
And no cell follows from the sums of rows and columns together: in the graph of rows and columns
with the hidden cells as edges, no edge is a bridge. That nobody said something, 0, is shown unless
it is needed to hide others.
"""

FEWEST = 5


def hidden(table, *, rows_known=None, also=()):
    """The places (row, column) hidden of a table of counts with its sums of rows and columns beside
    it. `also` are hidden in any case. Of rows whose sum is hidden too, not in `rows_known`, one
    cell at least is hidden, or its cells would tell the sum."""
    rows, columns = len(table), len(table[0]) if table else 0
    lines = [[(row, column) for column in range(columns)] for row in range(rows)]
    lines += [[(row, column) for row in range(rows)] for column in range(columns)]
    found = {
        (row, column)
        for row in range(rows)
        for column in range(columns)
        if 0 < table[row][column] < FEWEST
    }
    found |= {(row, column) for row, column in also if table[row][column]}
    for row in range(rows):
        is_told = rows_known is None or row in rows_known
        if not is_told and not any(one[0] == row for one in found):
            _hide_one_more(lines[row], table, found)
    while True:
        before = len(found)
        for line in lines:
            _protect(line, table, found)
        for row, column in _bridges(found, rows):
            _hide_one_more([*lines[row], *lines[rows + column]], table, found)
        if len(found) == before:
            return found


def _protect(line, table, found):
    while True:
        inside = [table[row][column] for row, column in line if (row, column) in found]
        if not inside or len(inside) > 1 and sum(inside) >= FEWEST:
            return
        if not _hide_one_more(line, table, found):
            return


def _hide_one_more(line, table, found):
    """Hide the smallest cell that is still shown, a 0 only where nothing else is left; False if
    nothing is."""
    shown = [(not table[row][column], table[row][column], row, column) for row, column in line]
    shown = [one for one in shown if one[2:] not in found]
    if shown:
        found.add(min(shown)[2:])
    return bool(shown)


def _bridges(found, rows):
    """Hidden cells that follow from the sums: edges on no circle of rows and columns."""
    beside = {}
    for row, column in found:
        beside.setdefault(row, set()).add(rows + column)
        beside.setdefault(rows + column, set()).add(row)
    return [
        (row, column)
        for row, column in sorted(found)
        if not _leads_around(row, rows + column, beside)
    ]


def _leads_around(start, end, beside):
    """Whether there is a way from start to end other than their own edge."""
    reached, open_ends = {start}, [start]
    while open_ends:
        at = open_ends.pop()
        for following in beside[at]:
            if following in reached or (at == start and following == end):
                continue
            if following == end:
                return True
            reached.add(following)
            open_ends.append(following)
    return False


def hidden_across(table):
    """(hidden places, rows whose sum is hidden, columns whose sum is hidden) of a table whose sums
    are tables of their own."""
    sums, below = [sum(row) for row in table], [sum(one) for one in zip(*table, strict=True)]
    of_rows, of_columns = hidden_of(sums), hidden_of(below)
    known = set(range(len(table))) - of_rows
    also = {(row, column) for row in range(len(table)) for column in of_columns}
    return hidden(table, rows_known=known, also=also), of_rows, of_columns


def hidden_of(counts):
    """The places hidden of one row of counts whose sum is known."""
    found = {(0, column) for column, count in enumerate(counts) if 0 < count < FEWEST}
    _protect([(0, column) for column in range(len(counts))], [counts], found)
    return {column for _row, column in found}
