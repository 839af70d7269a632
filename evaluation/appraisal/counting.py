"""Sums of ballots by code, on paper and of meetings, in one statement.

No page shows a single ballot. Pages show sums of at least `eval.min_display_n` ballots, and no sums
whose difference would reveal fewer.
"""

from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from evaluation.models.ballots import Answer, Question
from evaluation.models.schemes import Dimension, Mark
from evaluation.voting import LINES
from portal import parameters
from portal.trust import wall

# Fields that `tallies` gives, in order.
FIELDS = ("appraised_id", "issued", "returned", "valid", *LINES)
_CELLS = [(line, value) for line, choices in LINES.items() for value in choices.values]
_BALLOT_SUMS = ", ".join(
    f"count(*) FILTER (WHERE b.{line} = {value}) AS {line}_{value}" for line, value in _CELLS
)
_MEETING_SUMS = ", ".join(
    f"sum(m.{line}[{value}])::bigint AS {line}_{value}" for line, value in _CELLS
)
_BOTH = ", ".join(
    f"coalesce(b.{line}_{value}, 0) + coalesce(m.{line}_{value}, 0)" for line, value in _CELLS
)
_IS_VALID = " OR ".join(f"b.{line.value} IS NOT NULL" for line in Dimension)

_SUMS = f"""
    WITH asked AS MATERIALIZED (
        SELECT id FROM evaluation_appraised WHERE {{which}}
    ), polled AS (
        SELECT s.appraised_id AS id, sum(coalesce(p.issued, 0))::bigint AS issued,
               sum(coalesce(p.returned, 0))::bigint AS returned,
               bool_and(p.state = 'closed') AS is_closed
        FROM evaluation_poll_appraised s JOIN evaluation_poll p ON p.id = s.poll_id
        WHERE s.appraised_id IN (SELECT id FROM asked) GROUP BY 1
    ), b AS (
        SELECT b.appraised_id AS id, count(*) FILTER (WHERE {_IS_VALID}) AS valid, {_BALLOT_SUMS}
        FROM evaluation_ballot b WHERE b.appraised_id IN (SELECT id FROM asked) GROUP BY 1
    ), m AS (
        SELECT m.appraised_id AS id, sum(m.issued)::bigint AS issued,
               sum(m.returned)::bigint AS returned, sum(m.valid)::bigint AS valid, {_MEETING_SUMS}
        FROM evaluation_meetingcount m JOIN evaluation_poll p ON p.id = m.poll_id
        WHERE p.state = 'closed' AND m.replaced_at IS NULL
          AND m.appraised_id IN (SELECT id FROM asked) GROUP BY 1
    )
    SELECT a.id, coalesce(polled.is_closed, true), coalesce(b.valid, 0), coalesce(m.valid, 0),
           coalesce(polled.issued, 0) + coalesce(m.issued, 0),
           coalesce(polled.returned, 0) + coalesce(m.returned, 0), {_BOTH}
    FROM asked a LEFT JOIN polled ON polled.id = a.id LEFT JOIN b ON b.id = a.id
    LEFT JOIN m ON m.id = a.id ORDER BY a.id
"""  # noqa: S608 (names of ours)


def _rows(which, value):
    """Rows one at a time, for up to 100,000 appraised."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.itersize = 2_000
        cursor.execute(_SUMS.format(which=which), [value])
        for pk, is_closed, by_ballot, in_meetings, issued, returned, *sums in cursor:
            sums = iter(sums)
            lines = [list(islice(sums, len(choices))) for choices in LINES.values()]
            kept = (pk, issued, returned, by_ballot + in_meetings, *lines)
            yield dict(zip(FIELDS, kept, strict=True)), is_closed, by_ballot


def tallies(cycle):
    """{field of Tally: value} for each appraised of a cycle, ordered by id."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Long-running work of a worker.
            cursor.execute("SET LOCAL statement_timeout = '10min'")
        for tally, _is_closed, _by_ballot in _rows("cycle_id = %s", cycle.pk):
            yield tally


def is_enough(valid, in_meetings, fewest):
    """Whether sums of so many valid ballots may be shown. The counts of meetings are public, so the
    remaining ballots must be enough by themselves."""
    by_ballot = valid - in_meetings
    return valid >= fewest and (by_ballot == 0 or by_ballot >= fewest)


@dataclass(frozen=True)
class Result:
    """What may be shown of the ballots on one appraised."""

    tally: dict
    is_closed: bool
    is_enough: bool
    fewest: int

    @property
    def is_shown(self):
        return self.is_closed and self.is_enough

    @property
    def marks(self):
        """[(line, [(tick, count)])]; counts are None on lines with too few ticks to show."""
        return [(one.label, self._named(Mark, one)) for one in Dimension]

    @property
    def answers(self):
        return [(one.label, self._named(Answer, one)) for one in Question]

    @property
    def withholds(self):
        return any(self._is_few(line) for line in LINES)

    def _is_few(self, line):
        return 0 < sum(self.tally[line]) < self.fewest

    def _named(self, ticks, line):
        counts, few = self.tally[line.value], self._is_few(line.value)
        return [(one.label, None if few else n) for one, n in zip(ticks, counts, strict=True)]


def results(appraised, *, on):
    """{id: Result}. Hidden until the last poll of an appraised is closed: sums before and after
    would reveal its ballots."""
    fewest = parameters.number("eval.min_display_n", on=on)
    # The minimum applies to all ballots, whatever this user may see.
    with wall.as_system("all ballots on somebody"):
        rows = list(_rows("id = ANY (%s)", list(appraised)))
    return {
        tally["appraised_id"]: Result(
            tally, is_closed, is_enough(tally["valid"], tally["valid"] - by_ballot, fewest), fewest
        )
        for tally, is_closed, by_ballot in rows
    }
