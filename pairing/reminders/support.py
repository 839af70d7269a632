"""Promises whose day comes near or has passed: the cadre, and the liaison of the helping organ.

Hosts are not told that somebody else's promise is due; what is done waits in their to-do list.
That people were not satisfied is told to both sides: the door says so to whoever says it.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from pairing.models import SupportItem
from portal import parameters
from portal.reminders import Kind, Noun, around_id, audience, register
from portal.roles import Permission as P

LONG_PAST_DAYS = 92


def _due(day, at):
    """Every morning until it is done; what is past for a season waits in the to-do list alone."""
    sql = f"""
        WITH due AS MATERIALIZED (
            SELECT i.id, i.promised_for, c.user_id AS own_id, i.organ_id
            FROM pairing_supportitem i
            JOIN pairing_pairing p ON p.id = i.pairing_id AND p.state = 'agreed'
                 AND p.ends_on >= %(day)s
            LEFT JOIN portal_cadre c ON c.id = p.cadre_id
            WHERE i.state = 'promised' AND i.promised_for <= %(soon)s
              AND i.promised_for >= %(long_past)s
        ),
        wants AS (
            SELECT id, '{P.OFFER_HELP}' AS permission, organ_id, NULL::bigint AS host_organ_id,
                   NULL::bigint[] AS places FROM due
        ),
        {audience(P.OFFER_HELP, P.RECORD_FOR_OTHERS)}
        SELECT told.user_id, 'support_item', due.id, '', due.promised_for,
               %(before)s || due.id || %(after)s
        FROM (SELECT r.id, r.user_id FROM reached r
              WHERE EXISTS (SELECT FROM holder h WHERE h.user_id = r.user_id
                            AND h.permission = '{P.RECORD_FOR_OTHERS}' AND h.axis = 'organ')
              UNION SELECT due.id, acting.user_id FROM due
              JOIN acting ON acting.as_id = due.own_id) told
        JOIN due ON due.id = told.id"""
    before, after = around_id("pairing:support_item")
    ahead = timedelta(days=parameters.number("pairing.promise_ahead_days", on=day))
    return sql, {
        "day": day, "soon": day + ahead, "long_past": day - timedelta(days=LONG_PAST_DAYS),
        "before": before, "after": after,
    }  # fmt: skip


def _unsatisfied(day, at):
    """The cadre, the liaison and the host, until it was read or something else is said."""
    sql = f"""
        WITH said AS MATERIALIZED (
            SELECT i.id, max(w.asked_at)::date AS due, c.user_id AS own_id, i.organ_id,
                   i.host_organ_id,
                   array_remove(ARRAY[i.province_id, i.city_id, i.county_id, i.township_id,
                                      i.division_id], NULL) AS places
            FROM pairing_supportitem i
            JOIN pairing_supportword w ON w.item_id = i.id AND w.asked_at >= %(since)s
            JOIN pairing_pairing p ON p.id = i.pairing_id
            LEFT JOIN portal_cadre c ON c.id = p.cadre_id AND p.state = 'agreed'
                 AND p.ends_on >= %(day)s
            WHERE i.word = 'unsatisfied'
            GROUP BY i.id, c.user_id
        ),
        wants AS (
            SELECT id, '{P.OFFER_HELP}' AS permission, organ_id, NULL::bigint AS host_organ_id,
                   NULL::bigint[] AS places FROM said
            UNION ALL
            SELECT id, '{P.HOST_MATTERS}', NULL, host_organ_id, places FROM said
        ),
        {audience(P.OFFER_HELP, P.RECORD_FOR_OTHERS, P.HOST_MATTERS)}
        SELECT told.user_id, 'support_item', said.id, '', said.due,
               %(before)s || said.id || %(after)s
        FROM (SELECT r.id, r.user_id FROM reached r
              WHERE EXISTS (SELECT FROM holder h WHERE h.user_id = r.user_id
                            AND h.permission IN ('{P.RECORD_FOR_OTHERS}', '{P.HOST_MATTERS}')
                            AND h.axis IN ('organ', 'host_organ'))
              UNION SELECT said.id, acting.user_id FROM said
              JOIN acting ON acting.as_id = said.own_id) told
        JOIN said ON said.id = told.id
        WHERE NOT EXISTS (SELECT 1 FROM portal_reminder read
                          WHERE read.user_id = told.user_id AND read.kind = 'support_unsatisfied'
                            AND read.noun_id = said.id AND read.due = said.due
                            AND read.read_at IS NOT NULL)"""
    before, after = around_id("pairing:support_item")
    within = timedelta(days=parameters.number("pairing.word_within_days", on=day))
    return sql, {"day": day, "since": day - within, "before": before, "after": after}


def _titles(user, ids):
    rows = SupportItem.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "what"))


register(
    Noun("support_item", _titles),
    Kind("support_due", _("Promised help is due or overdue"), _due),
    Kind("support_unsatisfied", _("The helped side was not satisfied with the help"), _unsatisfied),
)
