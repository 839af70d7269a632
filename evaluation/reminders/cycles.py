"""Who is told how far a cycle is: the office that holds it, and whoever is appraised."""

from django.utils.translation import gettext_lazy as _

from evaluation.models import Appraised, Cycle
from portal import parameters, workdays
from portal.reminders import Kind, Noun, around_id, audience, holders, register
from portal.roles import Permission as P


def _office(state, due, condition, act="cycle"):
    """Rows for who holds the cycles of a state, where a condition is true of their days."""
    sql = f"""
        WITH waiting AS MATERIALIZED (
            SELECT c.id, {due} AS due, c.organ_id,
                   coalesce(string_to_array(trim(both '/' FROM place.path), '/')::bigint[],
                            ARRAY[]::bigint[]) AS places
            FROM evaluation_cycle c
            JOIN portal_organ o ON o.id = c.organ_id
            LEFT JOIN portal_division place ON place.id = o.division_id
            WHERE c.state = '{state}' AND {condition}
        ),
        wants AS (
            SELECT id, '{P.MANAGE_EVALUATION}' AS permission, organ_id,
                   NULL::bigint AS host_organ_id, places
            FROM waiting
        ),
        {audience(P.MANAGE_EVALUATION)}
        SELECT DISTINCT r.user_id, 'cycle', w.id, '', w.due, %(before)s || w.id || %(after)s
        FROM reached r JOIN waiting w ON w.id = r.id"""

    def rows(day, at):
        before, after = around_id(f"evaluation:{act}")
        soon = workdays.add_working_days(day, parameters.number("reminder.ahead_wd", on=day))
        return sql, {"day": day, "soon": soon, "before": before, "after": after}

    return rows


def _published(day, at):
    """The appraised themselves: until they have read it once, and when the days end."""
    sql = f"""
        WITH {holders(P.SEE_PEOPLE)}
        SELECT DISTINCT acting.user_id, 'appraised', a.id, '', c.objection_until,
               %(before)s || a.id || %(after)s
        FROM evaluation_cycle c
        JOIN evaluation_appraised a ON a.cycle_id = c.id AND a.left_out_reason = ''
        JOIN portal_cadre p ON p.id = a.cadre_id AND p.user_id IS NOT NULL
        JOIN acting ON acting.as_id = p.user_id
        JOIN holder ON holder.user_id = acting.user_id
        WHERE c.state = 'objection' AND c.objection_until >= %(day)s
          AND (c.objection_until <= %(soon)s OR NOT EXISTS (
              SELECT 1 FROM portal_reminder r
              WHERE r.user_id = acting.user_id AND r.kind = 'score_published'
                AND r.noun = 'appraised' AND r.noun_id = a.id AND r.read_at IS NOT NULL))"""
    before, after = around_id("evaluation:appraised")
    soon = workdays.add_working_days(day, parameters.number("reminder.ahead_wd", on=day))
    return sql, {"day": day, "soon": soon, "before": before, "after": after}


def _titles(user, ids):
    return dict(Cycle.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "title"))


def _titles_of_appraised(user, ids):
    rows = Appraised.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "cycle__title"))


register(
    Noun("cycle", _titles),
    Noun("appraised", _titles_of_appraised),
    Kind(
        "cycle_to_begin", _("The days of a cycle are over, and collecting has not begun"),
        _office("open", "c.ballots_until", "c.ends_on < %(day)s"),
    ),
    Kind(
        "ballots_end", _("Ballots of a cycle end soon"),
        _office("collecting", "c.ballots_until", "c.ballots_until <= %(soon)s"),
    ),
    Kind(
        "scores_to_check", _("The scores of a cycle are computed and to be checked"),
        _office("checking", "NULL::date", "true"),
    ),
    Kind(
        "cycle_to_finish", _("The days for objections are over; the cycle can be made final"),
        _office("objection", "c.objection_until", "c.objection_until < %(day)s"),
    ),
    Kind("score_published", _("Your score is published; you can object"), _published),
)  # fmt: skip
