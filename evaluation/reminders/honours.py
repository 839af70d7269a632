"""What the to-do list says of pools, said in SQL; and that something was found about oneself."""

from django.utils.translation import gettext_lazy as _

from evaluation.models import DisciplineFinding, HonourPool
from portal.reminders import Kind, Noun, around_id, audience, holders, register
from portal.roles import Permission as P

_TO_DECIDE = """
    p.state = 'open' AND (c.state = 'final'
                          OR c.state = 'objection' AND c.objection_until < %(day)s)"""
_TO_PUBLICISE = "p.state = 'decided' AND c.state <> 'cancelled'"
_TO_FINISH = "p.state = 'publicity' AND p.notice_until < %(day)s AND c.state <> 'cancelled'"


def _pools(which):
    def rows(day, at):
        sql = f"""
            WITH due AS MATERIALIZED (
                SELECT p.id, p.notice_until, c.organ_id,
                       coalesce(string_to_array(trim(both '/' FROM d.path), '/')::bigint[],
                                ARRAY[]::bigint[]) AS places
                FROM evaluation_honourpool p
                JOIN evaluation_cycle c ON c.id = p.cycle_id
                JOIN portal_organ o ON o.id = c.organ_id
                LEFT JOIN portal_division d ON d.id = o.division_id
                WHERE {which}
            ),
            wants AS (
                SELECT id, '{P.MANAGE_EVALUATION}' AS permission, organ_id,
                       NULL::bigint AS host_organ_id, places
                FROM due
            ),
            {audience(P.MANAGE_EVALUATION)}
            SELECT DISTINCT r.user_id, 'honour_pool', due.id, '', due.notice_until,
                   %(before)s || due.id || %(after)s
            FROM reached r JOIN due ON due.id = r.id"""
        before, after = around_id("evaluation:honour_pool")
        return sql, {"day": day, "before": before, "after": after}

    return rows


def _finding_rows(day, at):
    """The person concerned, nobody in their place, and until it was read."""
    sql = f"""
        WITH {holders(P.SEE_PEOPLE)}
        SELECT DISTINCT c.user_id, 'finding', f.id, '', NULL::date, %(before)s || f.id || %(after)s
        FROM evaluation_disciplinefinding f
        JOIN portal_cadre c ON c.id = f.cadre_id
        JOIN holder ON holder.user_id = c.user_id
        WHERE f.recorded_at::date >= %(day)s - 31
          AND NOT EXISTS (SELECT 1 FROM portal_reminder told
                          WHERE told.user_id = c.user_id AND told.kind = 'finding_about_me'
                            AND told.noun_id = f.id AND told.read_at IS NOT NULL)"""
    before, after = around_id("evaluation:finding")
    return sql, {"day": day, "before": before, "after": after}


def _pool_titles(user, ids):
    return dict(HonourPool.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "title"))


def _finding_titles(user, ids):
    return dict(
        DisciplineFinding.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "document")
    )


register(
    Noun("honour_pool", _pool_titles),
    Noun("finding", _finding_titles),
    Kind("honour_to_decide", _("The meeting is to decide on a pool for honours"),
         _pools(_TO_DECIDE)),
    Kind("honour_to_publicise", _("Honours are to be put under public notice"),
         _pools(_TO_PUBLICISE)),
    Kind("honour_to_finish", _("The public notice of honours is over"), _pools(_TO_FINISH)),
    Kind("finding_about_me", _("A discipline finding about yourself was recorded"), _finding_rows),
)  # fmt: skip
