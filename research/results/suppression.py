"""Cell suppression, so that no table reveals a count of one to four. Uses no models.

Tables are shown with their sums, so a single hidden cell in a row or column could be computed by
subtraction; further cells are hidden with it. Hidden cells of a row or column number at least two
and add up to at least five. Nor can a cell be derived from row and column sums together: in the
bipartite graph of rows and columns with hidden cells as edges, no edge is a bridge. A count of 0 is
shown unless it is needed to hide others.
"""

FEWEST = 5


def hidden(table, *, rows_known=None, also=()):
    """Return the cells (row, column) to hide in a table of counts shown with row and column sums.
    `also` are hidden in any case. A row not in `rows_known` has a hidden sum, so at least one of
    its cells is hidden; otherwise they would add up to the sum."""
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
    """Hide the smallest cell still shown, preferring any other count to 0. Return False if none is
    left."""
    shown = [(not table[row][column], table[row][column], row, column) for row, column in line]
    shown = [one for one in shown if one[2:] not in found]
    if shown:
        found.add(min(shown)[2:])
    return bool(shown)


def _bridges(found, rows):
    """Hidden cells that follow from the sums: edges on no cycle of the graph."""
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
    """Whether a path leads from start to end without using the edge between them."""
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
    """Return (hidden cells, rows with a hidden sum, columns with a hidden sum) of a table whose row
    and column sums are tables themselves."""
    sums, below = [sum(row) for row in table], [sum(one) for one in zip(*table, strict=True)]
    of_rows, of_columns = hidden_of(sums), hidden_of(below)
    known = set(range(len(table))) - of_rows
    also = {(row, column) for row in range(len(table)) for column in of_columns}
    return hidden(table, rows_known=known, also=also), of_rows, of_columns


def hidden_of(counts):
    """Return the positions to hide in a single row of counts whose sum is known."""
    found = {(0, column) for column, count in enumerate(counts) if 0 < count < FEWEST}
    _protect([(0, column) for column in range(len(counts))], [counts], found)
    return {column for _row, column in found}
