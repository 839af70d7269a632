"""A contact that is due, told to the cadre; an agreement that ends, to those who renew it."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from pairing.models import Pairing
from portal import parameters
from portal.reminders import Kind, Noun, around_id, audience, holders, register
from portal.roles import Permission

P = Permission

# As PairingQuerySet.contact_due() asks it. Told until it was read; then the to-do list has it.
_CONTACT = f"""
    WITH {holders(P.RECORD_VISITS)}
    SELECT DISTINCT a.user_id, 'pairing', p.id, '',
           coalesce(p.last_contact_on, p.starts_on) + %(interval)s, %(before)s || p.id || %(after)s
    FROM pairing_pairing p
    JOIN portal_cadre c ON c.id = p.cadre_id
    JOIN acting a ON a.as_id = c.user_id
    JOIN holder h ON h.user_id = a.user_id
    LEFT JOIN outreach_household door ON door.id = p.household_id
    WHERE p.state = 'agreed' AND p.starts_on <= %(since)s AND p.ends_on >= %(day)s
      AND NOT coalesce(door.do_not_disturb, false)
      AND coalesce(p.last_contact_on, p.starts_on) <= %(since)s
      AND NOT EXISTS (SELECT 1 FROM portal_reminder told
                      WHERE told.user_id = a.user_id AND told.kind = 'pairing_contact_due'
                        AND told.noun_id = p.id AND told.read_at IS NOT NULL
                        AND told.day > coalesce(p.last_contact_on, p.starts_on))
"""


def _contact_due(day, at):
    before, after = around_id("pairing:pairing")
    interval = parameters.number("pairing.visit_interval_days", on=day)
    return _CONTACT, {
        "day": day, "interval": interval, "since": day - timedelta(days=interval),
        "before": before, "after": after,
    }  # fmt: skip


_ENDING = f"""
    WITH due AS MATERIALIZED (
        SELECT p.id, p.ends_on, p.organ_id, p.host_organ_id,
               array_remove(ARRAY[p.province_id, p.city_id, p.county_id, p.township_id,
                                  p.division_id], NULL) AS places
        FROM pairing_pairing p
        WHERE p.state = 'agreed' AND p.starts_on <= %(day)s
          AND p.ends_on BETWEEN %(day)s AND %(soon)s
    ),
    wants AS (
        SELECT id, '{P.MANAGE_PAIRINGS}' AS permission, organ_id, host_organ_id, places FROM due
        UNION ALL
        SELECT id, '{P.NAME_STAND_INS}', organ_id, NULL, NULL FROM due
    ),
    {audience(P.MANAGE_PAIRINGS, P.NAME_STAND_INS)}
    SELECT DISTINCT r.user_id, 'pairing', due.id, '', due.ends_on,
           %(before)s || due.id || %(after)s
    FROM reached r JOIN due ON due.id = r.id
    WHERE NOT EXISTS (SELECT 1 FROM portal_reminder told
                      WHERE told.user_id = r.user_id AND told.kind = 'pairing_ends'
                        AND told.noun_id = due.id AND told.due = due.ends_on
                        AND told.read_at IS NOT NULL)
"""


def _ends(day, at):
    before, after = around_id("pairing:pairing")
    soon = day + timedelta(days=parameters.number("pairing.ending_days", on=day))
    return _ENDING, {"day": day, "soon": soon, "before": before, "after": after}


def _titles(user, ids):
    rows = Pairing.objects.visible_to(user).filter(pk__in=ids).for_list()
    return {one.pk: f"{one.helped_label} · {one.unit.name}" for one in rows}


register(
    Noun("pairing", _titles),
    Kind("pairing_contact_due", _("A pairing is to be visited again"), _contact_due),
    Kind("pairing_ends", _("A pairing ends soon"), _ends),
)
