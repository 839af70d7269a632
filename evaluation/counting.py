"""The sums of all ballots on each of the appraised: by code, on paper, of meetings."""

from django.db import connection

from evaluation.models.ballots import Answer, Question
from evaluation.models.schemes import Dimension, Mark

LINES = {line.value: Mark for line in Dimension} | {line.value: Answer for line in Question}
FIELDS = ("appraised_id", "issued", "returned", "valid", *LINES)
# So many rows at a time come from the server.
BATCH = 2_000


def _counted(line, choices):
    counts = ", ".join(f"count(*) FILTER (WHERE b.{line} = {one.value})" for one in choices)
    return f"ARRAY[{counts}] AS {line}"


def _added(line, choices):
    sums = (
        f"coalesce(b.{line}[{n}], 0) + coalesce(m.{line}[{n}], 0)"
        for n in range(1, len(choices) + 1)
    )
    return f"ARRAY[{', '.join(sums)}]"


def _summed(line, choices):
    return f"ARRAY[{', '.join(f'sum({line}[{n}])' for n in range(1, len(choices) + 1))}] AS {line}"


_ANY_MARK = " OR ".join(f"b.{line.value} IS NOT NULL" for line in Dimension)
_SQL = f"""
    WITH poll AS MATERIALIZED (
        SELECT id, issued, returned FROM evaluation_poll
        WHERE cycle_id = %(cycle)s AND state = 'closed'
    ),
    given AS (
        SELECT named.appraised_id, sum(poll.issued) AS issued, sum(poll.returned) AS returned
        FROM poll JOIN evaluation_poll_appraised named ON named.poll_id = poll.id
        GROUP BY named.appraised_id
    ),
    ballot AS (
        SELECT b.appraised_id, count(*) FILTER (WHERE {_ANY_MARK}) AS valid,
               {", ".join(_counted(*line) for line in LINES.items())}
        FROM evaluation_ballot b JOIN poll ON poll.id = b.poll_id
        GROUP BY b.appraised_id
    ),
    meeting AS (
        SELECT appraised_id, sum(m.issued) AS issued, sum(m.returned) AS returned,
               sum(valid) AS valid, {", ".join(_summed(*line) for line in LINES.items())}
        FROM evaluation_meetingcount m JOIN poll ON poll.id = m.poll_id
        WHERE replaced_at IS NULL
        GROUP BY appraised_id
    )
    SELECT a.id, coalesce(g.issued, 0) + coalesce(m.issued, 0),
           coalesce(g.returned, 0) + coalesce(m.returned, 0),
           coalesce(b.valid, 0) + coalesce(m.valid, 0),
           {", ".join(_added(*line) for line in LINES.items())}
    FROM evaluation_appraised a
    LEFT JOIN given g ON g.appraised_id = a.id
    LEFT JOIN ballot b ON b.appraised_id = a.id
    LEFT JOIN meeting m ON m.appraised_id = a.id
    WHERE a.cycle_id = %(cycle)s
    ORDER BY a.id"""


def tallies(cycle):
    """Yield {field of Tally: value} for each of the appraised, in the order of their ids. Needs a
    transaction, since the rows come a few at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.itersize = BATCH
        cursor.execute(_SQL, {"cycle": cycle.pk})
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                yield dict(zip(FIELDS, (row[0], *map(_plain, row[1:])), strict=True))


def _plain(value):
    """Sums of sums come as decimals."""
    return [int(one) for one in value] if isinstance(value, list) else int(value)
