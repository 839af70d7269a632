"""What people of the matter ledger are told of: exactly those to whom the act is open that day.

The conditions are those of the person of a move (acts/moves.py), for the one act that a state
waits for, said in SQL for all matters at once; tests hold both against each other.
"""

from datetime import timedelta

from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Concat, Greatest, Length, LPad
from django.utils.translation import gettext_lazy as _

from portal import parameters, workdays
from portal.reminders import Kind, around_id, audience, register
from portal.roles import Permission, Role

P = Permission

_PLACES = (
    "array_remove(ARRAY[m.province_id, m.city_id, m.county_id, m.township_id, m.division_id], NULL)"
)
_NUMBER = (
    "'MQ' || m.number_year || '-' || lpad(m.number::text, greatest(4, length(m.number::text)), '0')"
)


def number_of(via=""):
    """The number of a matter as an expression, as `number_label` says it."""
    number = Cast(F(f"{via}number"), TextField())
    filled = LPad(number, Greatest(4, Length(number)), Value("0"))
    return Concat(Value("MQ"), F(f"{via}number_year"), Value("-"), filled, output_field=TextField())


_URGENT = " AND m.urgency = 'urgent'"

# Matters that wait for somebody, with the request that may stand in the way of the lead's act.
_WAITING = f"""
    waiting AS MATERIALIZED (
        SELECT m.id, m.status, m.due_on, m.assigned_by_desk, m.organ_id, m.host_organ_id,
               {_NUMBER} AS number, {_PLACES} AS places, request.asked_by_id,
               request.on_behalf_of_id
        FROM outreach_matter m
        LEFT JOIN outreach_matterrequest request
               ON request.matter_id = m.id AND request.decided_at IS NULL
        WHERE m.status IN ('registered', 'escalated', 'assigned', 'in_progress', 'proposed')
          AND {{condition}}
    ),
    given AS MATERIALIZED (
        SELECT w.id, w.asked_by_id, a.organ_id, a.part, a.signed_at, a.sign_due_on,
               NOT EXISTS (SELECT 1 FROM portal_rolegrant r
                           JOIN portal_user u ON u.id = r.user_id AND u.is_active
                           JOIN portal_organ o ON o.id = a.organ_id
                           WHERE r.role = '{Role.HANDLER}' AND r.starts_on <= %(day)s
                             AND (r.ends_on IS NULL OR r.ends_on >= %(day)s)
                             AND o.path LIKE '%%/' || r.organ_id || '/%%') AS has_nobody
        FROM waiting w
        JOIN outreach_matterassignment a ON a.matter_id = w.id AND a.ended_at IS NULL
        WHERE w.status IN ('assigned', 'in_progress')
    )"""
# The desk enters the answer of an organ that has no account.
_ANSWERED_FOR = f"""
    SELECT w.id, '{P.ASSIGN_MATTERS}', w.organ_id, w.host_organ_id, w.places
    FROM waiting w
    JOIN given g ON g.id = w.id AND g.part = 'lead' AND g.has_nobody
         AND (w.assigned_by_desk OR g.organ_id <> w.host_organ_id)"""
# Whose act a state waits for: take up; assign; sign, report or note; the host's own case; confirm.
_WANTS = f"""
    wants AS (
        SELECT id, '{P.HOST_MATTERS}' AS permission, organ_id, host_organ_id, places
        FROM waiting WHERE status = 'registered'
        UNION ALL
        SELECT id, '{P.ASSIGN_MATTERS}', organ_id, host_organ_id, places
        FROM waiting WHERE status = 'escalated'
        UNION ALL
        SELECT id, '{P.HANDLE_MATTERS}', organ_id, NULL, NULL FROM given
        WHERE asked_by_id IS NULL
        UNION ALL
        SELECT w.id, '{P.HOST_MATTERS}', w.organ_id, w.host_organ_id, w.places
        FROM waiting w JOIN given g ON g.id = w.id AND g.part = 'lead'
        WHERE w.status = 'in_progress' AND NOT w.assigned_by_desk AND w.asked_by_id IS NULL
        UNION ALL {_ANSWERED_FOR}
        UNION ALL
        SELECT id, '{P.CONFIRM_REQUESTS}', organ_id, host_organ_id, places
        FROM waiting WHERE asked_by_id IS NOT NULL
    )"""
# Who asked, or stands in for who asked, does not confirm.
_TOLD_OF_WAITING = """
    SELECT r.user_id, 'matter', w.id, w.number, w.due_on, %(before)s || w.id || %(after)s
    FROM reached r JOIN waiting w ON w.id = r.id
    WHERE NOT EXISTS (SELECT 1 FROM acting
                      WHERE acting.user_id = r.user_id
                        AND acting.as_id IN (w.asked_by_id, w.on_behalf_of_id))"""


def _parameters(day, at, url_name="outreach:matter"):
    before, after = around_id(url_name)
    return {"day": day, "at": at, "before": before, "after": after}


def _waiting_rows(condition):
    def rows(day, at):
        ahead = parameters.number("reminder.ahead_wd", on=day)
        sql = f"""
            WITH {_WAITING.format(condition=condition)}, {_WANTS},
            {audience(P.HOST_MATTERS, P.ASSIGN_MATTERS, P.HANDLE_MATTERS, P.CONFIRM_REQUESTS)}
            {_TOLD_OF_WAITING}"""
        return sql, _parameters(day, at) | {"soon": workdays.add_working_days(day, ahead)}

    return rows


# An urgent matter is overdue by the hour, any other with the end of the day.
_OVER = "m.due_on <= %(day)s AND (m.due_on < %(day)s OR m.due_at < %(at)s)"
_DUE = "m.due_on BETWEEN %(day)s AND %(soon)s AND (m.due_at IS NULL OR m.due_at >= %(at)s)"


def _unsigned_rows(condition):
    """Organs that have not signed in time; for one without an account the desk."""

    def rows(day, at):
        sql = f"""
            WITH {_WAITING.format(condition=condition)},
            wants AS (
                SELECT id, '{P.HANDLE_MATTERS}' AS permission, g.organ_id,
                       NULL::bigint AS host_organ_id, NULL::bigint[] AS places
                FROM given g WHERE g.signed_at IS NULL AND g.sign_due_on < %(day)s
                UNION ALL {_ANSWERED_FOR} AND g.signed_at IS NULL AND g.sign_due_on < %(day)s
            ),
            {audience(P.HANDLE_MATTERS, P.ASSIGN_MATTERS)}
            SELECT r.user_id, 'matter', w.id, w.number, signing.due_on,
                   %(before)s || w.id || %(after)s
            FROM reached r
            JOIN waiting w ON w.id = r.id
            JOIN (SELECT id, min(sign_due_on) AS due_on FROM given
                  WHERE signed_at IS NULL GROUP BY id) signing ON signing.id = w.id"""
        return sql, _parameters(day, at)

    return rows


_UNSIGNED = """EXISTS (
    SELECT 1 FROM outreach_matterassignment late
    WHERE late.matter_id = m.id AND late.ended_at IS NULL AND late.signed_at IS NULL
      AND late.sign_due_on < %(day)s)"""


def _review_rows(day, at, *, condition=""):
    """A result, or a second “not satisfied”, that has waited for its review long enough: the desk
    where it assigned, otherwise host or desk; never who reported the result."""
    sql = f"""
        WITH waiting AS MATERIALIZED (
            SELECT m.id, m.status, m.due_on, m.assigned_by_desk, m.organ_id, m.host_organ_id,
                   {_NUMBER} AS number, {_PLACES} AS places,
                   reported.by_id, reported.on_behalf_of_id
            FROM outreach_matter m
            JOIN LATERAL (
                SELECT max(s.at) AS at FROM outreach_matterstep s
                WHERE s.matter_id = m.id AND s.to_status = m.status AND s.from_status <> m.status
            ) since ON since.at <= %(waited_since)s
            LEFT JOIN LATERAL (
                SELECT s.by_id, s.on_behalf_of_id FROM outreach_matterstep s
                WHERE m.status = 'reported' AND s.matter_id = m.id
                  AND s.move IN ('report', 'answer_for')
                ORDER BY s.at DESC, s.id DESC LIMIT 1
            ) reported ON true
            WHERE m.status IN ('reported', 'twice_unsatisfied'){condition}
        ),
        wants AS (
            SELECT id, '{P.ASSIGN_MATTERS}' AS permission, organ_id, host_organ_id, places
            FROM waiting
            UNION ALL
            SELECT id, '{P.HOST_MATTERS}', organ_id, host_organ_id, places
            FROM waiting WHERE NOT assigned_by_desk
        ),
        {audience(P.HOST_MATTERS, P.ASSIGN_MATTERS)}
        SELECT r.user_id, 'matter', w.id, w.number, w.due_on, %(before)s || w.id || %(after)s
        FROM reached r JOIN waiting w ON w.id = r.id
        WHERE NOT EXISTS (SELECT 1 FROM acting WHERE acting.user_id = r.user_id
                          AND acting.as_id IN (w.by_id, w.on_behalf_of_id))"""
    waited = _waited_since(day, parameters.number("matter.review_wd", on=day))
    return sql, _parameters(day, at) | {"waited_since": workdays.end_of(waited)}


def _urgent_review_rows(day, at):
    return _review_rows(day, at, condition=_URGENT)


def _waited_since(day, count):
    """The last day from which `count` working days have passed by `day`."""
    since = day
    while workdays.add_working_days(since, count) > day:
        since -= timedelta(days=1)
    return since


register(
    # Within a day the later ones stand first in the list.
    Kind("review", _("A review is due"), _review_rows, _urgent_review_rows),
    Kind("due", _("The deadline is near"), _waiting_rows(_DUE), _waiting_rows(_DUE + _URGENT)),
    Kind("unsigned", _("Not signed for in time"), _unsigned_rows(_UNSIGNED),
         _unsigned_rows(_UNSIGNED + _URGENT)),
    Kind("overdue", _("The deadline is over"), _waiting_rows(_OVER),
         _waiting_rows(_OVER + _URGENT)),
)  # fmt: skip
