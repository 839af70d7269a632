"""Objections: who is to answer them, and who has been answered."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from evaluation.models import Appeal
from portal.reminders import Kind, Noun, around_id, audience, register
from portal.roles import Permission as P

_BEFORE, _AFTER = "%(before)s", "%(after)s"


def _open(day, at):
    """Every morning until it is answered; never whoever is concerned or filed it."""
    sql = f"""
        WITH open AS MATERIALIZED (
            SELECT o.id, y.objection_until, o.filed_by_id, c.user_id AS concerned, a.organ_id,
                   a.host_organ_id,
                   array_remove(ARRAY[a.province_id, a.city_id, a.county_id, a.township_id,
                                      a.division_id], NULL) AS places
            FROM evaluation_appeal o
            JOIN evaluation_appraised a ON a.id = o.appraised_id
            JOIN evaluation_cycle y ON y.id = a.cycle_id AND y.state = 'objection'
            LEFT JOIN portal_cadre c ON c.id = a.cadre_id
            WHERE o.state = 'filed'
        ),
        wants AS (
            SELECT id, '{P.MANAGE_EVALUATION}' AS permission, organ_id, host_organ_id, places
            FROM open
        ),
        {audience(P.MANAGE_EVALUATION)}
        SELECT r.user_id, 'appeal', open.id, '', open.objection_until,
               {_BEFORE} || open.id || {_AFTER}
        FROM reached r JOIN open ON open.id = r.id
        WHERE NOT EXISTS (
            SELECT FROM acting
            WHERE acting.user_id = r.user_id
              AND (acting.as_id = open.filed_by_id OR acting.as_id = open.concerned)
        )"""
    before, after = around_id("evaluation:appeal")
    return sql, {"day": day, "before": before, "after": after}


def _answered(day, at):
    """Once, to who filed it, on the morning after."""
    sql = f"""
        SELECT o.filed_by_id, 'appeal', o.id, '', NULL::date, {_BEFORE} || o.id || {_AFTER}
        FROM evaluation_appeal o JOIN portal_user u ON u.id = o.filed_by_id AND u.is_active
        WHERE o.state IN ('upheld', 'dismissed') AND o.decided_at > %(since)s
          AND o.decided_at <= %(at)s"""
    before, after = around_id("evaluation:appeal")
    return sql, {"since": at - timedelta(days=1), "at": at, "before": before, "after": after}


def _titles(user, ids):
    rows = Appeal.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "appraised__name"))


register(
    Noun("appeal", _titles),
    Kind("appeal_open", _("Objection to a score waits for an answer"), _open),
    Kind("appeal_answered", _("Objection to a score was answered"), _answered),
)
