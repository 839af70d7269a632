"""Needs that run out, told to the host; proposals that wait, told to the office."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from pairing.models import HelpNeed, MatchingRound
from portal import parameters
from portal.reminders import Kind, Noun, around_id, audience, register
from portal.roles import Permission

P = Permission

_PLACES = (
    "array_remove(ARRAY[{0}.province_id, {0}.city_id, {0}.county_id, {0}.township_id,"
    " {0}.division_id], NULL)"
)


def _need_rows(day, at):
    """Told once, until it is read; renewed or closed, it is told no more."""
    sql = f"""
        WITH due AS MATERIALIZED (
            SELECT n.id, n.until, n.organ_id, n.host_organ_id, {_PLACES.format("n")} AS places
            FROM pairing_helpneed n
            WHERE n.state = 'open' AND n.until >= %(day)s AND n.until <= %(soon)s
        ),
        wants AS (
            SELECT id, '{P.HOST_MATTERS}' AS permission, organ_id, host_organ_id, places FROM due
        ),
        {audience(P.HOST_MATTERS)}
        SELECT DISTINCT r.user_id, 'help_need', due.id, '', due.until,
               %(before)s || due.id || %(after)s
        FROM reached r JOIN due ON due.id = r.id
        WHERE NOT EXISTS (SELECT 1 FROM portal_reminder told
                          WHERE told.user_id = r.user_id AND told.kind = 'help_need_ends'
                            AND told.noun_id = due.id AND told.due = due.until
                            AND told.read_at IS NOT NULL)"""
    before, after = around_id("pairing:help_need")
    days = parameters.number("pairing.need_ahead_days", on=day)
    return sql, {
        "day": day, "soon": day + timedelta(days=days), "before": before, "after": after,
    }  # fmt: skip


def _round_rows(day, at):
    """A proposal is worked out and nobody has confirmed or given it up."""
    sql = f"""
        WITH due AS MATERIALIZED (
            SELECT m.id, m.starts_on, m.organ_id,
                   coalesce(string_to_array(trim(both '/' FROM d.path), '/')::bigint[], '{{}}')
                   AS places
            FROM pairing_matchinground m
            LEFT JOIN portal_division d ON d.id = m.area_id
            WHERE m.state = 'proposing'
              AND EXISTS (SELECT 1 FROM pairing_matchingproposal p
                          WHERE p.round_id = m.id AND p.finished_at IS NOT NULL)
        ),
        wants AS (
            SELECT id, '{P.MANAGE_PAIRINGS}' AS permission, organ_id,
                   NULL::bigint AS host_organ_id, places FROM due
        ),
        {audience(P.MANAGE_PAIRINGS)}
        SELECT DISTINCT r.user_id, 'matching_round', due.id, '', due.starts_on,
               %(before)s || due.id || %(after)s
        FROM reached r JOIN due ON due.id = r.id
        WHERE NOT EXISTS (SELECT 1 FROM portal_reminder told
                          WHERE told.user_id = r.user_id AND told.kind = 'confirm_matching'
                            AND told.noun_id = due.id AND told.read_at IS NOT NULL)"""
    before, after = around_id("pairing:matching_round")
    return sql, {"day": day, "before": before, "after": after}


def _need_titles(user, ids):
    rows = HelpNeed.objects.visible_to(user).filter(pk__in=ids).select_related("unit")
    # No name of a household in a reminder, which also goes out by e-mail.
    return {need.pk: f"{need.unit.name} {need.get_kind_display()}" for need in rows}


def _round_titles(user, ids):
    rows = MatchingRound.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "title"))


register(
    Noun("help_need", _need_titles),
    Noun("matching_round", _round_titles),
    Kind("help_need_ends", _("A need for help runs out"), _need_rows),
    Kind("confirm_matching", _("A round of pairing is to be confirmed"), _round_rows),
)
