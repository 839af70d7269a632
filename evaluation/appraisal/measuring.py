"""What the indicators and gates measure, in SQL, for many people at once.

Only records within a person's days count, as they were at a given moment, and only what the person
controls: for a matter passed on, neither delay nor result is charged to the cadre who registered
it. A team is measured by what its members did at its unit on the days of their stays.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.utils import timezone

from outreach.models.stays import RESIDENTIAL_KINDS
from portal import parameters


@dataclass(frozen=True, slots=True)
class Measured:
    """Whom to measure, and over which days; results are keyed by `id`."""

    id: int
    subject: str
    cadre: int | None
    branch: int | None
    organ: int
    unit: int | None
    from_day: date
    to_day: date

    @property
    def days(self):
        return (self.to_day - self.from_day).days + 1


# function(people, at) -> iterable of (appraised id, finding id): verified findings of their days,
# as of a moment. Filled by `evaluation.apps`.
FINDINGS: list[Callable[[list[Measured], datetime], Iterable[tuple[int, int]]]] = []

_COLUMNS = {
    "id": "bigint",
    "subject": "text",
    "cadre": "bigint",
    "branch": "bigint",
    "organ": "bigint",
    "unit": "bigint",
    "from_day": "date",
    "to_day": "date",
}
_ARRAYS = ", ".join(f"%({name})s::{kind}[]" for name, kind in _COLUMNS.items())
_WHO = f"""
    who AS MATERIALIZED (
        SELECT * FROM unnest({_ARRAYS})
            AS who({", ".join(_COLUMNS)})
    ),
    acting AS MATERIALIZED (
        SELECT id, cadre, NULL::bigint AS unit, from_day, to_day FROM who WHERE subject = 'cadre'
        UNION ALL
        SELECT w.id, s.cadre_id, w.unit, greatest(w.from_day, s.starts_on),
               least(w.to_day, coalesce(s.ended_on, s.ends_on))
        FROM who w
        JOIN outreach_stay s ON s.unit_id = w.unit AND s.state <> 'cancelled'
             AND s.starts_on <= w.to_day AND coalesce(s.ended_on, s.ends_on) >= w.from_day
        WHERE w.subject = 'team'
    )"""
# Whether a second person confirmed that the matter was settled on the spot.
_AT_ONCE = """EXISTS (
    SELECT FROM outreach_matterrequest r
    WHERE r.matter_id = m.id AND r.kind = 'on_the_spot' AND r.approved AND r.decided_at <= %(at)s
)"""
# Number of times it was reopened by then.
_REOPENED = """(m.reopen_count - (
    SELECT count(*) FROM outreach_matterstep s
    WHERE s.matter_id = m.id AND s.move = 'reopen' AND s.at > %(at)s
))"""
_OF_ACTING = """m.registered_by_id = a.cadre AND m.registered_on BETWEEN a.from_day AND a.to_day
    AND (a.unit IS NULL OR m.unit_id = a.unit)"""
_SPOKEN = "f.word IN ('satisfied', 'basically', 'unsatisfied') AND f.answered_at <= %(at)s"
_ENDED = "coalesce(f.answered_at, f.given_up_at)"
# Other ways of closing a matter are nobody's result.
_RESULT = "m.closure IN ('satisfied', 'unrated', 'unsatisfied') AND m.closed_on <= %(today)s"


def _day(moment):
    return f"({moment} AT TIME ZONE %(zone)s)::date"


def _rows(select, people, at, **more):
    if not people:
        return []
    values = {name: [getattr(one, name) for one in people] for name in _COLUMNS} | more
    values |= {"at": at, "today": timezone.localdate(at), "zone": settings.TIME_ZONE}
    # A statement may add its own WITH tables.
    more_tables = select.startswith("WITH ")
    select = f", {select.removeprefix('WITH ')}" if more_tables else select
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {_WHO} {select}", values)
        return cursor.fetchall()


# {code of evaluation.appraisal.indicators: SQL that selects (id of the appraised, id of the record,
# whether it counts in their favour)}
MEASURES = {
    # Going down: cadres and teams.
    # Only the first answer: a later one is about whoever handled the matter by then.
    "own_results_word": f"""SELECT a.id, f.id, f.word <> 'unsatisfied'
        FROM acting a
        JOIN outreach_matter m ON {_OF_ACTING}
        JOIN outreach_followup f ON f.matter_id = m.id AND f.kind = 'sample' AND f.round = 0
             AND {_SPOKEN}
        WHERE {_AT_ONCE}""",
    "own_results_lasting": f"""SELECT a.id, m.id, {_REOPENED} <= 0
        FROM acting a
        JOIN outreach_matter m ON {_OF_ACTING}
        WHERE {_AT_ONCE} AND ({_REOPENED} > 0 OR {_RESULT})""",
    # Call-backs that are due or already answered or given up.
    "call_backs_in_time": f"""SELECT a.id, f.id,
               coalesce({_ENDED} <= %(at)s AND {_day(_ENDED)} <= f.due_on, FALSE)
        FROM acting a
        JOIN portal_cadre c ON c.id = a.cadre
        JOIN outreach_followup f ON f.caller_id = c.user_id
             AND f.due_on BETWEEN a.from_day AND a.to_day
        JOIN outreach_matter m ON m.id = f.matter_id AND (a.unit IS NULL OR m.unit_id = a.unit)
        WHERE {_ENDED} <= %(at)s OR f.due_on < %(today)s""",
    # The longest time without a visit, within the days of both pairing and service. Excludes
    # pairings in which no contact fell due.
    "contact_rhythm": """WITH paired AS MATERIALIZED (
        SELECT a.id, p.id AS pairing, p.cadre_id, p.household_id,
               greatest(a.from_day, p.starts_on) AS first,
               least(a.to_day, coalesce(p.ended_on, p.ends_on), %(today)s) AS last
        FROM acting a
        JOIN pairing_pairing p ON p.cadre_id = a.cadre AND p.level IN ('household', 'member')
             AND p.state <> 'cancelled' AND p.created_at <= %(at)s
             AND p.starts_on <= a.to_day AND coalesce(p.ended_on, p.ends_on) >= a.from_day
             AND (a.unit IS NULL OR p.unit_id = a.unit)
        JOIN outreach_household h ON h.id = p.household_id AND NOT h.do_not_disturb
    ),
    contact AS (
        SELECT id, pairing, first, first AS day FROM paired WHERE last - first > %(norm)s
        UNION
        SELECT id, pairing, first, last FROM paired WHERE last - first > %(norm)s
        UNION
        SELECT p.id, p.pairing, p.first, v.visited_on
        FROM paired p
        JOIN outreach_visit_households d ON d.household_id = p.household_id
        JOIN outreach_visit v ON v.id = d.visit_id AND v.visited_on BETWEEN p.first AND p.last
             AND v.created_at <= %(at)s AND (v.voided_at IS NULL OR v.voided_at > %(at)s)
        WHERE p.last - p.first > %(norm)s
          AND (v.author_id = p.cadre_id
               OR EXISTS (SELECT FROM outreach_visitcompanion along
                          WHERE along.visit_id = v.id AND along.cadre_id = p.cadre_id))
    ),
    pause AS (
        SELECT id, pairing,
               day - lag(day) OVER (PARTITION BY id, pairing, first ORDER BY day) AS days
        FROM contact
    )
    SELECT id, pairing, max(days) <= %(norm)s FROM pause GROUP BY id, pairing""",
    # Branches and organs promise too. An item changed after the moment counts as it was then.
    "promises_kept": """WITH helping AS (
        SELECT a.id, p.id AS pairing, a.from_day, a.to_day FROM acting a
        JOIN pairing_pairing p ON p.cadre_id = a.cadre AND p.state <> 'cancelled'
             AND (a.unit IS NULL OR p.unit_id = a.unit)
        UNION ALL
        SELECT w.id, p.id, w.from_day, w.to_day FROM who w
        JOIN pairing_pairing p ON p.helper_branch_id = w.branch AND p.state <> 'cancelled'
        WHERE w.subject = 'branch'
        UNION ALL
        SELECT w.id, p.id, w.from_day, w.to_day FROM who w
        JOIN pairing_pairing p ON p.organ_id = w.organ AND p.state <> 'cancelled'
        WHERE w.subject = 'organ'
    ),
    item AS (
        SELECT h.id, i.id AS item, h.from_day, h.to_day,
               coalesce(earlier.due, i.promised_for) AS due,
               CASE WHEN later.any THEN coalesce(was.move, 'promised')
                    ELSE i.state END AS state,
               CASE WHEN later.any THEN was.day ELSE i.done_on END AS done_on
        FROM helping h
        JOIN pairing_supportitem i ON i.pairing_id = h.pairing AND i.created_at <= %(at)s
        LEFT JOIN LATERAL (
            SELECT (s.facts ->> 'promised_for')::date AS due FROM pairing_supportstep s
            WHERE s.item_id = i.id AND s.move = 'changed' AND s.at > %(at)s
              AND s.facts ? 'promised_for'
            ORDER BY s.at, s.id LIMIT 1
        ) earlier ON TRUE
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM pairing_supportstep s
                WHERE s.item_id = i.id AND s.at > %(at)s
                  AND s.move IN ('done', 'undone', 'dropped')
            ) AS any
        ) later
        LEFT JOIN LATERAL (
            SELECT s.move, (s.facts ->> 'done_on')::date AS day FROM pairing_supportstep s
            WHERE later.any AND s.item_id = i.id AND s.at <= %(at)s
              AND s.move IN ('done', 'undone', 'dropped')
            ORDER BY s.at DESC, s.id DESC LIMIT 1
        ) was ON TRUE
    )
    SELECT DISTINCT id, item, state = 'done' AND done_on <= due
    FROM item
    WHERE due BETWEEN from_day AND to_day AND state <> 'dropped'
      AND (state = 'done' OR due < %(today)s)""",
    "suggestions_adopted": """SELECT a.id, g.id, g.adopted
       FROM acting a
       JOIN outreach_stay s ON s.cadre_id = a.cadre AND s.state <> 'cancelled'
            AND (a.unit IS NULL OR s.unit_id = a.unit)
       JOIN outreach_stayreport r ON r.stay_id = s.id AND r.state <> 'draft'
            AND r.handed_in_on BETWEEN a.from_day AND a.to_day
       JOIN outreach_suggestion g ON g.report_id = r.id AND g.decided_at <= %(at)s""",
    # Handling: organs.
    # Excludes assignments returned or withdrawn before the signing deadline, and those of an old
    # ledger.
    "matters_signed_in_time": f"""SELECT w.id, g.id,
               coalesce(g.signed_at <= %(at)s AND {_day("g.signed_at")} <= g.sign_due_on, FALSE)
        FROM who w
        JOIN outreach_matterassignment g ON g.organ_id = w.organ
             AND g.sign_due_on BETWEEN w.from_day AND w.to_day AND g.assigned_at <= %(at)s
        WHERE w.subject = 'organ' AND NOT g.is_imported
          AND (g.signed_at <= %(at)s OR g.sign_due_on < %(today)s)
          AND NOT (coalesce(g.signed_at > g.ended_at, TRUE) AND g.ended_at IS NOT NULL
                   AND {_day("g.ended_at")} <= g.sign_due_on)""",
    # Excludes matters suspended, closed in another way, assigned after their deadline, or without
    # one in the old ledger.
    "matters_in_time": f"""SELECT w.id, m.id,
               coalesce(coalesce(m.answered_on, m.closed_on) <= m.due_on, FALSE)
        FROM who w
        JOIN outreach_matter m ON m.lead_organ_id = w.organ
             AND m.due_on BETWEEN w.from_day AND w.to_day
        WHERE w.subject = 'organ' AND m.status <> 'suspended' AND m.original_due_on IS NOT NULL
          AND m.closure IN ('', 'satisfied', 'unrated', 'unsatisfied')
          AND (coalesce(m.answered_on, m.closed_on) <= %(today)s OR m.due_on < %(today)s)
          AND NOT EXISTS (
              SELECT FROM outreach_matterassignment g
              WHERE g.matter_id = m.id AND g.organ_id = w.organ AND g.part = 'lead'
                AND g.ended_at IS NULL AND m.due_on
                    < CASE WHEN g.is_imported THEN g.told_on ELSE {_day("g.assigned_at")} END
          )""",
    # Excludes the first answer about what a cadre settled on the spot.
    "results_word": f"""SELECT w.id, f.id, f.word <> 'unsatisfied'
        FROM who w
        JOIN outreach_matter m ON m.lead_organ_id = w.organ
        JOIN outreach_followup f ON f.matter_id = m.id AND f.kind = 'sample' AND {_SPOKEN}
             AND {_day("f.answered_at")} BETWEEN w.from_day AND w.to_day
        WHERE w.subject = 'organ' AND NOT (f.round = 0 AND {_AT_ONCE})""",
    "results_lasting": f"""SELECT w.id, m.id, {_REOPENED} <= ({_AT_ONCE})::int
        FROM who w
        JOIN outreach_matter m ON m.lead_organ_id = w.organ
             AND m.closed_on BETWEEN w.from_day AND w.to_day
        WHERE w.subject = 'organ' AND {_RESULT}""",
}


def measure(code, people, at):
    """{id: (record ids in favour, record ids against)}, sorted."""
    on, found = timezone.localdate(at), {}
    norm = parameters.number("pairing.visit_interval_days", on=on)
    for pk, record, met in _rows(MEASURES[code], people, at, norm=norm):
        found.setdefault(pk, (set(), set()))[not met].add(record)
    return {pk: (sorted(met), sorted(missed - met)) for pk, (met, missed) in found.items()}


def stay_months(people, at):
    """{id: (ids of months met, ids of months not met, number of months)} for those with months of a
    stay in their days, by the host's newest word at that moment. The remaining months are not
    attested and count neither way. A month belongs to the days in which it ends; a team has the
    months of all who stayed there."""
    found = _rows(
        """WITH asked AS (
            SELECT w.id, s.id AS stay, month::date AS month
            FROM who w
            JOIN outreach_stay s ON s.state <> 'cancelled' AND s.kind = ANY (%(kinds)s)
                 AND (w.subject = 'cadre' AND s.cadre_id = w.cadre
                      OR w.subject = 'team' AND s.unit_id = w.unit)
            CROSS JOIN LATERAL generate_series(
                date_trunc('month', greatest(w.from_day, s.starts_on)::timestamp),
                least(w.to_day, coalesce(s.ended_on, s.ends_on))::timestamp,
                interval '1 month'
            ) month
            WHERE (month + interval '1 month - 1 day')::date
                  BETWEEN w.from_day AND least(w.to_day, %(today)s)
        )
        SELECT asked.id,
               coalesce(array_agg(t.id ORDER BY t.id) FILTER (WHERE said.is_met), '{}'),
               coalesce(array_agg(t.id ORDER BY t.id) FILTER (WHERE NOT said.is_met), '{}'),
               count(*)
        FROM asked
        LEFT JOIN outreach_staymonth t ON t.stay_id = asked.stay AND t.month = asked.month
        LEFT JOIN LATERAL (
            SELECT d.is_met FROM outreach_monthword d
            WHERE d.month_id = t.id AND d.at <= %(at)s ORDER BY d.id DESC LIMIT 1
        ) said ON TRUE
        GROUP BY asked.id""",
        people,
        at,
        kinds=[str(kind) for kind in RESIDENTIAL_KINDS],
    )
    return {pk: (met, missed, Decimal(n)) for pk, met, missed, n in found}


def findings(people, at):
    """{id: ids of verified findings}"""
    found = {}
    for ask in FINDINGS:
        for pk, finding in ask(people, at):
            found.setdefault(pk, set()).add(finding)
    return {pk: sorted(ids) for pk, ids in found.items()}
