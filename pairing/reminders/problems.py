"""What the to-do list says of prominent problems, said in SQL."""

from django.utils.translation import gettext_lazy as _

from pairing.models import ProminentProblem
from portal.reminders import Kind, Noun, around_id, audience, holders, register
from portal.roles import Permission as P

_PLACES = (
    "array_remove(ARRAY[p.province_id, p.city_id, p.county_id, p.township_id, p.division_id], NULL)"
)


def _progress_rows(day, at):
    """The lead official, and who stands in for them."""
    sql = f"""
        WITH {holders(P.SEE_PEOPLE)}
        SELECT DISTINCT acting.user_id, 'problem', p.id, '', p.next_review_on,
               %(before)s || p.id || %(after)s
        FROM pairing_prominentproblem p
        JOIN portal_cadre c ON c.id = p.official_id AND c.user_id IS NOT NULL
        JOIN acting ON acting.as_id = c.user_id
        JOIN holder ON holder.user_id = acting.user_id
        WHERE p.state = 'open' AND p.next_review_on <= %(day)s"""
    before, after = around_id("pairing:problem")
    return sql, {"day": day, "before": before, "after": after}


def _official_rows(day, at):
    """Desk and office, where the official was moved or left."""
    sql = f"""
        WITH left_alone AS MATERIALIZED (
            SELECT p.id, p.next_review_on, p.organ_id, p.host_organ_id, {_PLACES} AS places
            FROM pairing_prominentproblem p
            LEFT JOIN portal_cadre c ON c.id = p.official_id
            WHERE p.state = 'open' AND (p.official_id IS NULL OR c.left_on <= %(day)s)
        ),
        wants AS (
            SELECT id, '{P.LIFT_PROBLEMS}' AS permission, organ_id, host_organ_id, places
            FROM left_alone
        ),
        {audience(P.LIFT_PROBLEMS)}
        SELECT r.user_id, 'problem', l.id, '', l.next_review_on, %(before)s || l.id || %(after)s
        FROM reached r JOIN left_alone l ON l.id = r.id"""
    before, after = around_id("pairing:problem")
    return sql, {"day": day, "before": before, "after": after}


def _titles(user, ids):
    rows = ProminentProblem.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "title"))


register(
    Noun("problem", _titles),
    Kind("problem_progress", _("Progress of a prominent problem is to be noted"), _progress_rows),
    Kind("problem_official", _("A prominent problem has no lead official"), _official_rows),
)
