"""A leader is told once in a half-year that a contact point was not visited in it, and only when
the half-year draws to its end."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from outreach.models.visits import Purpose
from pairing.models import ContactPoint
from portal import parameters
from portal.reminders import Kind, Noun, around_id, holders, register
from portal.roles import Permission as P

NOTHING = "SELECT 0, '', 0, '', NULL::date, '' WHERE false"

# What `ContactPointQuerySet.unvisited` says, of a row p.
_UNVISITED = """
    NOT EXISTS (
        SELECT 1 FROM outreach_visit v JOIN portal_grassrootsunit u ON u.id = v.unit_id
        WHERE v.voided_at IS NULL AND v.visited_on BETWEEN %(first)s AND %(last)s
          AND %(purpose)s = ANY (v.purposes)
          AND (v.unit_id = p.unit_id OR u.successor_id = p.unit_id)
          AND (v.author_id = p.leader_id
               OR EXISTS (SELECT 1 FROM outreach_visitcompanion along
                          WHERE along.visit_id = v.id AND along.cadre_id = p.leader_id)))"""


def half_year_of(day):
    if day.month <= 6:
        return date(day.year, 1, 1), date(day.year, 6, 30)
    return date(day.year, 7, 1), date(day.year, 12, 31)


def _half_year_rows(day, at):
    first, last = half_year_of(day)
    if day + timedelta(days=parameters.number("contact_point.ahead_days", on=day)) < last:
        return NOTHING, {}
    sql = f"""
        WITH {holders(P.SEE_PEOPLE)}
        SELECT DISTINCT acting.user_id, 'contact_point', p.id, '', %(last)s::date,
               %(before)s || p.id || %(after)s
        FROM pairing_contactpoint p
        JOIN portal_cadre c ON c.id = p.leader_id AND c.user_id IS NOT NULL
        JOIN acting ON acting.as_id = c.user_id
        JOIN holder ON holder.user_id = acting.user_id
        WHERE p.ended_on IS NULL AND p.year = %(year)s AND p.arranged_on <= %(day)s
          AND {_UNVISITED}
          AND NOT EXISTS (
            SELECT 1 FROM portal_reminder told
            WHERE told.user_id = acting.user_id AND told.kind = 'contact_point_half'
              AND told.noun_id = p.id AND told.day >= %(first)s AND told.read_at IS NOT NULL)"""
    before, after = around_id("pairing:contact_point")
    return sql, {
        "day": day, "first": first, "last": last, "year": day.year, "before": before,
        "after": after, "purpose": str(Purpose.CONTACT_POINT),
    }  # fmt: skip


def _titles(user, ids):
    rows = ContactPoint.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "unit__name"))


register(
    Noun("contact_point", _titles),
    Kind(
        "contact_point_half",
        _("A contact point was not visited in this half-year"),
        _half_year_rows,
    ),
)
