"""Finds closed polls that a person should check, in SQL. A hint is no penalty and changes no score.

Ignores polls with fewer than five ballots.
"""

from django.db import connection
from django.utils import timezone

from portal import parameters

FEWEST = 5
# Shorter remarks (“没有”, “很好”) naturally coincide.
SHORTEST_REMARK = 6

# Valid, and all marks “good”.
_VALID = "coalesce(b.attitude, b.style, b.achievement, b.overall) IS NOT NULL"
_GOOD = """coalesce(b.attitude, 1) = 1 AND coalesce(b.style, 1) = 1
           AND coalesce(b.achievement, 1) = 1 AND coalesce(b.overall, 1) = 1"""

_CLOSED = "p.cycle_id = %(cycle)s AND p.state = 'closed' AND p.returned >= %(fewest)s"


def _points(line):
    """Average points of a line; “do not know” and empty lines do not count."""
    return f"""avg(CASE b.{line} WHEN 1 THEN s.mark_good WHEN 2 THEN s.mark_fairly_good
                    WHEN 3 THEN s.mark_fair WHEN 4 THEN s.mark_poor END)"""


PERFECT = f"""
    SELECT poll_id, 'perfect', NULL::bigint, max(valid)
    FROM (SELECT b.poll_id, count(*) FILTER (WHERE {_VALID}) AS valid,
                 count(*) FILTER (WHERE {_VALID} AND {_GOOD}) AS good
          FROM evaluation_ballot b JOIN evaluation_poll p ON p.id = b.poll_id
          WHERE {_CLOSED} GROUP BY b.poll_id, b.appraised_id) each_one
    GROUP BY poll_id HAVING bool_and(valid = good) AND min(valid) >= %(perfect_from)s"""

# Excludes polls that were open for less than three days.
AT_ONCE = f"""
    SELECT poll_id, 'at_once', NULL::bigint, max(turnout)
    FROM (SELECT t.poll_id, t.turnout,
                 t.turnout - coalesce(lag(t.turnout) OVER (PARTITION BY t.poll_id ORDER BY t.day),
                                      0) AS came
          FROM evaluation_turnoutnote t JOIN evaluation_poll p ON p.id = t.poll_id
          WHERE {_CLOSED}) each_day
    GROUP BY poll_id
    HAVING count(*) >= 3 AND max(turnout) >= %(perfect_from)s AND max(came) = max(turnout)"""

SAME_WORDS = f"""
    SELECT poll_id, 'same_words', NULL::bigint, max(n)
    FROM (SELECT c.poll_id, count(*) AS n
          FROM evaluation_ballotcomment c JOIN evaluation_poll p ON p.id = c.poll_id
          CROSS JOIN LATERAL regexp_replace(
              c.text, '[[:space:][:punct:]，。！？、；：“”]', '', 'g') said
          WHERE {_CLOSED} AND length(said) >= %(shortest)s
          GROUP BY c.poll_id, said) each_text
    GROUP BY poll_id HAVING max(n) >= %(same)s"""

UNIT_DIFFERS = f"""
    SELECT poll_id, 'unit_differs', appraised_id, round(masses)::int
    FROM (
        SELECT poll_id, appraised_id, says_good, says_bad,
               (coalesce(attitude * weight_attitude, 0) + coalesce(style * weight_style, 0)
                + coalesce(achievement * weight_achievement, 0))
               / nullif((attitude IS NOT NULL)::int * weight_attitude
                        + (style IS NOT NULL)::int * weight_style
                        + (achievement IS NOT NULL)::int * weight_achievement, 0) AS masses
        FROM (
            SELECT b.poll_id, b.appraised_id, s.weight_attitude, s.weight_style,
                   s.weight_achievement, count(*) FILTER (WHERE {_VALID}) AS valid,
                   bool_and(w.attitude = 1 AND w.style = 1 AND w.achievement = 1
                            AND w.overall = 1) AS says_good,
                   bool_and(w.attitude IN (3, 4) AND w.style IN (3, 4)
                            AND w.achievement IN (3, 4) AND w.overall IN (3, 4)) AS says_bad,
                   {_points("attitude")} AS attitude, {_points("style")} AS style,
                   {_points("achievement")} AS achievement
            FROM evaluation_ballot b
            JOIN evaluation_poll p ON p.id = b.poll_id
            JOIN evaluation_appraised a ON a.id = b.appraised_id AND a.unit_id = p.unit_id
            JOIN evaluation_scheme s ON s.id = a.scheme_id
            JOIN evaluation_organappraisal w ON w.appraised_id = a.id AND w.side = 'unit'
                 AND w.replaced_at IS NULL
            WHERE {_CLOSED} GROUP BY b.poll_id, b.appraised_id, s.id) each_one
        WHERE valid >= %(fewest)s AND (says_good OR says_bad)) weighed
    WHERE says_good AND masses < %(low)s OR says_bad AND masses >= %(high)s"""

KEEP = """
    INSERT INTO evaluation_hint (poll_id, kind, appraised_id, n, found_at)
    SELECT poll_id, kind, appraised_id, n, %(at)s
    FROM ({rows}) found (poll_id, kind, appraised_id, n)
    ON CONFLICT DO NOTHING"""


def find(cycle, *, at):
    """Store the hints of a cycle's closed polls; safe to repeat."""
    on = timezone.localdate(at)
    values = {
        "cycle": cycle.pk,
        "at": at,
        "shortest": SHORTEST_REMARK,
        "fewest": max(FEWEST, parameters.number("eval.min_display_n", on=on)),
        "perfect_from": parameters.number("eval.hint_ballots", on=on),
        "same": parameters.number("eval.hint_remarks", on=on),
        "low": parameters.number("eval.hint_masses_low", on=on),
        "high": parameters.number("eval.hint_masses_high", on=on),
    }
    found = 0
    with connection.cursor() as cursor:
        # Long-running work of a worker.
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        for rows in (PERFECT, AT_ONCE, SAME_WORDS, UNIT_DIFFERS):
            cursor.execute(KEEP.format(rows=rows), values)
            found += cursor.rowcount
    return found
